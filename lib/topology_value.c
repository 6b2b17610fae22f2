// SPDX-License-Identifier: GPL-2.0-or-later
#include "error.h"
#include "topology_parts.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static int no_memory(void)
{
	return lg_error(0, "out of memory");
}

int lg_number_parse(const char *word, unsigned least, unsigned most,
		    unsigned *number)
{
	unsigned long long value = 0;
	const char *at = word;

	for (; isdigit((unsigned char)*at) && value <= most; at++)
		value = value * 10 + (unsigned)(*at - '0');
	if (at == word || *at || value < least || value > most)
		return lg_error(0, "'%s' is no number from %u to %u", word,
				least, most);
	*number = (unsigned)value;
	return 0;
}

/* ---- netem -------------------------------------------------------------- */

/* The kernel counts 64 ns in 32 bits, as libnl's nl_us2ticks() does. */
#define NETEM_MOST_S 274
#define NETEM_MOST_FRAMES 10000000

/* Reads "12" or "1.5" and returns what follows, NULL if there is no number.
 * Not strtod(): that depends on the locale, and knows "inf" and "0x1p3". */
static const char *scan_decimal(const char *text, double *value)
{
	double digit_is = 1;

	if (!isdigit((unsigned char)*text))
		return NULL;
	for (*value = 0; isdigit((unsigned char)*text); text++)
		*value = *value * 10 + (*text - '0');
	if (*text != '.')
		return text;
	if (!isdigit((unsigned char)text[1]))
		return NULL;
	for (text++; isdigit((unsigned char)*text); text++) {
		digit_is /= 10;
		*value += digit_is * (*text - '0');
	}
	return text;
}

/* tc(8) takes a bare number as microseconds, which few people expect. */
static int parse_time(const char *word, unsigned *time_us)
{
	static const struct {
		const char *name;
		double us;
	} units[] = {{"us", 1}, {"ms", 1e3}, {"s", 1e6}};
	double value;
	const char *unit = scan_decimal(word, &value);

	for (size_t i = 0; unit && i < LENGTH(units); i++) {
		if (strcmp(unit, units[i].name))
			continue;
		if (value * units[i].us > NETEM_MOST_S * 1e6)
			return lg_error(0,
					"'%s' is longer than %ds, up to which "
					"netem counts",
					word, NETEM_MOST_S);
		*time_us = (unsigned)(value * units[i].us + 0.5);
		return 0;
	}
	return lg_error(0, "'%s' is no time such as 20ms, 1.5s or 100us", word);
}

static int parse_percent(const char *word, double *probability)
{
	double value;
	const char *sign = scan_decimal(word, &value);

	if (!sign || strcmp(sign, "%") || value > 100)
		return lg_error(0, "'%s' is no share from 0%% to 100%%", word);
	*probability = value / 100;
	return 0;
}

enum netem_word { DELAY, LOSS, DUPLICATE, REORDER, LIMIT, NETEM_WORDS };

static const char *const netem_words[] = {"delay", "loss", "duplicate",
					  "reorder", "limit"};
_Static_assert(LENGTH(netem_words) == NETEM_WORDS, "a name for each");

static int netem_set(struct lg_netem *netem, enum netem_word what,
		     const char *value)
{
	switch (what) {
	case DELAY:
		return parse_time(value, &netem->delay_us);
	case LOSS:
		return parse_percent(value, &netem->loss);
	case DUPLICATE:
		return parse_percent(value, &netem->duplicate);
	case REORDER:
		return parse_percent(value, &netem->reorder);
	case LIMIT:
		return lg_number_parse(value, 1, NETEM_MOST_FRAMES,
				       &netem->limit);
	case NETEM_WORDS:
		break;
	}
	return lg_error(0, "no such value");
}

static enum netem_word netem_word(const char *word)
{
	unsigned i = 0;

	while (i < NETEM_WORDS && strcmp(word, netem_words[i]))
		i++;
	return i;
}

int lg_netem_parse(char *text, struct lg_netem *netem)
{
	struct lg_netem read = {.limit = 0};
	unsigned seen = 0;
	char *rest;
	char *word = strtok_r(text, LG_BLANKS, &rest);

	while (word) {
		enum netem_word what = netem_word(word);
		if (what == NETEM_WORDS)
			return lg_error(0,
					"'%s' is none of delay, loss, "
					"duplicate, reorder and limit",
					word);
		if (seen & 1u << what)
			return lg_error(0, "%s is given twice", word);
		seen |= 1u << what;

		char *value = strtok_r(NULL, LG_BLANKS, &rest);
		if (!value)
			return lg_error(0, "%s lacks its value", word);
		if (netem_set(&read, what, value))
			return lg_error_in(-EIO, "%s", word);

		word = strtok_r(NULL, LG_BLANKS, &rest);
		if (what == DELAY && word && isdigit((unsigned char)*word)) {
			if (parse_time(word, &read.jitter_us))
				return lg_error_in(-EIO, "jitter");
			word = strtok_r(NULL, LG_BLANKS, &rest);
		}
	}
	if (read.reorder > 0 && !read.delay_us)
		return lg_error(0, "reorder needs a delay: what is reordered "
				   "overtakes what is delayed");
	*netem = read;
	return 0;
}

bool lg_netem_impairs(const struct lg_netem *netem)
{
	return netem->delay_us || netem->jitter_us || netem->loss > 0 ||
	       netem->duplicate > 0 || netem->reorder > 0;
}

bool lg_netem_is_given(const struct lg_netem *netem)
{
	return lg_netem_impairs(netem) || netem->limit;
}

/* ---- NAT ---------------------------------------------------------------- */

static int parse_ports(char *word, struct lg_nat *nat)
{
	char *dash = strchr(word, '-');

	*dash = '\0';
	if (lg_number_parse(word, 1, UINT16_MAX, &nat->first_port) ||
	    lg_number_parse(dash + 1, 1, UINT16_MAX, &nat->last_port))
		return lg_error_in(-EIO, "ports");
	if (nat->first_port > nat->last_port)
		return lg_error(0, "ports: %u-%u runs backwards",
				nat->first_port, nat->last_port);
	return 0;
}

/* The addresses of snat; returns the first word behind them. */
static int parse_snat_addresses(char **word, char **rest, struct lg_nat *nat)
{
	for (; *word && strpbrk(*word, ".:");
	     *word = strtok_r(NULL, LG_BLANKS, rest)) {
		struct lg_prefix address;
		if (lg_address_parse(*word, &address))
			return -EIO;
		struct lg_prefix *mine =
			&nat->address[lg_family_index(address.family)];
		if (mine->family)
			return lg_error(0,
					"'%s' is a second address of its "
					"family",
					*word);
		*mine = address;
	}
	if (!nat->address[LG_V4].family && !nat->address[LG_V6].family)
		return lg_error(0, "the address is missing");
	return 0;
}

static int parse_source_nat(char *rest, struct lg_nat *nat)
{
	char *word = strtok_r(NULL, LG_BLANKS, &rest);

	if (nat->kind == LG_SNAT && parse_snat_addresses(&word, &rest, nat))
		return -EIO;
	if (word && strchr(word, '-')) {
		if (parse_ports(word, nat))
			return -EIO;
		word = strtok_r(NULL, LG_BLANKS, &rest);
	}
	if (word && !strcmp(word, "random")) {
		nat->random = true;
		word = strtok_r(NULL, LG_BLANKS, &rest);
	}
	if (word)
		return lg_error(0, "'%s' is not understood", word);
	return 0;
}

static int parse_dnat(char *rest, const struct lg_topology *topology,
		      struct lg_nat *nat)
{
	char *port = strtok_r(NULL, LG_BLANKS, &rest);
	char *host = strtok_r(NULL, LG_BLANKS, &rest);
	char *junk = strtok_r(NULL, LG_BLANKS, &rest);

	if (!port || !host)
		return lg_error(0, "a port and a host are needed");
	if (junk)
		return lg_error(0, "'%s' is not understood", junk);
	if (lg_number_parse(port, 1, UINT16_MAX, &nat->port))
		return lg_error_in(-EIO, "port");

	nat->to_port = nat->port;
	char *to_port = strchr(host, ':');
	if (to_port) {
		*to_port++ = '\0';
		if (lg_number_parse(to_port, 1, UINT16_MAX, &nat->to_port))
			return lg_error_in(-EIO, "port of %s", host);
	}
	int index = lg_topology_host_index(topology, host);
	if (index < 0)
		return lg_error(0, "there is no host '%s'", host);
	nat->to_host = (size_t)index;
	return 0;
}

static int parse_statement(char *text, const struct lg_topology *topology,
			   struct lg_nat *nat)
{
	char *rest;
	const char *word = strtok_r(text, LG_BLANKS, &rest);
	int result;

	if (!strcmp(word, "masquerade")) {
		nat->kind = LG_MASQUERADE;
		result = parse_source_nat(rest, nat);
	} else if (!strcmp(word, "snat")) {
		nat->kind = LG_SNAT;
		result = parse_source_nat(rest, nat);
	} else if (!strcmp(word, "dnat")) {
		nat->kind = LG_DNAT;
		result = parse_dnat(rest, topology, nat);
	} else {
		return lg_error(0, "'%s' is none of masquerade, snat and dnat",
				word);
	}
	return result ? lg_error_in(result, "%s", word) : 0;
}

/* So that a parameter can turn NAT off. */
static bool is_none(const char *statement)
{
	statement += strspn(statement, LG_BLANKS);
	return !strncmp(statement, "none", 4) &&
	       !statement[4 + strspn(statement + 4, LG_BLANKS)];
}

int lg_nat_parse(char *text, const struct lg_topology *topology,
		 struct lg_nat **nat)
{
	char *rest;

	while (*nat)
		nat = &(*nat)->next;
	for (char *statement = strtok_r(text, ";", &rest); statement;
	     statement = strtok_r(NULL, ";", &rest)) {
		if (!statement[strspn(statement, LG_BLANKS)])
			continue;
		if (is_none(statement))
			continue;
		*nat = calloc(1, sizeof(**nat));
		if (!*nat)
			return no_memory();
		if (parse_statement(statement, topology, *nat))
			return -EIO;
		nat = &(*nat)->next;
	}
	return 0;
}

void lg_nat_free(struct lg_nat *nat)
{
	while (nat) {
		struct lg_nat *next = nat->next;
		free(nat);
		nat = next;
	}
}

/* ---- sysctls ------------------------------------------------------------ */

static char *trim(char *text)
{
	text += strspn(text, LG_BLANKS);
	for (size_t n = strlen(text); n && strchr(LG_BLANKS, text[n - 1]); n--)
		text[n - 1] = '\0';
	return text;
}

static int check_sysctl(const struct lg_topology_host *host, const char *name)
{
	size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_-./");

	if (strncmp(name, "net.", 4) || name[good] || strstr(name, ".."))
		return lg_error(0,
				"'%s' is no sysctl of a host's own: those "
				"begin with net.",
				name);
	for (size_t i = 0; i < host->n_sysctls; i++)
		if (!strcmp(host->sysctls[i].name, name))
			return lg_error(0, "%s is given twice", name);
	return 0;
}

static int add_sysctl(struct lg_topology_host *host, const char *name,
		      const char *value)
{
	struct lg_topology_sysctl *sysctls = reallocarray(
		host->sysctls, host->n_sysctls + 1, sizeof(*sysctls));

	if (!sysctls)
		return no_memory();
	host->sysctls = sysctls;
	struct lg_topology_sysctl *sysctl = &sysctls[host->n_sysctls++];
	sysctl->name = strdup(name);
	sysctl->value = strdup(value);
	return sysctl->name && sysctl->value ? 0 : no_memory();
}

int lg_sysctls_parse(char *text, struct lg_topology_host *host)
{
	char *rest;

	for (char *item = strtok_r(text, ";", &rest); item;
	     item = strtok_r(NULL, ";", &rest)) {
		item = trim(item);
		if (!*item)
			continue;
		char *value = strchr(item, '=');
		if (!value || value == item || !*trim(value + 1))
			return lg_error(0, "'%s' is not NAME=VALUE", item);
		*value++ = '\0';
		const char *name = trim(item);
		if (check_sysctl(host, name) ||
		    add_sysctl(host, name, trim(value)))
			return -EIO;
	}
	return 0;
}

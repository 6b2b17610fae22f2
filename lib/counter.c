// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "counter.h"

#include "error.h"
#include "nearest.h"
#include "net.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_ROOM 65536 /* netstat, the longest, has 9 KB in Linux 6.18 */

enum file { SNMP, NETSTAT, SNMP6, FILES };

#define OF_TCP (1u << SNMP | 1u << NETSTAT)
#define ALL ((1u << FILES) - 1)

struct counter {
	const char *group; /* "": of snmp6 and of linger's own */
	const char *name;
	const char *digits; /* NULL: it is `own` */
	uint64_t own;
	enum file file; /* FILES: none */
};

struct lg_counters {
	char *text[FILES]; /* what the names point into */
	struct counter *list;
	size_t n, room;
};

static lg_counter_source_fn *extra_source;

/* What stands among the counters and is none. */
static const struct {
	const char *group, *name;
} gauges[] = {
	{"Ip", "Forwarding"},	 {"Ip", "DefaultTTL"},
	{"Tcp", "RtoAlgorithm"}, {"Tcp", "RtoMin"},
	{"Tcp", "RtoMax"},	 {"Tcp", "MaxConn"},
	{"Tcp", "CurrEstab"},	 {"MPTcpExt", "MPCurrEstab"},
};

static bool is_gauge(const struct counter *counter)
{
	for (size_t i = 0; i < sizeof(gauges) / sizeof(*gauges); i++) {
		if (!strcmp(counter->name, gauges[i].name) &&
		    !strcmp(counter->group, gauges[i].group))
			return true;
	}
	return false;
}

/* Few of them are ever asked for.  MaxConn is -1. */
static uint64_t value_of(const struct counter *counter)
{
	return counter->digits ? strtoull(counter->digits, NULL, 10)
			       : counter->own;
}

static int add(struct lg_counters *counters, struct counter counter)
{
	if (counters->n == counters->room) {
		size_t room = counters->room ? 2 * counters->room : 512;
		struct counter *list =
			realloc(counters->list, room * sizeof(*list));
		if (!list)
			return lg_error(ENOMEM, "cannot keep counters");
		counters->list = list;
		counters->room = room;
	}
	counters->list[counters->n++] = counter;
	return 0;
}

int lg_counters_add(struct lg_counters *counters, const char *name,
		    uint64_t value)
{
	return add(counters, (struct counter){.name = name,
					      .group = "",
					      .own = value,
					      .file = FILES});
}

/* Reads a file of the namespace that the process is in, to be freed; NULL with
 * errno and a message. */
static char *read_net_file(const char *name)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/thread-self/net/%s", name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		int error = errno;
		lg_error(error, "%s", path);
		errno = error;
		return NULL;
	}

	char *text = malloc(FILE_ROOM);
	size_t size = 0;
	ssize_t got = text ? 1 : -1;
	while (got > 0 && size < FILE_ROOM - 1) {
		got = read(fd, text + size, FILE_ROOM - 1 - size);
		size += got > 0 ? (size_t)got : 0;
	}
	int error = got < 0 ? errno : got > 0 ? EFBIG : 0;
	close(fd);
	if (error) {
		free(text);
		lg_error(error, "%s", path);
		errno = error;
		return NULL;
	}
	text[size] = '\0';
	/* The room is for the longest; most is given back. */
	char *fitting = realloc(text, size + 1);
	return fitting ? fitting : text;
}

/* Ends the first word and goes to what is behind it; NULL: there is none.  A
 * variant has thousands of them: where the processor is emulated strtok_r()
 * takes several ms for that. */
static const char *next_word(char **text)
{
	char *at = *text;
	while (*at == ' ' || *at == '\t')
		at++;
	const char *word = *at ? at : NULL;
	while (*at && *at != ' ' && *at != '\t')
		at++;
	if (*at)
		*at++ = '\0';
	*text = at;
	return word;
}

/* "Tcp: ActiveOpens PassiveOpens" and below it "Tcp: 1 2". */
static int parse_group(struct lg_counters *counters, enum file file,
		       char *names, char *values)
{
	const char *group = strsep(&names, ":");
	const char *again = values ? strsep(&values, ":") : NULL;
	if (!names || !values || strcmp(group, again))
		return lg_error(EPROTO, "counters of %s", group);

	const char *name = next_word(&names), *value = next_word(&values);
	while (name && value) {
		int error = add(counters, (struct counter){.group = group,
							   .name = name,
							   .digits = value,
							   .file = file});
		if (error)
			return error;
		name = next_word(&names);
		value = next_word(&values);
	}
	if (name || value)
		return lg_error(EPROTO, "counters of %s", group);
	return 0;
}

static int parse_groups(struct lg_counters *counters, enum file file)
{
	char *text = counters->text[file];
	int error = 0;
	while (!error && text && *text) {
		char *names = strsep(&text, "\n");
		char *values = text ? strsep(&text, "\n") : NULL;
		error = parse_group(counters, file, names, values);
	}
	return error;
}

/* "Ip6InReceives                   	12" */
static int parse_lines(struct lg_counters *counters, enum file file)
{
	char *text = counters->text[file];
	int error = 0;
	while (!error && text && *text) {
		char *line = strsep(&text, "\n");
		struct counter counter = {.group = "", .file = file};
		counter.name = next_word(&line);
		counter.digits = next_word(&line);
		if (!counter.digits)
			return lg_error(EPROTO, "counter %s",
					counter.name ? counter.name : "");
		error = add(counters, counter);
	}
	return error;
}

static int read_text(struct lg_counters *counters, unsigned files)
{
	static const char *const names[FILES] = {"snmp", "netstat", "snmp6"};

	for (size_t i = 0; i < FILES; i++) {
		if (!(files & 1u << i))
			continue;
		counters->text[i] = read_net_file(names[i]);
		/* A kernel without IPv6 has no snmp6. */
		if (!counters->text[i] && !(i == SNMP6 && errno == ENOENT))
			return -errno;
	}
	return 0;
}

static int parse_text(struct lg_counters *counters)
{
	int error = parse_groups(counters, SNMP);
	if (!error)
		error = parse_groups(counters, NETSTAT);
	if (!error)
		error = parse_lines(counters, SNMP6);
	return error;
}

/* `files`: a bit for each. */
static struct lg_counters *read_files(struct lg_host *host, unsigned files)
{
	struct lg_counters *counters = calloc(1, sizeof(*counters));
	if (!counters) {
		lg_error(ENOMEM, "cannot keep counters");
		return NULL;
	}

	if (host)
		lg_host_enter(host);
	int error = read_text(counters, files);
	if (host)
		lg_host_leave(host);
	if (!error)
		error = parse_text(counters);
	if (!error && host && extra_source)
		error = extra_source(host, counters);
	if (!error)
		return counters;

	lg_counters_free(counters);
	lg_error_in(error, "cannot read the counters%s%s", host ? " of " : "",
		    host ? host->name : "");
	errno = -error;
	return NULL;
}

struct lg_counters *lg_counters_read(struct lg_host *host)
{
	return read_files(host, ALL);
}

struct lg_counters *lg_counters_read_tcp(struct lg_host *host)
{
	return read_files(host, OF_TCP);
}

void lg_counters_free(struct lg_counters *counters)
{
	if (!counters)
		return;
	for (size_t i = 0; i < FILES; i++)
		free(counters->text[i]);
	free(counters->list);
	free(counters);
}

/* Of several groups with the name, the lowest is meant. */
static size_t rank_of(const char *group)
{
	static const char *const order[] = {"Tcp", "TcpExt", "Ip", "IpExt"};
	size_t n = sizeof(order) / sizeof(*order);
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(group, order[i]))
			return i;
	}
	return n;
}

static const struct counter *find_short(const struct lg_counters *counters,
					const char *name)
{
	const struct counter *best = NULL;
	for (size_t i = 0; i < counters->n; i++) {
		const struct counter *counter = &counters->list[i];
		if (strcmp(counter->name, name))
			continue;
		if (!best || rank_of(counter->group) < rank_of(best->group))
			best = counter;
	}
	return best;
}

/* `hint`: where it is if nothing came between. */
static const struct counter *find_in(const struct lg_counters *counters,
				     const char *group, const char *name,
				     size_t hint)
{
	for (size_t i = 0; i < counters->n; i++) {
		const struct counter *counter =
			&counters->list[(hint + i) % counters->n];
		if (!strcmp(counter->name, name) &&
		    !strcmp(counter->group, group))
			return counter;
	}
	return NULL;
}

static const struct counter *find(const struct lg_counters *counters,
				  const char *name)
{
	char group[64];
	size_t length = strcspn(name, ".");
	if (!name[length])
		return find_short(counters, name);
	snprintf(group, sizeof(group), "%.*s", (int)length, name);
	return find_in(counters, group, name + length + 1, 0);
}

static int unknown(const struct lg_counters *counters, const char *name)
{
	const char *dot = strchr(name, '.');
	struct lg_nearest nearest = {.asked = dot ? dot + 1 : name};
	for (size_t i = 0; i < counters->n; i++) {
		const struct counter *counter = &counters->list[i];
		/* A name that several groups have is offered once. */
		if (find_short(counters, counter->name) == counter)
			lg_nearest_offer(&nearest, counter->name);
	}
	char names[256];
	lg_nearest_print(names, sizeof(names), &nearest, "this kernel has ");
	lg_error(0, "no counter %s%s", name, names);
	return -ENOENT;
}

int lg_counters_get(const struct lg_counters *counters, const char *name,
		    uint64_t *value)
{
	const struct counter *counter = find(counters, name);
	if (!counter)
		return unknown(counters, name);
	*value = value_of(counter);
	return 0;
}

/* Icmp's and others' counters are not listed before they first move. */
static uint64_t moved_by(const struct lg_counters *before,
			 const struct counter *counter, size_t hint)
{
	const struct counter *was =
		before ? find_in(before, counter->group, counter->name, hint)
		       : NULL;
	if (!was)
		return value_of(counter);
	/* Nearly all of them. */
	if (was->digits && counter->digits &&
	    !strcmp(was->digits, counter->digits))
		return 0;
	return value_of(counter) - value_of(was);
}

struct lg_counters *lg_counters_read_with(struct lg_host *host,
					  const char *name)
{
	const struct counter *counter =
		host->counted_from ? find(host->counted_from, name) : NULL;
	/* Icmp's and others' appear when they first move. */
	if (!counter)
		return lg_counters_read(host);
	return read_files(host,
			  counter->file == FILES ? 0 : 1u << counter->file);
}

int lg_counters_since(const struct lg_counters *before,
		      const struct lg_counters *after, const char *name,
		      uint64_t *by)
{
	const struct counter *counter = find(after, name);
	if (!counter)
		return unknown(after, name);
	if (is_gauge(counter)) {
		lg_error(0, "%s goes up and down: it counts nothing", name);
		return -EINVAL;
	}
	size_t hint = (size_t)(counter - after->list);
	*by = moved_by(before, counter, hint);
	return 0;
}

bool lg_counters_next_move(const struct lg_counters *before,
			   const struct lg_counters *after, size_t *position,
			   struct lg_counter_move *move)
{
	while (*position < after->n) {
		size_t at = (*position)++;
		const struct counter *counter = &after->list[at];
		move->by = moved_by(before, counter, at);
		if (!move->by || is_gauge(counter))
			continue;
		bool in_full = find_short(after, counter->name) != counter;
		snprintf(move->name, sizeof(move->name), "%s%s%s",
			 in_full ? counter->group : "", in_full ? "." : "",
			 counter->name);
		move->group = counter->group;
		return true;
	}
	return false;
}

int lg_counters_begin(struct lg_host *host)
{
	struct lg_counters *now = lg_counters_read(host);
	if (!now)
		return -errno;
	lg_counters_free(host->counted_from);
	host->counted_from = now;
	return 0;
}

void lg_counter_extra(lg_counter_source_fn *source)
{
	extra_source = source;
}

/* In "TCP: inuse 5 orphan 0 tw 0" the value behind `name`. */
static bool find_figure(char *text, const char *protocol, const char *name,
			uint64_t *value)
{
	while (text && *text) {
		char *line = strsep(&text, "\n");
		const char *is = strsep(&line, ":");
		if (strcmp(is, protocol))
			continue;
		char *more;
		for (char *word = strtok_r(line, " ", &more); word;
		     word = strtok_r(NULL, " ", &more)) {
			const char *figure = strtok_r(NULL, " ", &more);
			if (!figure || strcmp(word, name))
				continue;
			*value = strtoull(figure, NULL, 10);
			return true;
		}
	}
	return false;
}

int lg_sockstat_read(struct lg_host *host, const char *protocol,
		     const char *name, uint64_t *value)
{
	size_t length = strlen(protocol);
	bool six = length && protocol[length - 1] == '6';

	if (host)
		lg_host_enter(host);
	char *text = read_net_file(six ? "sockstat6" : "sockstat");
	int error = text ? 0 : -errno;
	if (host)
		lg_host_leave(host);
	if (error)
		return error;

	bool found = find_figure(text, protocol, name, value);
	free(text);
	if (!found) {
		lg_error(0, "no figure %s of %s in sockstat", name, protocol);
		return -ENOENT;
	}
	return 0;
}

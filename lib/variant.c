// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "variant.h"

#include "error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One thing that varies: a sysctl, a parameter or an input, and its values. */
struct dimension {
	char *host; /* NULL: no sysctl */
	char *name;
	char **values;
	size_t n_values;
	bool named; /* its value is part of the variant's name */
	bool asked; /* on the command line: stronger than the case's own */
	bool input;
};

/* All that varies beside family and row. */
struct space {
	struct dimension *dimensions;
	size_t n;
};

#define ROWS (sizeof(((struct lg_case *)0)->rows) / sizeof(struct lg_row))
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* The process is a case that is about to start: without memory it can't. */
static void *must(void *pointer)
{
	if (!pointer) {
		fputs("out of memory\n", stderr);
		exit(EXIT_FAILURE);
	}
	return pointer;
}

static void add_value(struct dimension *dimension, const char *value)
{
	size_t size = (dimension->n_values + 1) * sizeof(char *);
	dimension->values = must(realloc(dimension->values, size));
	dimension->values[dimension->n_values++] = must(strdup(value));
}

static void split_values(struct dimension *dimension, const char *text,
			 const char *separators)
{
	char *copy = must(strdup(text)), *rest = NULL;

	for (char *value = strtok_r(copy, separators, &rest); value;
	     value = strtok_r(NULL, separators, &rest))
		add_value(dimension, value);
	free(copy);
}

static void forget_values(struct dimension *dimension)
{
	for (size_t i = 0; i < dimension->n_values; i++)
		free(dimension->values[i]);
	free(dimension->values);
	dimension->values = NULL;
	dimension->n_values = 0;
}

static struct dimension *add_dimension(struct space *space, const char *host,
				       const char *name)
{
	size_t size = (space->n + 1) * sizeof(*space->dimensions);
	space->dimensions = must(realloc(space->dimensions, size));
	struct dimension *dimension = &space->dimensions[space->n++];
	*dimension = (struct dimension){
		.host = host ? must(strdup(host)) : NULL,
		.name = must(strdup(name)),
	};
	return dimension;
}

/* `host` NULL: a parameter or an input. */
static struct dimension *find_dimension(struct space *space, const char *host,
					const char *name)
{
	for (size_t i = 0; i < space->n; i++) {
		struct dimension *dimension = &space->dimensions[i];
		bool same_host = host && dimension->host
					 ? !strcmp(dimension->host, host)
					 : host == dimension->host;
		if (same_host && !strcmp(dimension->name, name))
			return dimension;
	}
	return NULL;
}

static void forget_dimension(struct space *space, size_t n)
{
	struct dimension *dimension = &space->dimensions[n];

	forget_values(dimension);
	free(dimension->host);
	free(dimension->name);
	space->n--;
	memmove(dimension, dimension + 1, (space->n - n) * sizeof(*dimension));
}

/* What is asked of every host replaces what is said of some. */
static void forget_hosts(struct space *space, const char *name)
{
	for (size_t i = space->n; i-- > 0;) {
		const struct dimension *dimension = &space->dimensions[i];
		if (dimension->host && strcmp(dimension->host, "*") &&
		    !strcmp(dimension->name, name))
			forget_dimension(space, i);
	}
}

static int refuse(const char *text, const char *why)
{
	lg_error(0, "cannot vary \"%s\": %s", text, why);
	return -EINVAL;
}

static int take_asked(struct dimension *dimension, const char *text,
		      const char *values)
{
	forget_values(dimension);
	split_values(dimension, values, ",");
	dimension->named = dimension->asked = true;
	return dimension->n_values ? 0 : refuse(text, "no value");
}

static int vary(struct space *space, const char *text)
{
	char host[64], name[128], full[160];
	int used = 0;

	if (sscanf(text, "%127[^.=]=%n", name, &used) == 1 && used &&
	    text[used]) {
		struct dimension *own = find_dimension(space, NULL, name);
		return own ? take_asked(own, text, text + used)
			   : refuse(text, "the case has no such parameter");
	}
	if (sscanf(text, "%63[^.=].%127[^=]=%n", host, name, &used) != 2 ||
	    !used || !text[used])
		return refuse(text, "HOST.SYSCTL=VALUE[,VALUE] or "
				    "PARAMETER=VALUE[,VALUE] is wanted");
	snprintf(full, sizeof(full), "%s%s",
		 strncmp(name, "net.", 4) ? "net.ipv4." : "", name);

	if (!strcmp(host, "*"))
		forget_hosts(space, full);
	struct dimension *dimension = find_dimension(space, host, full);
	if (!dimension)
		dimension = add_dimension(space, host, full);
	return take_asked(dimension, text, text + used);
}

/* `host` NULL: a parameter or an input. */
static int refuse_own(const char *host, const char *name)
{
	lg_error(0, "the case gives no value to %s%s%s", host ? host : "",
		 host ? "." : "", name);
	return -EINVAL;
}

static int add_own(struct space *space, const char *host, const char *name,
		   const char *values)
{
	struct dimension *dimension = add_dimension(space, host, name);

	split_values(dimension, values ? values : "", " ");
	dimension->named = dimension->n_values > 1;
	return dimension->n_values ? 0 : refuse_own(host, name);
}

static int add_input(struct space *space, const char *name, const char *value)
{
	if (!value)
		return refuse_own(NULL, name);

	struct dimension *dimension = add_dimension(space, NULL, name);
	add_value(dimension, value);
	dimension->input = true;
	return 0;
}

static int check_row(const struct lg_row *row)
{
	for (size_t i = 0; i < LENGTH(row->sysctls) && row->sysctls[i].name;
	     i++) {
		const struct lg_sysctl *sysctl = &row->sysctls[i];
		if (!sysctl->values || !*sysctl->values)
			return refuse_own(sysctl->host, sysctl->name);
	}
	return 0;
}

/* What the case itself says. */
static int add_all(const struct lg_case *of, struct space *space)
{
	int result = 0;

	for (size_t i = 0;
	     !result && i < LENGTH(of->params) && of->params[i].name; i++)
		result = add_own(space, NULL, of->params[i].name,
				 of->params[i].values);
	for (size_t i = 0;
	     !result && i < LENGTH(of->inputs) && of->inputs[i].name; i++)
		result = add_input(space, of->inputs[i].name,
				   of->inputs[i].values);
	for (size_t i = 0;
	     !result && i < LENGTH(of->sysctls) && of->sysctls[i].name; i++)
		result = add_own(space, of->sysctls[i].host,
				 of->sysctls[i].name, of->sysctls[i].values);
	for (size_t i = 0; !result && i < ROWS && of->rows[i].name; i++)
		result = check_row(&of->rows[i]);
	return result;
}

static int make_space(const struct lg_case *of, char *const *texts,
		      size_t n_texts, struct space *space)
{
	int result = add_all(of, space);

	for (size_t i = 0; !result && i < n_texts; i++)
		result = vary(space, texts[i]);
	return result;
}

static void free_space(struct space *space)
{
	while (space->n)
		forget_dimension(space, space->n - 1);
	free(space->dimensions);
}

static struct lg_setting *add_setting(struct lg_variant *variant,
				      const char *host, const char *name,
				      const char *value)
{
	size_t size = (variant->n_settings + 1) * sizeof(struct lg_setting);
	variant->settings = must(realloc(variant->settings, size));
	struct lg_setting *setting = &variant->settings[variant->n_settings++];
	*setting = (struct lg_setting){
		.host = host ? must(strdup(host)) : NULL,
		.name = must(strdup(name)),
		.value = must(strdup(value)),
	};
	return setting;
}

/* Those that the command line asked for, or the others. */
static void add_chosen(struct lg_variant *variant, const struct space *space,
		       const size_t *chosen, bool asked)
{
	for (size_t i = 0; i < space->n; i++) {
		const struct dimension *dimension = &space->dimensions[i];
		if (dimension->asked == asked)
			add_setting(variant, dimension->host, dimension->name,
				    dimension->values[chosen[i]])
				->input = dimension->input;
	}
}

/* "client.tcp_tw_reuse": enough to tell variants of one case apart. */
static void name_setting(FILE *name, const struct dimension *dimension,
			 const char *value)
{
	const char *dot = strrchr(dimension->name, '.');
	fputc(',', name);
	if (dimension->host && strcmp(dimension->host, "*"))
		fprintf(name, "%s.", dimension->host);
	fprintf(name, "%s=%s", dot ? dot + 1 : dimension->name, value);
}

static struct lg_variant make_variant(const struct lg_case *of,
				      const struct space *space, int family,
				      const struct lg_row *row,
				      const size_t *chosen)
{
	struct lg_variant variant = {.family = family,
				     .row = row,
				     .lasts_ms = of->lasts_ms,
				     .bulk = of->bulk};
	size_t size;
	FILE *name = must(open_memstream(&variant.name, &size));

	fputs(family == AF_INET ? "ipv4" : "ipv6", name);
	if (row)
		fprintf(name, ",%s", row->name);
	for (size_t i = 0; i < space->n; i++) {
		const struct dimension *dimension = &space->dimensions[i];
		if (dimension->named)
			name_setting(name, dimension,
				     dimension->values[chosen[i]]);
	}
	fclose(name);

	/* Of settings of the same sysctl the last one holds. */
	add_chosen(&variant, space, chosen, false);
	for (size_t i = 0;
	     row && i < LENGTH(row->sysctls) && row->sysctls[i].name; i++)
		add_setting(&variant, row->sysctls[i].host,
			    row->sysctls[i].name, row->sysctls[i].values);
	add_chosen(&variant, space, chosen, true);
	if (!row)
		return variant;
	if (row->lasts_ms)
		variant.lasts_ms = row->lasts_ms;
	variant.bulk = of->bulk || row->bulk;
	return variant;
}

/* Counts the chosen values up like an odometer, the last fastest. */
static bool next_choice(const struct space *space, size_t *chosen)
{
	for (size_t i = space->n; i-- > 0;) {
		if (++chosen[i] < space->dimensions[i].n_values)
			return true;
		chosen[i] = 0;
	}
	return false;
}

/* `row` may be NULL. */
static void add_row(const struct lg_case *of, const struct space *space,
		    int family, const struct lg_row *row,
		    struct lg_variants *variants)
{
	size_t *chosen = must(calloc(space->n + 1, sizeof(size_t)));
	do {
		size_t size = (variants->n + 1) * sizeof(*variants->list);
		variants->list = must(realloc(variants->list, size));
		variants->list[variants->n++] =
			make_variant(of, space, family, row, chosen);
	} while (next_choice(space, chosen));
	free(chosen);
}

static void add_family(const struct lg_case *of, const struct space *space,
		       int family, struct lg_variants *variants)
{
	unsigned bit = family == AF_INET ? LG_IPV4 : LG_IPV6;
	const struct lg_row *row = of->rows;

	if (!row->name && of->families & bit)
		add_row(of, space, family, NULL, variants);
	for (; row < of->rows + ROWS && row->name; row++) {
		if ((row->families ? row->families : of->families) & bit)
			add_row(of, space, family, row, variants);
	}
}

int lg_variants_make(const struct lg_case *of, unsigned families,
		     char *const *texts, size_t n_texts,
		     struct lg_variants *variants)
{
	struct space space = {0};

	*variants = (struct lg_variants){0};
	int result = make_space(of, texts, n_texts, &space);
	if (!result && families & LG_IPV4)
		add_family(of, &space, AF_INET, variants);
	if (!result && families & LG_IPV6)
		add_family(of, &space, AF_INET6, variants);
	free_space(&space);
	return result;
}

void lg_variants_free(struct lg_variants *variants)
{
	for (size_t i = 0; i < variants->n; i++) {
		struct lg_variant *variant = &variants->list[i];
		for (size_t j = 0; j < variant->n_settings; j++) {
			free(variant->settings[j].host);
			free(variant->settings[j].name);
			free(variant->settings[j].value);
		}
		free(variant->settings);
		free(variant->name);
	}
	free(variants->list);
	*variants = (struct lg_variants){0};
}

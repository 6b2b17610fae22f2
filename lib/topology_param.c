// SPDX-License-Identifier: GPL-2.0-or-later
#include "error.h"
#include "topology_parts.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct param {
	char *name;
	const char *value;
	struct param *next;
};

struct lg_params {
	char *text; /* what names and default values point into */
	struct param *first;
};

static bool is_name_start(char c)
{
	return isalpha((unsigned char)c) || c == '_';
}

static size_t name_length(const char *text)
{
	size_t n = 0;

	if (is_name_start(*text))
		while (is_name_start(text[n]) ||
		       isdigit((unsigned char)text[n]))
			n++;
	return n;
}

static struct param *find(const struct lg_params *params, const char *name,
			  size_t length)
{
	struct param *param = params->first;

	while (param &&
	       (strncmp(param->name, name, length) || param->name[length]))
		param = param->next;
	return param;
}

static int add(struct lg_params *params, char *word)
{
	size_t length = name_length(word);

	if (!length || word[length] != '=')
		return lg_error(0, "'%s' is not NAME=VALUE", word);
	if (find(params, word, length))
		return lg_error(0, "%.*s is given twice", (int)length, word);

	struct param *param = malloc(sizeof(*param));
	if (!param)
		return lg_error(0, "out of memory");
	word[length] = '\0';
	*param = (struct param){word, word + length + 1, params->first};
	params->first = param;
	return 0;
}

static int read_defaults(struct lg_params *params)
{
	char *rest;

	for (char *word = strtok_r(params->text, LG_BLANKS, &rest); word;
	     word = strtok_r(NULL, LG_BLANKS, &rest))
		if (add(params, word))
			return -EIO;
	return 0;
}

static int set_given(struct lg_params *params,
		     const struct lg_topology_param *given)
{
	for (; given && given->name; given++) {
		struct param *param =
			find(params, given->name, strlen(given->name));
		if (!param)
			return lg_error(0, "there is no parameter '%s'",
					given->name);
		param->value = given->value;
	}
	return 0;
}

struct lg_params *lg_params_read(const char *text,
				 const struct lg_topology_param *given)
{
	struct lg_params *params = calloc(1, sizeof(*params));

	if (!params || !(params->text = strdup(text ? text : ""))) {
		lg_error(0, "out of memory");
	} else if (!read_defaults(params) && !set_given(params, given)) {
		return params;
	}
	lg_params_free(params);
	return NULL;
}

void lg_params_free(struct lg_params *params)
{
	if (!params)
		return;
	while (params->first) {
		struct param *next = params->first->next;
		free(params->first);
		params->first = next;
	}
	free(params->text);
	free(params);
}

static int expand(const struct lg_params *params, const char *text, FILE *to)
{
	while (*text) {
		if (*text != '$') {
			fputc(*text++, to);
			continue;
		}
		size_t length = name_length(++text);
		const struct param *param = find(params, text, length);
		if (!length)
			return lg_error(0, "a $ without a parameter's name");
		if (!param)
			return lg_error(0, "there is no parameter '%.*s'",
					(int)length, text);
		fputs(param->value, to);
		text += length;
	}
	return 0;
}

char *lg_params_expand(const struct lg_params *params, const char *text)
{
	char *expanded = NULL;
	size_t size;
	FILE *to = open_memstream(&expanded, &size);

	if (!to) {
		lg_error(0, "out of memory");
		return NULL;
	}
	int result = expand(params, text, to);
	if (fclose(to) && !result)
		result = lg_error(0, "out of memory");
	if (!result)
		return expanded;
	free(expanded);
	return NULL;
}

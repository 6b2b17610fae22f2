// SPDX-License-Identifier: GPL-2.0-or-later
#include "synopsis.h"

#include "text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- options ----------------------------------------------------------- */

/* "  -k, --kernel=NAME,...      Run on ..." */
static bool read_option(struct lg_synopsis *synopsis, const char *line)
{
	const char *at = line + strspn(line, " ");
	struct lg_synopsis_option option = {0};

	if (at[0] != '-' || !at[1])
		return false;
	if (at[1] != '-') {
		option.letter = at[1];
		at = strstr(at, "--");
	}
	if (!at || at[1] != '-')
		return false;
	at += 2;
	size_t length = strcspn(at, "=[ ");
	option.name = lg_text("%.*s", (int)length, at);
	at += length;
	length = strcspn(at, " ");
	option.can_lack_it = *at == '[';
	if (option.can_lack_it)
		option.value = lg_text("%.*s", (int)length - 3, at + 2);
	else if (*at == '=')
		option.value = lg_text("%.*s", (int)length - 1, at + 1);
	at += length;
	option.does = lg_text("%s", at + strspn(at, " "));

	synopsis->options = lg_there(reallocarray(synopsis->options,
						  synopsis->n_options + 1,
						  sizeof(*synopsis->options)));
	synopsis->options[synopsis->n_options++] = option;
	return true;
}

/* ---- commands ---------------------------------------------------------- */

/* "  list     what cases there are" */
static bool read_command(struct lg_synopsis *synopsis, const char *line)
{
	if (strncmp(line, "  ", 2) != 0 || !isalpha((unsigned char)line[2]))
		return false;
	const char *name = line + 2;
	size_t length = strcspn(name, " ");
	const char *does = name + length;

	synopsis->commands = lg_there(
		reallocarray(synopsis->commands, synopsis->n_commands + 1,
			     sizeof(*synopsis->commands)));
	synopsis->commands[synopsis->n_commands++] =
		(struct lg_synopsis_command){
			.name = lg_text("%.*s", (int)length, name),
			.does = lg_text("%s", does + strspn(does, " "))};
	return true;
}

/* ---- arguments --------------------------------------------------------- */

static bool is_placeholder(const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (islower((unsigned char)word[i]))
			return false;
	}
	return strncmp(word, "[OPTION", 7) != 0;
}

/* "Usage: linger topo [OPTION...] FILE [-- CMD...]" */
static void read_usage(struct lg_synopsis *synopsis, const char *line)
{
	for (const char *word = line + strlen("Usage:"); *word;) {
		word += strspn(word, " ");
		size_t length = strcspn(word, " ");
		if (length && is_placeholder(word, length)) {
			synopsis->arguments = lg_there(reallocarray(
				synopsis->arguments, synopsis->n_arguments + 1,
				sizeof(char *)));
			synopsis->arguments[synopsis->n_arguments++] =
				lg_text("%.*s", (int)length, word);
		}
		word += length;
	}
}

/* ---- all of it --------------------------------------------------------- */

void lg_synopsis_read(struct lg_synopsis *synopsis, const char *help)
{
	bool in_commands = false, in_option = false;

	*synopsis = (struct lg_synopsis){0};
	while (*help) {
		size_t length = strcspn(help, "\n");
		char *line = lg_text("%.*s", (int)length, help);
		help += length + (help[length] == '\n');

		struct lg_synopsis_option *last =
			synopsis->n_options
				? &synopsis->options[synopsis->n_options - 1]
				: NULL;
		if (!strncmp(line, "Usage:", 6))
			read_usage(synopsis, line);
		else if (!strcmp(line, "Commands:"))
			in_commands = true;
		else if (in_commands)
			in_commands = read_command(synopsis, line);
		else if (read_option(synopsis, line))
			in_option = true;
		else if (in_option && *line == ' ' && last)
			lg_text_append(&last->does, "%s%s",
				       *last->does ? " " : "",
				       line + strspn(line, " "));
		else
			in_option = false;
		free(line);
	}
}

void lg_synopsis_free(struct lg_synopsis *synopsis)
{
	for (size_t i = 0; i < synopsis->n_options; i++) {
		free(synopsis->options[i].name);
		free(synopsis->options[i].value);
		free(synopsis->options[i].does);
	}
	for (size_t i = 0; i < synopsis->n_commands; i++) {
		free(synopsis->commands[i].name);
		free(synopsis->commands[i].does);
	}
	for (size_t i = 0; i < synopsis->n_arguments; i++)
		free(synopsis->arguments[i]);
	free(synopsis->options);
	free(synopsis->commands);
	free(synopsis->arguments);
	*synopsis = (struct lg_synopsis){0};
}

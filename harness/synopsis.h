/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the --help of a command says that it takes. */
#ifndef LG_SYNOPSIS_H
#define LG_SYNOPSIS_H

#include <stdbool.h>
#include <stddef.h>

struct lg_synopsis_option {
	char letter; /* 0: it has none */
	char *name;
	char *value;	  /* "NAME,...", "tap|ktap"; NULL: it has none */
	bool can_lack_it; /* "[=DIR]": a value is behind a '=' only */
	char *does;
};

struct lg_synopsis_command {
	char *name, *does;
};

struct lg_synopsis {
	struct lg_synopsis_option *options;
	size_t n_options;
	struct lg_synopsis_command *commands; /* that it has itself */
	size_t n_commands;
	char **arguments; /* as in its usage: "[GLOB...]" */
	size_t n_arguments;
};

/* Of a help as argp prints it. */
void lg_synopsis_read(struct lg_synopsis *synopsis, const char *help);
void lg_synopsis_free(struct lg_synopsis *synopsis);

#endif

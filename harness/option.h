/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of options.  One that is wrong ends the program with a message that
 * names the option as it is given here: "--jobs". */
#ifndef LG_OPTION_H
#define LG_OPTION_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

/* A whole number from 1 to `most`. */
unsigned long lg_option_number(const struct argp_state *state,
			       const char *option, const char *value,
			       unsigned long most);

/* The index of the value among these words, which NULL ends. */
size_t lg_option_word(const struct argp_state *state, const char *option,
		      const char *value, const char *const words[]);

/* "virtual" or "real": whether it is real. */
bool lg_option_real_time(const struct argp_state *state, const char *value);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
#include "option.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

unsigned long lg_option_number(const struct argp_state *state,
			       const char *option, const char *value,
			       unsigned long most)
{
	unsigned long number = 0;
	if (!lg_text_number(value, most, &number))
		argp_error(state, "%s: '%s' is not a number from 1 to %lu",
			   option, value, most);
	return number;
}

size_t lg_option_word(const struct argp_state *state, const char *option,
		      const char *value, const char *const words[])
{
	size_t i = 0;
	while (words[i] && strcmp(words[i], value))
		i++;
	if (words[i])
		return i;

	char *list = lg_text("%s", words[0]);
	for (i = 1; words[i]; i++)
		lg_text_append(&list, ", %s", words[i]);
	argp_error(state, "%s: '%s' is none of %s", option, value, list);
	free(list);
	return 0;
}

bool lg_option_real_time(const struct argp_state *state, const char *value)
{
	static const char *const clocks[] = {"virtual", "real", NULL};
	return lg_option_word(state, "--time", value, clocks) == 1;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Random scripts, as a case asks for them. */
#define LG_IMPLEMENTATION
#include "script.h"

#include "verdict.h"

void lg_script_read(struct lg_script *script, const struct lg_verb *verbs,
		    const char *text)
{
	if (lg_script_parse(script, verbs, text))
		lg_broken_by("\"%s\"", text);
}

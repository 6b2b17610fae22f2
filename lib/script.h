/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random scripts: made from a seed, written and read as text, made shorter. */
#ifndef LG_SCRIPT_H
#define LG_SCRIPT_H

#include "linger.h"

/* Appends the steps of a text, see lg_script_read().  0, or -EINVAL with
 * lg_error_text(). */
int lg_script_parse(struct lg_script *script, const struct lg_verb *verbs,
		    const char *text);

#endif

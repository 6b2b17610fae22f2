/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What TAP and KTAP say of a variant in comments. */
#ifndef LG_DIAGNOSIS_H
#define LG_DIAGNOSIS_H

#include "run.h"

#include <stdio.h>

/* Each line of the text behind the indent and "# ", the first after the
 * label. */
void lg_diagnosis_comment(FILE *file, const char *indent, const char *label,
			  const char *text);

/* Why a variant failed or is broken. */
void lg_diagnosis_print(FILE *file, const char *indent,
			const struct lg_run *run, const struct lg_item *item);

/* The first line of the reason; to be freed. */
char *lg_diagnosis_reason(const struct lg_run *run, const struct lg_item *item);

#endif

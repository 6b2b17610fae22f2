/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is on record of a kernel in the store: kernel.json. */
#ifndef LG_KERNEL_RECORD_H
#define LG_KERNEL_RECORD_H

#include "kernel_store.h"

#include <jansson.h>
#include <stdbool.h>

struct lg_record {
	const char *name;
	enum lg_kernel_kind kind;
	const char *version; /* NULL: not known */
	const char *source;  /* for people */
	const char *state;   /* of the source: when it differs, it is another */
};

/* A new record, of now, to which more may be added. */
json_t *lg_record_new(const struct lg_record *facts);

/* Whether it is of this state of a source, made as linger now makes them. */
bool lg_record_is_of(const json_t *record, const char *state);

#endif

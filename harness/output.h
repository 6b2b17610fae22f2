/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a run is reported to: standard output, in one format, and any number
 * of files.  All formats are projections of the same results.
 */
#ifndef LG_OUTPUT_H
#define LG_OUTPUT_H

#include "run.h"

#include <stdio.h>

struct lg_format;

struct lg_output {
	const struct lg_format *format;
	char *path; /* NULL: standard output */
	FILE *file;
	void *of; /* the format's own */
};

/* What a format does not care for is NULL. */
struct lg_format {
	const char *name;
	void (*begin)(struct lg_output *output, const struct lg_run *run);
	void (*done)(struct lg_output *output, const struct lg_run *run,
		     const struct lg_item *item);
	/* Called when anything has changed and every tick_ms. */
	void (*tick)(struct lg_output *output, const struct lg_run *run);
	unsigned tick_ms;
	/* Also of a run that was stopped: what is written becomes whole. */
	void (*end)(struct lg_output *output, const struct lg_run *run);
};

extern const struct lg_format lg_pretty_format, lg_tap_format, lg_ktap_format,
	lg_junit_format, lg_jsonl_format;

struct lg_outputs {
	struct lg_output *list;
	size_t n;
};

/* Adds "FORMAT" or "FORMAT=FILE".  Returns NULL, or what is wrong with it, to
 * be freed. */
char *lg_outputs_add(struct lg_outputs *outputs, const char *text);

/* Opens the files; what goes to standard output, if nothing was asked for, is
 * pretty.  Returns 0, or -errno with lg_error_text(). */
int lg_outputs_open(struct lg_outputs *outputs);

/* Whether standard output is for people. */
bool lg_outputs_are_pretty(const struct lg_outputs *outputs);

/* To all of them; each of these returns NULL, or what cannot be written. */
const char *lg_outputs_begin(struct lg_outputs *outputs,
			     const struct lg_run *run);
const char *lg_outputs_done(struct lg_outputs *outputs,
			    const struct lg_run *run,
			    const struct lg_item *item);
void lg_outputs_tick(struct lg_outputs *outputs, const struct lg_run *run);
unsigned lg_outputs_tick_ms(const struct lg_outputs *outputs);
const char *lg_outputs_end(struct lg_outputs *outputs,
			   const struct lg_run *run);

void lg_outputs_free(struct lg_outputs *outputs);

#endif

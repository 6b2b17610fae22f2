/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Variants side by side, each in a world of its own. */
#ifndef LG_RUN_VARIANTS_H
#define LG_RUN_VARIANTS_H

#include "tap.h"
#include "variant.h"

struct lg_run_options {
	const char *out, *topology_dir;
	bool jsonl;	  /* print the events, else TAP */
	bool pcap_always; /* see struct lg_job */
	bool only_one;	  /* `out` is its folder; else above those of all */
};

/* Runs them all and prints what comes of them; `tap` counts.  0, or -errno with
 * lg_error_text() if they could not be started. */
int lg_run_variants(const struct lg_run_options *options,
		    const struct lg_variants *variants, struct lg_tap *tap);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One variant in its world: run under libcheck, and judged. */
#ifndef LG_JUDGE_H
#define LG_JUDGE_H

#include "variant.h"

struct lg_job {
	const struct lg_variant *variant;
	const char *topology_dir;
	const char *out;  /* folder for the failure bundle; NULL: none */
	bool pcap_always; /* keep captures of variants that pass, too */
	int events;	  /* descriptor */
};

/* Real time that a variant has beside what it lasts, unless the environment
 * says another in LINGER_SPARE_MS. */
#define LG_JUDGE_SPARE_MS 45000

/* With LINGER_FORK=no in the environment a variant runs in the process that
 * judges it, for debuggers: nothing then catches its crash. */

/* Before the world is made, so that it is there whatever becomes of that:
 * writes the start event of the job's variant, of which later events are. */
void lg_judge_begin(const struct lg_job *job);

/* For lg_world_start(): runs the job's variant and writes all its events, the
 * verdict last.  Returns 0. */
int lg_judge(void *job);

/* The variant's body, in its own process: builds the network, applies the
 * settings, runs the case, says what was observed.  In lib/body.c. */
void lg_body_run(const struct lg_job *job);

/* Reads what is the same for all variants, for a process that forks for many of
 * them; what cannot be read, each reads by itself and says so. */
void lg_body_prepare(const char *topology_dir);

#endif

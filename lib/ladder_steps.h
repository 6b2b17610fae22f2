/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the ladder's drawings share: everything that happens in it as one
 * sequence, and the words for it.
 */
#ifndef LG_LADDER_STEPS_H
#define LG_LADDER_STEPS_H

#include "ladder.h"

/* From here on a silence is shown as a break of the time scale. */
#define LG_LADDER_BREAK_NS INT64_C(1000000000)

#define LG_LADDER_TEXT 256 /* room for any of the texts below */

#define LG_NO_INDEX SIZE_MAX

enum lg_step_kind { LG_STEP_LEAVES, LG_STEP_ARRIVES, LG_STEP_NOTE };

struct lg_step {
	int64_t time_ns;
	enum lg_step_kind kind;
	size_t index; /* of the arrow or note */
};

struct lg_steps {
	const struct lg_ladder *ladder;
	size_t first_arrow; /* those before it are left out */
	/* By time.  An arrow that was lost arrives when it leaves. */
	struct lg_step *steps;
	size_t n;
	int64_t start_ns; /* of the ladder, also if its first are left out */
	/* By arrow: the held one that it lets go, and the last that lets it go;
	 * LG_NO_INDEX if there is none. */
	size_t *held_as, *released_as;
	size_t *connections; /* by host: how many have states */
};

/* `most` as in struct lg_ladder_style.  0 or -ENOMEM. */
int lg_steps_make(struct lg_steps *steps, const struct lg_ladder *ladder,
		  unsigned most);
void lg_steps_free(struct lg_steps *steps);

/* When an arrow ends. */
int64_t lg_arrow_end(const struct lg_ladder_arrow *arrow);

/* "0.010", or "0.010123" with `micro`; after the ladder's start. */
void lg_steps_time(const struct lg_steps *steps, int64_t time_ns, bool micro,
		   char text[LG_LADDER_TEXT]);

/* A length of time for people: "60.2 s", "20 ms", "350 us". */
void lg_ladder_span(int64_t ns, char text[LG_LADDER_TEXT]);

enum lg_label_detail {
	LG_LABEL_SHORT,	  /* flags and numbers */
	LG_LABEL_OPTIONS, /* and the options that every segment can have */
	LG_LABEL_FULL,	  /* and those of a SYN */
};

/* The arrow's segment in packetdrill's notation, without the window. */
void lg_ladder_label(const struct lg_ladder_arrow *arrow,
		     enum lg_label_detail detail, char text[LG_LADDER_TEXT]);

/* What became of the arrow on its way: "drop 1", "hold 1, released at 60.251",
 * "rewrite 1: TSval 500 -> 100"; empty if nothing did. */
void lg_ladder_remark(const struct lg_steps *steps, size_t arrow,
		      char text[LG_LADDER_TEXT]);

/* "TIME-WAIT", "#2 SYN-SENT" if its host has several connections,
 * "[PAWSEstab +1]". */
void lg_ladder_note(const struct lg_steps *steps,
		    const struct lg_ladder_note *note,
		    char text[LG_LADDER_TEXT]);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ladder: hosts as columns, segments as arrows, time downwards; states and
 * counters in the margins.
 */
#ifndef LG_LADDER_H
#define LG_LADDER_H

#include "notation.h"

enum lg_fate {
	LG_ARRIVED,
	LG_LOST,      /* left, and was not seen again */
	LG_DROPPED,   /* by a rule, at the receiver */
	LG_HELD,      /* likewise; its release is another arrow, injected */
	LG_REWRITTEN, /* arrived with another content; `was` is what left */
};
#define LG_FATES (LG_REWRITTEN + 1)

struct lg_ladder_arrow {
	size_t from, to;    /* columns; never the same */
	int64_t left_ns;    /* CLOCK_REALTIME */
	int64_t arrived_ns; /* also if dropped or held there; not LG_LOST */
	enum lg_fate fate;
	const char *by; /* which rule: "drop 1", NULL if none; several in their
			 * order: "hold 1, drop 2" */
	bool injected;	/* let go by a rule: nobody sent it at that moment */
	struct lg_segment segment; /* as it arrived */
	struct lg_segment was;	   /* LG_REWRITTEN: as it left */
	struct lg_bases bases;
	bool unexpected;      /* the one that failed the case */
	const char *expected; /* what should have come instead */
};

enum lg_note_kind {
	LG_NOTE_STATE,	 /* lasts until the next state of its connection */
	LG_NOTE_COUNTER, /* a thing of the moment */
};

struct lg_ladder_note {
	int64_t time_ns;
	size_t host;
	const char *text; /* "TIME-WAIT", "TCPSYNChallenge +1"; the state
			   * "CLOSED" means that there is no connection */
	enum lg_note_kind kind;
	size_t connection; /* states: which of the host's, from 0 */
};

struct lg_ladder {
	const char *title;
	const char *const *hosts; /* columns, left to right */
	size_t n_hosts;
	const struct lg_ladder_arrow *arrows; /* by left_ns */
	size_t n_arrows;
	const struct lg_ladder_note *notes; /* by time_ns */
	size_t n_notes;
};

struct lg_ladder_style {
	unsigned width; /* columns of text; 0: 100 */
	bool ascii;	/* no box-drawing characters */
	bool colour;	/* ANSI */
	unsigned most;	/* arrows: the last so many; 0: all.  What is left out
			 * is said */
};

/* Both return text to be freed, NULL with errno. */
char *lg_ladder_text(const struct lg_ladder *ladder,
		     struct lg_ladder_style style);
/* One self-contained SVG document, readable in light and dark. */
char *lg_ladder_svg(const struct lg_ladder *ladder);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets on the loopback, brought into each state that there is. */
#ifndef LG_TEST_SITUATION_H
#define LG_TEST_SITUATION_H

#include "diag.h"

struct situation {
	/* Returns the end that is in the state. */
	struct lg_endpoints (*make)(int family);
	int state;
	const char *name; /* the state's */
	const char *ss;	  /* as ss spells it; NULL: the same */
	bool time_wait;
};

#define SITUATIONS 10
extern const struct situation situations[SITUATIONS];

struct lg_endpoints situation_established(int family);
struct lg_endpoints situation_listen(int family);
struct lg_endpoints situation_close_wait(int family);
struct lg_endpoints situation_time_wait(int family);
struct lg_endpoints situation_fin_wait1(int family);
struct lg_endpoints situation_orphan_fin_wait2(int family);

/* A connection's two sockets, for other situations. */
void situation_pair(int family, int pair[2]);
struct lg_endpoints situation_ends(int sock);
/* Waits for the peer's FIN. */
void situation_read_end(int sock);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a script of connections is played: what the files lib/play*.c share. */
#ifndef LG_PLAY_H
#define LG_PLAY_H

#include "net.h"

#define LG_PLAY_PORTS 2
#define LG_PLAY_FIRST_PORT 4001u
#define LG_PLAY_SERVER_PORT 80
#define LG_PLAY_TIME_WAIT_MS 60000

enum { LG_PLAY_CLIENT, LG_PLAY_SERVER, LG_PLAY_HOSTS };

/* A byte tells whose it is, and its place in the stream modulo 8. */
#define LG_PLAY_PLACES 8
#define LG_PLAY_ENDS (256 / LG_PLAY_PLACES - 1)

/* One program's end of a connection.  Its number is what it signs its bytes
 * with. */
struct lg_play_end {
	int sock;
	unsigned host, port;
	bool held;	/* not closed by its program */
	bool connected; /* it has been */
	bool read;	/* to the end of the stream, or an error */
	int64_t opened_ns;
	int64_t connects_by_ms; /* 0: it does not connect now */
	unsigned sent, received;
	unsigned heard; /* whose bytes it has read; 0: none yet */
};

/* What the next segments towards a host suffer. */
enum lg_play_order {
	LG_PLAY_LOSE,
	LG_PLAY_LATE,
	LG_PLAY_TWICE,
	LG_PLAY_REORDER,
	LG_PLAY_ORDERS
};

/* When the last of them has arrived at a host and port, or will; and what of it
 * a TIME_WAIT judges by. */
struct lg_play_last {
	int64_t fin_ms, rst_ms;
	int64_t syn_ms; /* of those of the last connect() */
	uint32_t fin_end, fin_tsval, syn_seq, syn_tsval;
};

/* The way towards a host. */
struct lg_play_path {
	struct lg_play *play;
	unsigned host;
	uint64_t dice;
	struct {
		unsigned left, ms;
	} orders[LG_PLAY_ORDERS];
	struct lg_play_last last[LG_PLAY_PORTS];
};

/* What becomes of segments all the time: percentages, and milliseconds. */
struct lg_play_weather {
	unsigned loss, copies, strays, delay, jitter;
};

/* A sysctl that has been set, and what it was. */
struct lg_play_setting {
	unsigned host;
	char name[64];
	long was;
};

struct lg_play {
	struct lg_net *net;
	struct lg_host *hosts[LG_PLAY_HOSTS];
	int listener;
	unsigned linear_retries; /* of a SYN, before its timeout doubles */
	bool shown;
	char violation[256]; /* empty: none */

	/* Of the script that is played. */
	struct lg_play_end ends[1 + LG_PLAY_ENDS]; /* from 1 */
	unsigned n_ends;
	struct {
		unsigned opens;
		int64_t opened_ns; /* its last connection */
	} ports[LG_PLAY_PORTS];
	struct lg_play_path paths[LG_PLAY_HOSTS];
	struct lg_play_weather weather;
	int64_t last_arrival_ms; /* anywhere */
	struct lg_play_setting settings[LG_STEPS_MAX];
	unsigned n_settings;
};

/* By the clock of captures, as all times here. */
int64_t lg_play_now_ms(void);

const char *lg_play_host(unsigned host);
/* "the server's 3 (port 4001)"; valid until the next call but one. */
const char *lg_play_name(const struct lg_play *play,
			 const struct lg_play_end *end);

/* Something does not hold.  The first that is said stays. */
void lg_play_violate(struct lg_play *play, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- programs ---------------------------------------------------------- */

/* `any`: the kernel chooses the port; it has only the first. */
void lg_play_open(struct lg_play *play, bool any, unsigned port);
void lg_play_send(struct lg_play *play, struct lg_play_end *end, unsigned size);
void lg_play_close(struct lg_play *play, struct lg_play_end *end, bool abort);

/* The last at that host and port that is still held; NULL: none. */
struct lg_play_end *lg_play_find(struct lg_play *play, unsigned host,
				 unsigned port);

/* Lets time pass, and the programs accept and read. */
void lg_play_attend(struct lg_play *play, unsigned ms);

/* ---- segments and sysctls ---------------------------------------------- */

/* Decides about what arrives by the path that is its argument. */
lg_decide lg_play_decide;

/* Of lg_play_verbs, which are in lib/play_verbs.c, too. */
void lg_play_set_back(struct lg_play *play);

/* ---- the end ----------------------------------------------------------- */

/* Whether the host has no socket but its listener, and those in TIME_WAIT
 * unless they have to be gone, too. */
bool lg_play_is_over(struct lg_play *play, unsigned host, bool gone);

/* When the programs have nothing more to do: ends what they hold, and checks
 * what has to hold then. */
void lg_play_check(struct lg_play *play);

#endif

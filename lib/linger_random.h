/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rest of linger.h, which includes it: random scripts.
 *
 * A script is a list of steps which a seed chooses among a case's verbs.  It
 * can be written as a line of text and read again, "open 4000; send client
 * 500", and one that fails can be made as short as it can be.
 */
#ifndef LINGER_RANDOM_H
#define LINGER_RANDOM_H

/* One of `words`, a list separated by blanks; else a number from `least` to
 * `most`, of which the small ones are chosen more often. */
struct lg_operand {
	const char *words;
	unsigned least, most;
};

struct lg_verb {
	const char *name; /* NULL ends a list of verbs */
	unsigned weight;  /* how often it is chosen, beside the others'; 0:
			   * never, but it can be read */
	struct lg_operand operands[3];
	/* For the case to call: a number is as it is, a word its place. */
	void (*act)(void *world, const unsigned *values);
};

struct lg_script_step {
	const struct lg_verb *verb;
	unsigned values[3];
};

#define LG_STEPS_MAX 64
struct lg_script {
	size_t n;
	struct lg_script_step steps[LG_STEPS_MAX];
};

/* The next of the numbers that follow from `*state`. */
uint64_t lg_random(uint64_t *state);

/* Appends `n` steps, as many of them as there is room for. */
void lg_script_add(struct lg_script *script, const struct lg_verb *verbs,
		   size_t n, uint64_t seed);

/* To be freed; NULL: out of memory. */
char *lg_script_print(const struct lg_script *script);
/* Appends the steps that are written there. */
void lg_script_read(struct lg_script *script, const struct lg_verb *verbs,
		    const char *text);

/*
 * Scripts of connections: programs at `client` connect from its ports 4001 and
 * 4002, again and again, to port 80 of `server`; both send, close and abort;
 * sysctls change; and segments are lost, late, duplicated and reordered.
 */
extern const struct lg_verb lg_play_verbs[];

struct lg_play;
struct lg_play *lg_play_between(struct lg_host *client, struct lg_host *server);

/* Whether what is played from now on is captured, and its states noted. */
void lg_play_show(struct lg_play *play);

/*
 * Plays a script of `lg_play_verbs`, and waits until nothing is left of it.
 * Each step takes `step_ms` at least.  NULL, or a sentence that says which of
 * these did not hold, valid until the next is played:
 *
 * - Each byte that a program reads is the next one of those that one program at
 *   the other end has sent on this connection.
 * - Each connect() ends, within the time that tcp_syn_retries allows.
 * - Once no program holds a connection it comes to its end, and a TIME_WAIT
 * does 60 s (and the timer's slack) after the last segment came.  Then the
 * ports can be bound.
 * - A TIME_WAIT does not end before: 60 s after the last FIN came it is still
 *   there, unless a RST came (and tcp_rfc1337 is off) or a SYN that is newer
 *   than the FIN.  If both FINs came and no RST, there is one.
 * - No program is told of a reset on a connection that is the port's first, and
 *   of which no end was closed or aborted.
 */
const char *lg_play(struct lg_play *play, const struct lg_script *script,
		    unsigned step_ms);

typedef bool lg_script_fails(const struct lg_script *script, void *argument);

/* Leaves out of a script that fails what it can do without, and lowers numbers,
 * so that it fails still, but not with any step less; or as far as 300 tries
 * lead. */
void lg_script_shrink(struct lg_script *script, lg_script_fails *fails,
		      void *argument);

#endif /* LINGER_RANDOM_H */

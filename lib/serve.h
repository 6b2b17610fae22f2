/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program that is started once and runs many times, each time in a process of
 * its own: where the processor is emulated, to load a program's libraries is
 * much of what a variant takes.
 */
#ifndef LG_SERVE_H
#define LG_SERVE_H

/* The only argument of a program that is to serve. */
#define LG_SERVE "--serve"

/* What is asked of it may be so long, in bytes. */
#define LG_SERVE_MOST 65536

/*
 * Serves until nobody is left to ask.  Standard input is a SOCK_SEQPACKET
 * socket: a message to it has the words of an argv, a null character behind
 * each; the reply is an int, the status of the process in which run() was
 * called with them, as waitpid(2) has it.  It comes once all that this process
 * has started has ended, too.  run() has /dev/null as its standard input; its
 * process dies with this one.
 *
 * Returns the exit status for main(), after a message if it isn't 0.
 */
int lg_serve(int (*run)(int argc, char **argv));

#endif

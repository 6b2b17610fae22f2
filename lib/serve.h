/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program that is started once and runs many times: where the processor is
 * emulated, to load a program's libraries is much of what a variant takes, and
 * so is a process.
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
 * each; the reply is an int, what run() has returned for them.  It is called in
 * this process, each time with what the last time has left, and should itself
 * leave no process behind; its standard input is /dev/null.  Where it ends the
 * process there is no reply.
 *
 * Returns the exit status for main(), after a message if it isn't 0.
 */
int lg_serve(int (*run)(int argc, char **argv));

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Of what linger starts, only its children would end when it is killed: not the
 * compilers that make has started.  So there is a keeper between linger and the
 * program, which outlives linger by as long as it takes to end them all.
 */
#ifndef LG_KEEPER_H
#define LG_KEEPER_H

/*
 * The work of lg_child_fork(): runs the program `argv` (a list of words) to its
 * end, and ends as it did.  What linger has locked stays so until then.
 */
int lg_keep(void *argv);

#endif

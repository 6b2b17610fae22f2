/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LG_MEMORY_H
#define LG_MEMORY_H

/*
 * Has the kernel put in place now, in one go, what memory the process has or
 * will ask for: in a UML guest each page that it first touches, or first writes
 * to after a fork, takes as long as several system calls, and a variant would
 * come upon hundreds of them.  It holds until the process forks or executes
 * something.  Elsewhere than in such a guest (LINGER_GUEST says so) nothing
 * happens: an emulated machine would spend more on it than it saves.  A kernel
 * that refuses it makes things slower, not wrong.
 */
void lg_memory_place(void);

#endif

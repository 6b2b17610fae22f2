/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A world: new user (unless we are root), net, mount, pid and uts namespaces,
 * all anonymous.  Its first process is the child that lg_world_start() makes;
 * when that ends, for whatever reason, the kernel kills all else in it and
 * takes the namespaces down.  It ends when its parent does.
 *
 * In a guest (LINGER_GUEST is set), where we are root, the first network
 * namespace serves: there is nothing in it, and another one would take a tenth
 * of what a variant does.
 */
#ifndef LG_WORLD_H
#define LG_WORLD_H

#include <sys/types.h>

/*
 * Runs `inside` in a new world; its result is the child's exit status.
 * Returns the child's pid as the caller sees it, or -errno with
 * lg_error_text(): -EPERM where neither root nor user namespaces are to be had.
 */
pid_t lg_world_start(int (*inside)(void *argument), void *argument);

/* Called in a world that could not be set up, instead of `inside`, to say why:
 * by lg_error_text().  Without it that goes to stderr. */
void lg_world_on_failure(void (*say)(void));

#endif

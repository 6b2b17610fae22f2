/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a new network namespace takes over from the machine instead of starting
 * with the kernel's defaults, as far as it decides what a case sees.  A test
 * must not depend on how the machine that it runs on is tuned.
 */
#ifndef LG_INHERITED_H
#define LG_INHERITED_H

/* Finds out, in the new namespace that the process is in, which settings are
 * other than they should be; all new namespaces then have the same.  0, or
 * -errno with lg_error_text(). */
int lg_inherited_find(unsigned *settings);

/* Puts these right in the new namespace that the process is in; likewise. */
int lg_inherited_undo(unsigned settings);

#endif

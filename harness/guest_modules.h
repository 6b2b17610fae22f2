/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modules that came along in a guest; for its init. */
#ifndef LG_GUEST_MODULES_H
#define LG_GUEST_MODULES_H

/* Loads those that the file `order` of a folder lists.  What can't be loaded is
 * said on the console: the cases that need it say the rest. */
void lg_modules_load(const char *folder);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A case's events as TAP. */
#ifndef LG_TAP_H
#define LG_TAP_H

#include <stdbool.h>
#include <stddef.h>

/* How the line of a verdict begins. */
#define LG_TAP_VERDICT "{\"event\":\"verdict\""

struct lg_tap {
	size_t total; /* variants that there will be */
	size_t done, failed, broken;
};

/* Reads the events of one variant (JSON Lines, ended by NUL) and counts its
 * verdict; prints it as TAP if asked to, with the plan before the first. */
void lg_tap_read(struct lg_tap *tap, const char *events, bool print);

#endif

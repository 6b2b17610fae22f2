/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a UML kernel for linger is made of: the options in uml.config. */
#ifndef LG_KERNEL_CONFIG_H
#define LG_KERNEL_CONFIG_H

#include <jansson.h>
#include <stdint.h>

/* Each of these that returns an int returns 0, or -errno with
 * lg_error_text(). */

/* Appends our options to a .config: make olddefconfig sees the last ones. */
int lg_config_append(const char *path);

/* What olddefconfig has left out: names without CONFIG_, in two new arrays. */
int lg_config_missing(const char *path, json_t **essential, json_t **wanted);

/* How many options are on. */
int lg_config_count(const char *path, unsigned *on);

/* Tells one set of options from another. */
uint64_t lg_config_hash(void);

#endif

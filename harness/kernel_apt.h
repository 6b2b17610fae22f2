/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The distribution's packages, of this machine's release or another, without
 * installing any: apt with lists, caches and state of its own, from where the
 * machine's sources say.  Needs no root.
 */
#ifndef LG_KERNEL_APT_H
#define LG_KERNEL_APT_H

#include <stdbool.h>

struct lg_apt {
	char *folder;
	char *config;
	char *trouble; /* what was not to be had; NULL: all was */
};

/* Whether it may be the name of a kernel's package, "NAME" or
 * "NAME/RELEASE". */
bool lg_apt_is_name(const char *text);

/* Each of these returns 0, or -errno with lg_error_text(). */

/* Fetches what there is in a release (NULL: the machine's); all in `folder`,
 * which is the caller's to remove. */
int lg_apt_open(struct lg_apt *apt, const char *folder, const char *release);

struct lg_package {
	char *name;
	char *version;
};

/*
 * What is there of a name; for an empty package that only points to the newest
 * of its kind, what it points to.  -EINVAL if there is none.
 */
int lg_apt_find(const struct lg_apt *apt, const char *name,
		struct lg_package *package);

/* Fetches it, with those of the kernel's packages that it needs, and lays their
 * files below `folder`. */
int lg_apt_unpack(const struct lg_apt *apt, const char *name,
		  const char *folder);

void lg_package_free(struct lg_package *package);
void lg_apt_close(struct lg_apt *apt);

#endif

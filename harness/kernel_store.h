/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernels that linger keeps, in ${LINGER_KERNELS:-${XDG_CACHE_HOME:-
 * ~/.cache}/linger/kernels}.  NAME/ has the image `linux`, and for a stock
 * kernel `modules`, a folder with the modules that linger needs, uncompressed,
 * and `order`, which has their file names in an order in which they load.
 */
#ifndef LG_KERNEL_STORE_H
#define LG_KERNEL_STORE_H

#include <stdbool.h>
#include <stddef.h>

enum lg_kernel_kind {
	LG_KERNEL_UML,	/* a process */
	LG_KERNEL_QEMU, /* an image for a virtual machine */
};

/* What such a kernel "has". */
#define LG_KERNEL_REAL_TIME                                                    \
	"no virtual time (CONFIG_UML_TIME_TRAVEL_SUPPORT): it runs with "      \
	"--time real"

struct lg_kernel {
	char *name; /* as it was asked for, if that was a path */
	enum lg_kernel_kind kind;
	char *image;
	char *modules;	/* NULL: everything is built in */
	char *version;	/* as uname -r has it; NULL: not known */
	bool real_time; /* it knows no other */
};

/* "uml", "qemu" */
const char *lg_kernel_kind_name(enum lg_kernel_kind kind);

/*
 * Finds a kernel by its name in the store, or, where there is a '/' in it, by
 * the path of a UML kernel or a bzImage.  Returns 0, or -errno with a message
 * in *error, to be freed: -ENOENT if there is none, -ENOEXEC if it is no kernel
 * that can run here.
 */
int lg_kernel_find(const char *name_or_path, struct lg_kernel *out,
		   char **error);

/* All in the store, by name; a store that isn't there is empty.  Returns 0, or
 * -errno with a message in *error. */
int lg_kernel_all(struct lg_kernel **list, size_t *n, char **error);

void lg_kernel_free(struct lg_kernel *kernel);
void lg_kernel_free_all(struct lg_kernel *list, size_t n);

#endif

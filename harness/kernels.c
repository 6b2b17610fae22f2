// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernels.h"

#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HOST "host"
#define ALL "all"

bool lg_kernel_is_host(const struct lg_kernel *kernel)
{
	return !kernel->image;
}

/* Takes over the kernel. */
static void add(struct lg_kernels *kernels, struct lg_kernel *kernel)
{
	for (size_t i = 0; i < kernels->n; i++) {
		if (strcmp(kernels->list[i].name, kernel->name))
			continue;
		lg_kernel_free(kernel);
		return;
	}
	kernels->list = lg_there(reallocarray(kernels->list, kernels->n + 1,
					      sizeof(*kernels->list)));
	kernels->list[kernels->n++] = *kernel;
	kernels->any_guest |= !lg_kernel_is_host(kernel);
}

static void add_host(struct lg_kernels *kernels)
{
	struct lg_kernel host = {.name = lg_text(HOST)};
	add(kernels, &host);
}

static int add_all(struct lg_kernels *kernels, char **error)
{
	struct lg_kernel *list;
	size_t n;
	int result = lg_kernel_all(&list, &n, error);
	if (result)
		return result;
	add_host(kernels);
	for (size_t i = 0; i < n; i++)
		add(kernels, &list[i]);
	free(list);
	return 0;
}

static int add_named(struct lg_kernels *kernels, const char *name, char **error)
{
	struct lg_kernel kernel;
	if (!*name) {
		*error = lg_text("a kernel's name is missing");
		return -EINVAL;
	}
	if (!strcmp(name, HOST)) {
		add_host(kernels);
		return 0;
	}
	if (!strcmp(name, ALL))
		return add_all(kernels, error);
	int result = lg_kernel_find(name, &kernel, error);
	if (!result)
		add(kernels, &kernel);
	return result;
}

int lg_kernels_choose(struct lg_kernels *kernels, const char *names,
		      char **error)
{
	*kernels = (struct lg_kernels){0};
	for (const char *at = names;; at++) {
		size_t length = strcspn(at, ",");
		char *name = lg_text("%.*s", (int)length, at);
		int result = add_named(kernels, name, error);
		free(name);
		if (result) {
			lg_kernels_free(kernels);
			return result;
		}
		at += length;
		if (!*at)
			return 0;
	}
}

void lg_kernels_free(struct lg_kernels *kernels)
{
	lg_kernel_free_all(kernels->list, kernels->n);
	*kernels = (struct lg_kernels){0};
}

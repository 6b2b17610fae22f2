// SPDX-License-Identifier: GPL-2.0-or-later
#include "group.h"

#include "text.h"

#include <stdlib.h>

/* Programs, kernels and variants are in arrays, in the order in which they are
 * listed. */
static int compare_groups(const struct lg_program *program,
			  const struct lg_kernel *kernel,
			  const struct lg_item *item)
{
	if (program != item->program)
		return program < item->program ? -1 : 1;
	if (kernel != item->kernel)
		return kernel < item->kernel ? -1 : 1;
	return 0;
}

static int compare_items(const void *a, const void *b)
{
	const struct lg_item *first = *(const struct lg_item *const *)a;
	const struct lg_item *second = *(const struct lg_item *const *)b;
	int order = compare_groups(first->program, first->kernel, second);

	if (order)
		return order;
	if (first->variant != second->variant)
		return first->variant < second->variant ? -1 : 1;
	return first->repeat < second->repeat ? -1 : 1;
}

void lg_groups_make(struct lg_groups *groups, const struct lg_run *run)
{
	*groups = (struct lg_groups){
		.list = lg_room(run->n, sizeof(*groups->list)),
		.items = lg_room(run->n, sizeof(*groups->items))};

	for (size_t i = 0; i < run->n; i++)
		groups->items[i] = &run->items[i];
	qsort(groups->items, run->n, sizeof(*groups->items), compare_items);

	struct lg_group *last = NULL;
	for (size_t i = 0; i < run->n; i++) {
		const struct lg_item *item = groups->items[i];
		if (!last ||
		    compare_groups(last->program, last->kernel, item)) {
			last = &groups->list[groups->n++];
			*last = (struct lg_group){.program = item->program,
						  .kernel = item->kernel,
						  .items = &groups->items[i]};
		}
		last->n++;
	}
}

void lg_groups_free(struct lg_groups *groups)
{
	free(groups->list);
	free(groups->items);
	*groups = (struct lg_groups){0};
}

static int compare_with_group(const void *key, const void *element)
{
	const struct lg_item *item = key;
	const struct lg_group *group = element;
	return -compare_groups(group->program, group->kernel, item);
}

struct lg_group *lg_groups_find(const struct lg_groups *groups,
				const struct lg_item *item)
{
	return bsearch(item, groups->list, groups->n, sizeof(*groups->list),
		       compare_with_group);
}

size_t lg_group_count(const struct lg_group *group, size_t counts[LG_VERDICTS])
{
	size_t n = 0;
	for (size_t i = 0; i < LG_VERDICTS; i++)
		counts[i] = 0;
	for (size_t i = 0; i < group->n; i++) {
		if (!group->items[i]->done)
			continue;
		counts[group->items[i]->result.verdict]++;
		n++;
	}
	return n;
}

char *lg_group_name(const struct lg_run *run, const struct lg_group *group)
{
	if (!run->kernels->any_guest)
		return lg_text("%s", group->program->name);
	return lg_text("%s on %s", group->program->name, group->kernel->name);
}

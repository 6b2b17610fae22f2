// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_record.h"

#include "kernel_config.h"
#include "text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* To be raised when kernels are made or kept in another way. */
#define RECIPE 1

static char *recipe(void)
{
	return lg_text("%d %016" PRIx64, RECIPE, lg_config_hash());
}

json_t *lg_record_new(const struct lg_record *facts)
{
	char now_text[32];
	time_t now = time(NULL);
	strftime(now_text, sizeof(now_text), "%Y-%m-%dT%H:%M:%SZ",
		 gmtime(&now));
	char *made = recipe();
	json_t *record = lg_there(json_pack(
		"{s:s, s:s, s:s?, s:s, s:s, s:s, s:s}", "name", facts->name,
		"kind", lg_kernel_kind_name(facts->kind), "version",
		facts->version, "source", facts->source, "state", facts->state,
		"recipe", made, "built", now_text));
	free(made);
	return record;
}

bool lg_record_is_of(const json_t *record, const char *state)
{
	const char *its_state =
		json_string_value(json_object_get(record, "state"));
	const char *its_recipe =
		json_string_value(json_object_get(record, "recipe"));
	char *now = recipe();
	bool same = its_state && its_recipe && !strcmp(its_state, state) &&
		    !strcmp(its_recipe, now);
	free(now);
	return same;
}

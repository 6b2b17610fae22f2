// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare.h"
#include "json.h"
#include "text.h"

#include <stdlib.h>

char *lg_compare_title(const struct lg_aspect *aspect)
{
	switch (aspect->kind) {
	case LG_ASPECT_PRESENCE:
		return lg_text("is there");
	case LG_ASPECT_VERDICT:
		return lg_text("verdict");
	case LG_ASPECT_OBSERVATION:
		return lg_text("observed %s", aspect->name);
	case LG_ASPECT_CLAIM:
		return lg_text("claim %s", aspect->name);
	case LG_ASPECT_TRACE:
		return lg_text("segments");
	case LG_ASPECT_STATES:
		return lg_text("states");
	case LG_ASPECT_GAP:
		return lg_text("time %s", aspect->name);
	case LG_ASPECT_COUNTER:
		return lg_text("%s", aspect->name);
	case LG_ASPECT_DURATION:
		return lg_text("takes");
	case LG_ASPECT_PLOT:
		return lg_text("points of %s", aspect->name);
	case LG_ASPECT_NOTES:
		return lg_text("notes");
	case LG_ASPECT_FACT:
		return lg_text("%s", aspect->name);
	case LG_ASPECTS:
		break;
	}
	return NULL;
}

/* What is too long for a line is called by a letter; the same, the same. */
static bool is_long(enum lg_aspect_kind kind)
{
	return kind == LG_ASPECT_TRACE || kind == LG_ASPECT_STATES ||
	       kind == LG_ASPECT_PLOT;
}

/* Where a value equal to this one comes first. */
static size_t first_like(const struct lg_aspect *aspect, size_t i)
{
	size_t j = 0;
	while (!json_equal(json_array_get(aspect->values, j),
			   json_array_get(aspect->values, i)))
		j++;
	return j;
}

/* How many others come before it. */
static size_t rank_of(const struct lg_aspect *aspect, size_t i)
{
	size_t first = first_like(aspect, i), rank = 0;
	for (size_t j = 0; j < first; j++)
		rank += first_like(aspect, j) == j &&
			!json_is_null(json_array_get(aspect->values, j));
	return rank;
}

/* a to z, aa to az, ba... */
static char *letters(size_t rank)
{
	char last = (char)('a' + rank % 26);
	if (rank < 26)
		return lg_text("%c", last);
	char *before = letters(rank / 26 - 1);
	char *text = lg_text("%s%c", before, last);
	free(before);
	return text;
}

char *lg_compare_value(const struct lg_aspect *aspect, size_t i)
{
	const json_t *value = json_array_get(aspect->values, i);
	char duration[LG_DURATION_ROOM];

	if (json_is_null(value))
		return lg_text("-");
	if (is_long(aspect->kind))
		return letters(rank_of(aspect, i));
	if (json_is_boolean(value))
		return lg_text("%s", json_is_true(value) ? "yes" : "no");
	if (json_is_array(value))
		return json_array_size(value) ? lg_json_joined(value, ", ")
					      : lg_text("nothing");
	if (json_is_string(value))
		return lg_text("%s", json_string_value(value));
	if (aspect->kind == LG_ASPECT_DURATION || aspect->kind == LG_ASPECT_GAP)
		return lg_text(
			"%s",
			lg_text_duration(duration, json_integer_value(value)));
	return lg_text("%lld", (long long)json_integer_value(value));
}

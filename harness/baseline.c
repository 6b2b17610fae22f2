// SPDX-License-Identifier: GPL-2.0-or-later
#include "baseline.h"

#include "baseline_check.h"
#include "baseline_real.h"
#include "error.h"
#include "json.h"
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- making ------------------------------------------------------------ */

/* "6.1" of "6.1.0-56-cloud-amd64" */
static size_t series_length(const char *release)
{
	size_t length = strspn(release, "0123456789");
	if (release[length] == '.' &&
	    isdigit((unsigned char)release[length + 1]))
		length += 1 + strspn(release + length + 1, "0123456789");
	return length;
}

/*
 * A kernel that someone named keeps its name.  Others are called by their
 * series, so that the file of the next release is the same one, and the
 * difference between the two is what git shows.
 */
static char *new_name(const char *called, const char *guest,
		      const char *release)
{
	char *by_release = lg_text("%s-%s", guest, release);
	bool is_named = !strchr(called, '/') && strcmp(called, guest) &&
			strcmp(called, by_release);
	free(by_release);
	return is_named ? lg_text("%s", called)
			: lg_text("%s-%.*s", guest, (int)series_length(release),
				  release);
}

static json_t *describe_kernel(const json_t *start)
{
	const char *guest = lg_json_text(start, "guest");
	const char *release = lg_json_text(start, "kernel");
	char *name =
		new_name(lg_json_text(start, "kernel_name"), guest, release);
	json_t *kernel = lg_there(json_pack(
		"{s:s, s:s, s:s, s:s}", "name", name, "release", release,
		"guest", guest, "time", lg_json_text(start, "time")));
	free(name);
	return kernel;
}

struct lg_baseline *lg_baseline_new(const json_t *start)
{
	struct lg_baseline *baseline = lg_room(1, sizeof(*baseline));
	baseline->called = lg_text("%s", lg_json_text(start, "kernel_name"));
	baseline->repeat = json_integer_value(json_object_get(start, "repeat"));
	baseline->kernel = describe_kernel(start);
	baseline->cases = lg_there(json_object());
	baseline->root = lg_there(
		json_pack("{s:i, s:s, s:o, s:o}", "schema", LG_BASELINE_SCHEMA,
			  "kind", "baseline", "kernel", baseline->kernel,
			  "cases", baseline->cases));
	return baseline;
}

static bool time_is_real(const struct lg_baseline *baseline)
{
	return !strcmp(lg_json_text(baseline->kernel, "time"), "real");
}

/* ---- taking in a variant ----------------------------------------------- */

/* A copy of a member, if there is one. */
static void take(json_t *to, const json_t *from, const char *name)
{
	json_t *value = json_object_get(from, name);
	if (value)
		lg_json_set(to, name, json_deep_copy(value));
}

static void take_observation(json_t *variant, const json_t *event)
{
	json_t *values = lg_json_array_in(lg_json_in(variant, "observations"),
					  lg_json_text(event, "name"));
	lg_json_append(values, json_string(lg_json_text(event, "value")));
}

static void take_fact(json_t *variant, const json_t *event)
{
	lg_json_set(
		lg_json_in(variant, "facts"), lg_json_text(event, "fact"),
		json_boolean(json_is_true(json_object_get(event, "holds"))));
}

static void take_claim(json_t *variant, const json_t *event)
{
	char *number = lg_text(
		"%lld",
		(long long)json_integer_value(json_object_get(event, "claim")));
	lg_json_set(
		lg_json_in(variant, "claims"), number,
		json_boolean(json_is_true(json_object_get(event, "holds"))));
	free(number);
}

static void take_counters(json_t *variant, const json_t *event)
{
	json_t *moved = json_object_get(event, "moved");
	if (json_object_size(moved))
		lg_json_set(lg_json_in(variant, "counters"),
			    lg_json_text(event, "host"), json_deep_copy(moved));
}

static void take_trace(json_t *variant, const json_t *event)
{
	json_t *lines = json_object_get(event, "lines");
	if (!json_array_size(lines))
		return;
	lg_json_set(variant, "trace", json_deep_copy(lines));
	take(variant, event, "hosts");
	take(variant, event, "times_ms");
	take(variant, event, "took_ms");
	take(variant, event, "states");
}

static void take_point(json_t *variant, const json_t *event)
{
	json_t *x = json_object_get(event, "x"),
	       *y = json_object_get(event, "y");
	if (x && y)
		lg_json_append(lg_json_array_in(lg_json_in(variant, "plots"),
						lg_json_text(event, "plot")),
			       json_pack("[O, O]", x, y));
}

static void take_note(json_t *variant, const json_t *event)
{
	lg_json_append(lg_json_array_in(variant, "notes"),
		       json_string(lg_json_text(event, "text")));
}

static void take_verdict(json_t *variant, const json_t *event)
{
	take(variant, event, "verdict");
	take(variant, event, "duration_ms");
	lg_json_set(variant, "reason",
		    json_string(lg_json_text(event, "reason")));
	if (!strcmp(lg_json_text(event, "verdict"), "pass"))
		return;
	take(variant, event, "file");
	take(variant, event, "line");
}

static void take_event(json_t *variant, const json_t *event)
{
	static const struct {
		const char *kind;
		void (*take)(json_t *variant, const json_t *event);
	} kinds[] = {
		{"observe", take_observation}, {"fact", take_fact},
		{"claim", take_claim},	       {"counters", take_counters},
		{"trace", take_trace},	       {"plot", take_point},
		{"note", take_note},	       {"verdict", take_verdict},
	};
	const char *kind = lg_json_text(event, "event");

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!strcmp(kinds[i].kind, kind))
			kinds[i].take(variant, event);
	}
}

/* "2 12" as [2, 12] */
static json_t *claim_numbers(const char *text)
{
	json_t *numbers = lg_there(json_array());
	char *end;
	for (long number; (number = strtol(text, &end, 10), end > text);
	     text = end)
		lg_json_append(numbers, json_integer(number));
	return numbers;
}

static json_t *case_of(struct lg_baseline *baseline, const char *name,
		       const json_t *described)
{
	json_t *about = lg_json_in(baseline->cases, name);
	if (json_object_size(about))
		return about;
	take(about, described, "title");
	take(about, described, "story");
	take(about, described, "topology");
	take(about, described, "facts");
	const char *claims = lg_json_text(described, "claims");
	if (*claims)
		lg_json_set(about, "claims", claim_numbers(claims));
	lg_json_in(about, "variants");
	return about;
}

void lg_baseline_add(struct lg_baseline *baseline, const json_t *events,
		     const json_t *described)
{
	const json_t *start = json_array_get(events, 0);
	const char *name = lg_json_text(start, "case");
	json_t *about = case_of(baseline, name, described);
	json_t *variant = lg_there(json_object());
	size_t i;
	json_t *event;

	json_array_foreach(events, i, event) take_event(variant, event);
	if (time_is_real(baseline))
		lg_baseline_settle(variant);
	lg_json_set(json_object_get(about, "variants"),
		    lg_json_text(start, "variant"), variant);
}

/* ---- files ------------------------------------------------------------- */

static struct lg_baseline *wrap(json_t *root, const char *path)
{
	struct lg_baseline *baseline = lg_room(1, sizeof(*baseline));
	baseline->path = lg_text("%s", path);
	baseline->root = root;
	baseline->kernel = json_object_get(root, "kernel");
	baseline->cases = json_object_get(root, "cases");
	return baseline;
}

int lg_baseline_read(struct lg_baseline **baseline, const char *path)
{
	json_error_t error;
	FILE *file = fopen(path, "re");
	if (!file)
		return lg_error(errno, "cannot read baseline %s", path);

	json_t *root = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
	fclose(file);
	if (!root) {
		lg_error(0, "%s:%d:%d: this is no JSON: %s", path, error.line,
			 error.column, error.text);
		return -EINVAL;
	}
	int result = lg_baseline_check(root);
	if (result) {
		json_decref(root);
		return lg_error_in(result, "%s", path);
	}
	*baseline = wrap(root, path);
	return 0;
}

static int write_to(const struct lg_baseline *baseline, const char *path)
{
	FILE *file = fopen(path, "we");
	if (!file)
		return -errno;
	lg_json_print(file, baseline->root);
	/* Else the new name could be on the disk before what it names. */
	int result = fflush(file) || ferror(file) || fsync(fileno(file))
			     ? -errno
			     : 0;
	if (fclose(file) && !result)
		result = -errno;
	return result;
}

int lg_baseline_write(const struct lg_baseline *baseline, const char *path)
{
	char *fresh = lg_text("%s.new-%d", path, (int)getpid());
	int result = write_to(baseline, fresh);
	if (!result && rename(fresh, path))
		result = -errno;
	if (result) {
		unlink(fresh);
		lg_error(-result, "cannot write baseline %s", path);
	}
	free(fresh);
	return result;
}

/* ---- merging ----------------------------------------------------------- */

static bool still_has(const json_t *described, const char *variant)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(described, "variants"), i, one)
	{
		if (!strcmp(lg_json_text(one, "name"), variant))
			return true;
	}
	return false;
}

/* Its description is the newer one; variants that did not run stay as long as
 * it has them.  `described`: NULL if that is not known. */
static void merge_case(json_t *cases, const char *name, const json_t *newer,
		       const json_t *described)
{
	json_t *merged = lg_there(json_copy((json_t *)newer));
	json_t *former =
		json_object_get(json_object_get(cases, name), "variants");
	json_t *variants = lg_there(json_object()), *variant;
	const char *of;

	json_object_foreach(former, of, variant)
	{
		if (!described || still_has(described, of))
			lg_json_set(variants, of, json_incref(variant));
	}
	if (json_object_update(variants, json_object_get(newer, "variants")))
		lg_there(NULL);
	lg_json_set(merged, "variants", variants);
	lg_json_set(cases, name, merged);
}

bool lg_baseline_is_alike(const struct lg_baseline *one,
			  const struct lg_baseline *other)
{
	return json_equal(one->kernel, other->kernel);
}

int lg_baseline_merge(struct lg_baseline *baseline,
		      const struct lg_baseline *newer, const json_t *described)
{
	const char *name;
	json_t *about;

	if (!lg_baseline_is_alike(baseline, newer)) {
		lg_error(0,
			 "%s is of %s (%s, %s time), and this ran on %s (%s, "
			 "%s time): a part of the cases can't be put in; run "
			 "all of them, or remove the file",
			 baseline->path,
			 lg_json_text(baseline->kernel, "release"),
			 lg_json_text(baseline->kernel, "guest"),
			 lg_json_text(baseline->kernel, "time"),
			 lg_json_text(newer->kernel, "release"),
			 lg_json_text(newer->kernel, "guest"),
			 lg_json_text(newer->kernel, "time"));
		return -EINVAL;
	}
	json_object_foreach(newer->cases, name, about) merge_case(
		baseline->cases, name, about, json_object_get(described, name));
	return 0;
}

void lg_baseline_drop_broken(struct lg_baseline *baseline)
{
	const char *case_name, *name;
	json_t *about, *variant;
	void *next_case, *next;

	json_object_foreach_safe(baseline->cases, next_case, case_name, about)
	{
		json_t *variants = json_object_get(about, "variants");
		json_object_foreach_safe(variants, next, name, variant)
		{
			if (strcmp(lg_json_text(variant, "verdict"), "broken"))
				continue;
			json_object_del(variants, name);
			baseline->broken = true;
		}
		if (!json_object_size(variants))
			json_object_del(baseline->cases, case_name);
	}
}

/* ---- asking ------------------------------------------------------------ */

const char *lg_baseline_name(const struct lg_baseline *baseline)
{
	return lg_json_text(baseline->kernel, "name");
}

const json_t *lg_baseline_variant(const struct lg_baseline *baseline,
				  const char *case_name, const char *variant)
{
	const json_t *about = json_object_get(baseline->cases, case_name);
	return json_object_get(json_object_get(about, "variants"), variant);
}

void lg_baseline_free(struct lg_baseline *baseline)
{
	if (!baseline)
		return;
	free(baseline->path);
	free(baseline->called);
	json_decref(baseline->root);
	free(baseline);
}

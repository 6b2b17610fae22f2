// SPDX-License-Identifier: GPL-2.0-or-later
#include "against.h"

#include "compare.h"
#include "error.h"
#include "json.h"
#include "text.h"
#include "variant_names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What is asked about each aspect of a variant. */
struct question {
	struct lg_known *known;
	const struct lg_baseline *seen;
	size_t n_new;
};

/* ---- before ------------------------------------------------------------ */

static char *known_beside(const struct lg_against *against)
{
	const char *slash = strrchr(against->path, '/');
	if (against->is_folder)
		return lg_text("%s/" LG_KNOWN_FILE, against->path);
	return lg_text("%.*s" LG_KNOWN_FILE,
		       slash ? (int)(slash + 1 - against->path) : 0,
		       against->path);
}

/* One that can't be read is better known before all the cases have run. */
static int try_baseline(const char *path)
{
	struct lg_baseline *baseline = NULL;
	int result = lg_baseline_read(&baseline, path);
	lg_baseline_free(baseline);
	return result;
}

int lg_against_open(struct lg_against *against, const char *path,
		    const char *known)
{
	struct stat about;

	*against = (struct lg_against){.path = lg_text("%s", path)};
	against->is_folder = !stat(path, &about) && S_ISDIR(about.st_mode);
	if (!against->is_folder) {
		int result = try_baseline(path);
		if (result)
			return result;
	}
	char *file = known ? lg_text("%s", known) : known_beside(against);
	int result = lg_known_read(&against->known, file);
	free(file);
	return result;
}

void lg_against_free(struct lg_against *against)
{
	free(against->path);
	lg_known_free(&against->known);
}

/* ---- what counts ------------------------------------------------------- */

static bool is_verdict(const json_t *variant, const char *verdict)
{
	return !strcmp(lg_json_text(variant, "verdict"), verdict);
}

static bool is_expected(void *argument, const char *case_name,
			const char *variant, const struct lg_aspect *aspect)
{
	struct question *question = argument;
	const json_t *seen =
		lg_baseline_variant(question->seen, case_name, variant);
	const char *kernel = lg_baseline_name(question->seen);

	/* Nothing is known of the kernel: the run itself says so. */
	if (is_verdict(seen, "broken"))
		return true;
	if (aspect->kind == LG_ASPECT_PRESENCE && !is_verdict(seen, "fail")) {
		question->n_new++;
		return true;
	}
	return lg_known_excuses(question->known, case_name, variant, kernel,
				aspect);
}

/* What did not run is not missed. */
static void forget_others(struct lg_baseline *expected,
			  const struct lg_baseline *seen)
{
	const char *case_name, *variant;
	json_t *about, *value;
	void *next_case, *next;

	json_object_foreach_safe(expected->cases, next_case, case_name, about)
	{
		json_t *variants = json_object_get(about, "variants");
		json_object_foreach_safe(variants, next, variant, value)
		{
			if (!lg_baseline_variant(seen, case_name, variant))
				json_object_del(variants, variant);
		}
		if (!json_object_size(variants))
			json_object_del(expected->cases, case_name);
	}
}

static void meet_all(struct lg_known *known, const struct lg_baseline *seen)
{
	const char *case_name, *variant;
	json_t *about, *value;

	json_object_foreach(seen->cases, case_name, about)
	{
		json_object_foreach(json_object_get(about, "variants"), variant,
				    value)
			lg_known_meet(known, case_name, variant,
				      lg_baseline_name(seen));
	}
}

/* ---- telling ----------------------------------------------------------- */

static void print_line(const char *path, const struct lg_change *change)
{
	json_t *names = lg_variant_names(change->variants);
	size_t i;
	json_t *name;

	json_array_foreach(names, i, name)
	{
		fprintf(stderr, "linger: not as in %s: %s:%s:", path,
			change->case_name, json_string_value(name));
		for (size_t j = 0; j < change->aspects.n; j++)
			fprintf(stderr, "%s %s%s%s", j ? "," : "",
				lg_aspect_kind_name(
					change->aspects.list[j].kind),
				*change->aspects.list[j].name ? " " : "",
				change->aspects.list[j].name);
		fputc('\n', stderr);
	}
	json_decref(names);
}

static void tell(const struct lg_comparison *comparison,
		 const struct question *question, const char *path,
		 bool in_full)
{
	if (in_full) {
		printf("\nAgainst %s:\n\n", path);
		lg_compare_text(comparison);
		if (question->n_new)
			printf("%zu variant%s not in it\n", question->n_new,
			       question->n_new == 1 ? " is" : "s are");
		return;
	}
	for (size_t i = 0; i < comparison->n; i++)
		print_line(path, &comparison->changes[i]);
}

static void tell_known(const struct lg_known *known, bool in_full)
{
	FILE *to = in_full ? stdout : stderr;
	for (size_t i = 0; i < known->n; i++) {
		const struct lg_deviation *one = &known->list[i];
		if (!one->was_met)
			continue;
		fprintf(to, "%sknown: %s on %s, %s: ",
			in_full ? "" : "linger: ", one->glob, one->kernel,
			one->what);
		if (!one->n_excused)
			fprintf(to, "did not occur: take it out of %s\n",
				known->path);
		else if (one->expired)
			fprintf(to, "expired on %s, and counts no more (%s)\n",
				one->until, one->link);
		else
			fprintf(to, "%s (%s, until %s)\n", one->reason,
				one->link, one->until);
	}
}

/* ---- after ------------------------------------------------------------- */

/* Of one kernel, and one repeat. */
static int judge(struct lg_against *against, struct lg_baseline *seen,
		 bool in_full, size_t *unexpected)
{
	char *path = against->is_folder ? lg_text("%s/%s.json", against->path,
						  lg_baseline_name(seen))
					: lg_text("%s", against->path);
	struct lg_baseline *expected = NULL;
	int result = lg_baseline_read(&expected, path);
	if (!result) {
		struct lg_baseline *pair[] = {expected, seen};
		struct lg_baselines both = {.list = pair, .n = 2};
		struct question question = {.known = &against->known,
					    .seen = seen};
		struct lg_comparison comparison;

		forget_others(expected, seen);
		meet_all(&against->known, seen);
		lg_compare(&comparison, &both,
			   &(struct lg_compare_filter){.drops = is_expected,
						       .argument = &question});
		tell(&comparison, &question, path, in_full);
		*unexpected += comparison.n_changed;
		lg_comparison_free(&comparison);
	}
	lg_baseline_free(expected);
	free(path);
	return result;
}

int lg_against_judge(struct lg_against *against,
		     const struct lg_baselines *seen, bool in_full,
		     size_t *unexpected)
{
	int result = 0;

	*unexpected = 0;
	for (size_t i = 0; !result && i < seen->n; i++)
		result = judge(against, seen->list[i], in_full, unexpected);
	if (!result)
		tell_known(&against->known, in_full);
	return result;
}

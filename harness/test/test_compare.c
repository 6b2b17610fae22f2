// SPDX-License-Identifier: GPL-2.0-or-later
/* What a comparison is made of: traces side by side, aspects, names. */
#include "../../lib/test/unit.h"
#include "../aspect.h"
#include "../json.h"
#include "../text.h"
#include "../trace_diff.h"
#include "../variant_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *parse(const char *quoted)
{
	char *text = lg_text_replace(quoted, "'", "\"");
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
	ck_assert_ptr_nonnull(value);
	free(text);
	return value;
}

/* ---- traces ------------------------------------------------------------ */

static const struct {
	const char *left, *right;
	const char *rows; /* "=": the same, "<": left only, ">": right only,
			   * "x": another on each side */
	size_t first;
} diffs[] = {
	{"[]", "[]", "", 0},
	{"['a']", "['a']", "=", 1},
	{"['a']", "[]", "<", 0},
	{"[]", "['a','b']", ">>", 0},
	{"['a','b','c']", "['a','x','c']", "=x=", 1},
	{"['a','b','c']", "['a','c']", "=<=", 1},
	{"['a','c']", "['a','b','c']", "=>=", 1},
	{"['a','b','c','d']", "['x','b','y','d']", "x=x=", 0},
	{"['a','b','c']", "['b','c','d']", "<==>", 0},
	{"['a','a','b']", "['a','b']", "=<=", 1},
	{"['a','b','c','d','e']", "['a','c','b','d','e']", "=<=>==", 1},
};

static void lays_traces_out(int row)
{
	json_t *left = parse(diffs[row].left), *right = parse(diffs[row].right);
	struct lg_trace_diff diff;
	char rows[16] = "";
	size_t left_at = 0, right_at = 0;

	lg_trace_diff(&diff, left, right);
	for (size_t i = 0; i < diff.n; i++) {
		const struct lg_trace_row *at = &diff.rows[i];
		rows[i] = at->same     ? '='
			  : !at->left  ? '>'
			  : !at->right ? '<'
				       : 'x';
		ck_assert_uint_eq(at->left_at, left_at);
		ck_assert_uint_eq(at->right_at, right_at);
		left_at += at->left != NULL;
		right_at += at->right != NULL;
	}
	ck_assert_str_eq(rows, diffs[row].rows);
	ck_assert_uint_eq(diff.first, diffs[row].first);
	ck_assert_uint_eq(left_at, json_array_size(left));
	ck_assert_uint_eq(right_at, json_array_size(right));
	lg_trace_diff_free(&diff);
	json_decref(left);
	json_decref(right);
}

/* ---- aspects ----------------------------------------------------------- */

#define PASS "'verdict':'pass','reason':''"
#define SKIP "'verdict':'skip','reason':'r'"
#define TRACE "'trace':['a','b','c']"

static const struct {
	const char *variants; /* null: not there */
	const char *found;    /* kind, name and values of each */
} searches[] = {
	{"[{" PASS "},{" PASS "}]", ""},
	{"[null,{" PASS "}]", "presence  [false,true]\n"},
	{"[{" PASS "},{'verdict':'fail','reason':''}]",
	 "verdict  ['pass','fail']\n"},
	{"[{" SKIP "},{" PASS "}]", "verdict  ['skip: r','pass']\n"},
	/* One that did not run has no counters to be compared. */
	{"[{" SKIP "},{" PASS ",'counters':{'a':{'TW':1}},'notes':['n'],"
	 "'observations':{'o':['1']}," TRACE "}]",
	 "verdict  ['skip: r','pass']\n"},
	{"[{" PASS "},{" PASS ",'counters':{'a':{'TW':1}}}]",
	 "counter a TW [0,1]\n"},
	{"[{" PASS ",'observations':{'o':['1'],'p':['1']}},{" PASS
	 ",'observations':{'o':['2'],'p':['1'],'q':['3']}}]",
	 "observation o [['1'],['2']]\nobservation q [[],['3']]\n"},
	{"[{" PASS ",'claims':{'1':true}},{" PASS ",'claims':{'2':true}}]",
	 "claim 1 [true,'undecided']\nclaim 2 ['undecided',true]\n"},
	{"[{" PASS ",'facts':{'f':true,'g':true}},{" PASS
	 ",'facts':{'f':false}}]",
	 "fact f [true,false]\n"},
	{"[{" PASS ",'facts':{'f':true}},{" SKIP ",'facts':{'f':false}}]",
	 "verdict  ['pass','skip: r']\nfact f [true,false]\n"},
	{"[{" PASS ",'duration_ms':1000},{" PASS ",'duration_ms':1100}]", ""},
	{"[{" PASS ",'duration_ms':10},{" PASS ",'duration_ms':60}]", ""},
	{"[{" PASS ",'duration_ms':1000},{" PASS ",'duration_ms':1200}]",
	 "duration  [1000,1200]\n"},
	{"[{" PASS ",'duration_ms':1000},{" PASS "}]", ""},
	{"[{" PASS "," TRACE ",'times_ms':[0,1,200]},{" PASS "," TRACE
	 ",'times_ms':[0,1,3000]}]",
	 "gap before segment 3 [199,2999]\n"},
	{"[{" PASS "," TRACE ",'states':[[1,'a',0,'CLOSED',9]]},{" PASS
	 "," TRACE ",'states':[[1,'a',0,'CLOSED',7]]}]",
	 ""},
	{"[{" PASS "," TRACE ",'states':[[1,'a',0,'CLOSED',9]]},{" PASS
	 "," TRACE ",'states':[[2,'a',0,'CLOSED',9]]}]",
	 "states  [[[1,'a',0,'CLOSED']],[[2,'a',0,'CLOSED']]]\n"},
	/* Then the times are another trace's. */
	{"[{" PASS ",'trace':['a'],'times_ms':[0,1,200]},{" PASS
	 ",'trace':['b'],'times_ms':[0,1,3000]}]",
	 "trace  [['a'],['b']]\n"},
	{"[{" PASS ",'plots':{'y by x':[[1,2]]}},{" PASS
	 ",'plots':{'y by x':[[1,3]]}}]",
	 "plot y by x [[[1,2]],[[1,3]]]\n"},
	{"[{" PASS ",'duration_ms':0},null,{" PASS ",'duration_ms':90}]",
	 "presence  [true,false,true]\nduration  [0,null,90]\n"},
};

static void finds_aspects(int row)
{
	json_t *list = parse(searches[row].variants);
	const json_t *variants[3];
	size_t n = json_array_size(list);
	struct lg_aspects aspects;
	char *found;
	size_t size;
	FILE *to = open_memstream(&found, &size);

	for (size_t i = 0; i < n; i++) {
		variants[i] = json_array_get(list, i);
		if (json_is_null(variants[i]))
			variants[i] = NULL;
	}
	lg_aspects_find(&aspects, variants, n);
	for (size_t i = 0; i < aspects.n; i++) {
		const struct lg_aspect *aspect = &aspects.list[i];
		char *values = json_dumps(aspect->values, JSON_COMPACT);
		char *quoted = lg_text_replace(values, "\"", "'");
		fprintf(to, "%s %s %s\n", lg_aspect_kind_name(aspect->kind),
			aspect->name, quoted);
		free(values);
		free(quoted);
	}
	fclose(to);
	ck_assert_str_eq(found, searches[row].found);
	free(found);
	lg_aspects_free(&aspects);
	json_decref(list);
}

/* ---- names ------------------------------------------------------------- */

static const struct {
	const char *names, *joined;
} names[] = {
	{"[]", "[]"},
	{"['ipv4,a']", "['ipv4,a']"},
	{"['ipv4,a','ipv6,a']", "['ipv4|ipv6,a']"},
	{"['ipv4,a','ipv4,b','ipv6,a','ipv6,b']", "['ipv4|ipv6,a|b']"},
	{"['ipv4,a','ipv4,b','ipv6,a']", "['ipv4,a|b','ipv6,a']"},
	{"['ipv4,h.x=0','ipv4,h.x=1','ipv4,h.x=2']", "['ipv4,h.x=0|1|2']"},
	{"['ipv4,x=1','ipv4,y=1']", "['ipv4,x=1|y=1']"},
	{"['ipv4','ipv4,a']", "['ipv4','ipv4,a']"},
};

static void joins_names(int row)
{
	json_t *list = parse(names[row].names),
	       *expected = parse(names[row].joined);
	json_t *joined = lg_variant_names(list);
	char *came = json_dumps(joined, JSON_COMPACT);
	char *wanted = json_dumps(expected, JSON_COMPACT);

	ck_assert_str_eq(came, wanted);
	free(came);
	free(wanted);
	json_decref(list);
	json_decref(joined);
	json_decref(expected);
}

#define ROWS(table) (int)(sizeof(table) / sizeof(*(table)))

int main(int argc, char **argv)
{
	static const struct lg_unit units[] = {
		{"lays_traces_out", lays_traces_out, ROWS(diffs), 0},
		{"finds_aspects", finds_aspects, ROWS(searches), 0},
		{"joins_names", joins_names, ROWS(names), 0},
		{NULL, NULL, 0, 0}};
	return lg_unit_main(argc, argv, units);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../lib/test/unit.h"
#include "../select.h"
#include "../text.h"

#include <stdlib.h>

static const struct {
	const char *glob, *case_name, *variant;
	bool has;
} globs[] = {
	{"a/b", "a/b", "ipv4", true},
	{"a/b", "a/bc", "ipv4", false},
	{"*", "a/b", "ipv4", true},
	{"a*", "a/b", "ipv4", true},
	{"a/?", "a/b", "ipv4", true},
	{"a", "a/b", "ipv4", false},
	{"", "a/b", "ipv4", false},
	{"a/b:ipv4", "a/b", "ipv4", true},
	{"a/b:ipv4", "a/b", "ipv4,more", false},
	{"a/b:ipv4*", "a/b", "ipv4,more", true},
	{"*:*6", "a/b", "ipv6", true},
	{"*:*6", "a/b", "ipv4", false},
	{"a/c:ipv4", "a/b", "ipv4", false},
	{"a/b:", "a/b", "ipv4", false},
	{"a/b:x:y", "a/b", "x:y", true},
	{"a/b:*.k=1", "a/b", "*.k=1", true},
	{"a/b:[k]=1", "a/b", "[k]=1", true},
	{"a/b:[k]=1", "a/b", "k=1", true},
};

static void test_glob(int row)
{
	ck_assert_int_eq(lg_glob_has(globs[row].glob, globs[row].case_name,
				     globs[row].variant),
			 globs[row].has);
}

static void test_glob_of_variant_has_case(int row)
{
	(void)row;
	ck_assert(lg_glob_has_case("a/*:ipv6", "a/b"));
	ck_assert(!lg_glob_has_case("a/*:ipv6", "b/b"));
}

static void test_no_globs_mean_all(int row)
{
	(void)row;
	char *none[] = {NULL};
	char first[] = "a/b", second[] = "c/*:x";
	char *two[] = {first, second, NULL};

	ck_assert(lg_globs_have(none, "a/b", "ipv4"));
	ck_assert(lg_globs_have_case(none, "a/b"));
	ck_assert(lg_globs_have(two, "a/b", "ipv4"));
	ck_assert(lg_globs_have(two, "c/d", "x"));
	ck_assert(!lg_globs_have(two, "c/d", "y"));
	ck_assert(lg_globs_have_case(two, "c/d"));
	ck_assert(!lg_globs_have_case(two, "d/d"));
}

static const struct {
	const char *text;
	unsigned long index, of; /* 0: refused */
} shards[] = {
	{"1/1", 1, 1},
	{"2/3", 2, 3},
	{"3/3", 3, 3},
	{"4/3", 0, 0},
	{"0/3", 0, 0},
	{"1", 0, 0},
	{"/3", 0, 0},
	{"1/", 0, 0},
	{"1/3/5", 0, 0},
	{"", 0, 0},
	{"-1/3", 0, 0},
	{" 1/3", 0, 0},
	{"1/99999999999999999999", 0, 0},
};

static void test_shard_read(int row)
{
	struct lg_shard shard = {0};
	bool right = lg_shard_read(shards[row].text, &shard);
	ck_assert_int_eq(right, shards[row].of != 0);
	if (right) {
		ck_assert_uint_eq(shard.index, shards[row].index);
		ck_assert_uint_eq(shard.of, shards[row].of);
	}
}

static void test_shards_are_a_partition(int row)
{
	unsigned long of = (unsigned long)row + 1;
	for (size_t position = 0; position < 100; position++) {
		unsigned n = 0;
		for (unsigned long index = 1; index <= of; index++)
			n += lg_shard_has((struct lg_shard){index, of},
					  position);
		ck_assert_uint_eq(n, 1);
	}
}

static const struct {
	const char *word, *quoted;
} words[] = {
	{"last_ack/x:ipv4,a=1", "last_ack/x:ipv4,a=1"},
	{"", "''"},
	{"a b", "'a b'"},
	{"*", "'*'"},
	{"it's", "'it'\\''s'"},
};

static void test_quote(int row)
{
	char *quoted = lg_text_quote(words[row].word);
	ck_assert_str_eq(quoted, words[row].quoted);
	free(quoted);
}

static const struct {
	int64_t ms;
	const char *text;
} durations[] = {
	{0, "0 ms"},	    {999, "999 ms"},	  {1000, "1.0 s"},
	{59900, "59.9 s"},  {60000, "1:00"},	  {125000, "2:05"},
	{3599000, "59:59"}, {3600000, "1:00:00"}, {90061000, "25:01:01"},
};

static void test_duration(int row)
{
	char text[LG_DURATION_ROOM];
	ck_assert_str_eq(lg_text_duration(text, durations[row].ms),
			 durations[row].text);
}

#define ROWS(table) (int)(sizeof(table) / sizeof(*(table)))

int main(int argc, char **argv)
{
	static const struct lg_unit units[] = {
		{"glob", test_glob, ROWS(globs), 0},
		{"glob_of_variant_has_case", test_glob_of_variant_has_case, 0,
		 0},
		{"no_globs_mean_all", test_no_globs_mean_all, 0, 0},
		{"shard_read", test_shard_read, ROWS(shards), 0},
		{"shards_are_a_partition", test_shards_are_a_partition, 7, 0},
		{"quote", test_quote, ROWS(words), 0},
		{"duration", test_duration, ROWS(durations), 0},
		{NULL, NULL, 0, 0}};
	return lg_unit_main(argc, argv, units);
}

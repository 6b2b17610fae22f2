// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "error.h"
#include "notation.h"
#include "sample.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

#define N_ROWS(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))
#define TEXT_ROOM 512

static const struct lg_bases bases = {.seq = 1000, .ack = 4294967290};

static struct lg_pattern parse(const char *text)
{
	char error[128] = "";
	struct lg_pattern pattern;

	ck_assert_msg(!lg_notation_parse(text, &pattern, error, sizeof(error)),
		      "%s: %s", text, error);
	return pattern;
}

static struct lg_segment segment_of(const char *text)
{
	struct lg_pattern pattern = parse(text);
	struct lg_segment segment = {.family = AF_INET};

	ck_assert_msg(!lg_pattern_segment(&pattern, bases, &segment), "%s: %s",
		      text, lg_error_text());
	return segment;
}

/* ---- reading ----------------------------------------------------------- */

static void reads_all_there_is(int row)
{
	(void)row;
	struct lg_pattern p =
		parse("< SPE. 0:5(5) ack 1 win 65160 <mss 1460,nop,sackOK,"
		      "TS val 100 ecr 4294967295,wscale 7,sack 1:2 5:9,eol>");

	ck_assert_int_eq(p.direction, LG_ARRIVES);
	ck_assert_uint_eq(p.flags, LG_SYN | LG_PSH | LG_ECE | LG_ACK);
	ck_assert(p.seq.given && p.end_seq.given && p.size.given);
	ck_assert_uint_eq(p.seq.value, 0);
	ck_assert_uint_eq(p.end_seq.value, 5);
	ck_assert_uint_eq(p.size.value, 5);
	ck_assert(p.ack.given && p.ack.value == 1);
	ck_assert(p.window.given && p.window.value == 65160);
	ck_assert(p.has_options && !p.more_options);
	ck_assert(p.mss && p.mss_value.given && p.mss_value.value == 1460);
	ck_assert(p.sack_ok);
	ck_assert(p.ts && p.tsval.given && p.tsval.value == 100);
	ck_assert(p.tsecr.given && p.tsecr.value == UINT32_MAX);
	ck_assert(p.wscale && p.wscale_value.given);
	ck_assert_uint_eq(p.wscale_value.value, 7);
	ck_assert(p.sack && p.sacks == 2);
	ck_assert_uint_eq(p.sack_blocks[0].left, 1);
	ck_assert_uint_eq(p.sack_blocks[0].right, 2);
	ck_assert_uint_eq(p.sack_blocks[1].left, 5);
	ck_assert_uint_eq(p.sack_blocks[1].right, 9);
}

static void reads_as_little_as_flags(int row)
{
	(void)row;
	struct lg_pattern p = parse(" FRUW\t");

	ck_assert_int_eq(p.direction, LG_NO_ARROW);
	ck_assert_uint_eq(p.flags, LG_FIN | LG_RST | LG_URG | LG_CWR);
	ck_assert(!p.seq.given && !p.end_seq.given && !p.size.given);
	ck_assert(!p.ack.given && !p.window.given && !p.has_options);
	ck_assert_int_eq(parse(">-").direction, LG_LEAVES);
	ck_assert_uint_eq(parse(">-").flags, 0);
}

static void reads_stars_as_open(int row)
{
	(void)row;
	struct lg_pattern p =
		parse("> . *:*(*) ack * win * <mss *,TS val * ecr *,"
		      "wscale *,sack *,...>");

	ck_assert(p.seq.any && p.end_seq.any && p.size.any);
	ck_assert(!p.seq.given && !p.end_seq.given && !p.size.given);
	ck_assert(p.ack.any && p.window.any);
	ck_assert(!p.ack.given && !p.window.given);
	ck_assert(p.mss && p.ts && p.wscale && p.sack && p.more_options);
	ck_assert(!p.mss_value.given && !p.tsval.given && !p.tsecr.given);
	ck_assert(!p.wscale_value.given && !p.sacks);
}

static const struct {
	const char *text, *error;
} mistakes[] = {
	{"", "column 1: expected flags out of SFRP.UEW"},
	{"> ", "column 3: expected flags out of SFRP.UEW"},
	{"> SYN", "column 4: expected flags out of SFRP.UEW"},
	{"> syn", "column 3: expected flags out of SFRP.UEW"},
	{"> S1:1(0)", "column 4: expected flags out of SFRP.UEW"},
	{"> S.S", "column 5: a second flag 'S'"},
	{"> <mss 1460>", "column 3: expected flags out of SFRP.UEW"},
	{"> -S", "column 4: 'S' is not expected"},
	{"> S 0", "column 6: expected ':'"},
	{"> S 0:0", "column 8: expected '('"},
	{"> S 0:0(", "column 9: expected a number"},
	{"> S 0:0(0", "column 10: expected ')'"},
	{"> S 0:0(0) 5", "column 12: '5' is not expected"},
	{"> P. 1:101(99)", "column 6: 1 to 101 is not a size of 99"},
	{"> P. 1:70001(70000)",
	 "column 14: expected a number of at most 65535"},
	{"> . 4294967296:0(0)",
	 "column 5: expected a number of at most 4294967295"},
	{"> . -1:0(1)", "column 5: '-' is not expected"},
	{"> . ack", "column 8: expected a number"},
	{"> . ack x", "column 9: expected a number"},
	{"> . ack1", "column 5: 'ack1' is not expected"},
	{"> . win 1 ack 2", "column 11: 'ack' is not expected"},
	{"> . win 65536", "column 9: expected a number of at most 65535"},
	{"> . <", "column 6: expected an option"},
	{"> . <mss>", "column 9: expected a number"},
	{"> . <mss 65536>", "column 10: expected a number of at most 65535"},
	{"> . <wscale 256>", "column 13: expected a number of at most 255"},
	{"> . <mss 1,>", "column 12: expected an option"},
	{"> . <mss 1 sackOK>", "column 12: expected '>'"},
	{"> . <sackOK,sackOK>", "column 13: a second 'sackOK'"},
	{"> . <TS 1 ecr 2>", "column 9: expected 'val'"},
	{"> . <TS val 1>", "column 14: expected 'ecr'"},
	{"> . <TFO 1>", "column 6: unknown option 'TFO'"},
	{"> . <sack>", "column 10: expected a number"},
	{"> . <sack 1>", "column 12: expected ':'"},
	{"> . <sack 1:2 *>", "column 15: expected '>'"},
	{"> . <sack 1:2 3:4 5:6 7:8 9:10>",
	 "column 27: more than 4 SACK blocks"},
	{"> . <> more", "column 8: 'more' is not expected"},
};

static void names_the_mistake(int row)
{
	char error[128] = "";
	struct lg_pattern pattern;

	ck_assert_int_eq(lg_notation_parse(mistakes[row].text, &pattern, error,
					   sizeof(error)),
			 -EINVAL);
	ck_assert_str_eq(error, mistakes[row].error);

	char small[12];
	ck_assert_int_eq(lg_notation_parse(mistakes[row].text, &pattern, small,
					   sizeof(small)),
			 -EINVAL);
	ck_assert_mem_eq(small, error, sizeof(small) - 1);
	ck_assert_int_eq(
		lg_notation_parse(mistakes[row].text, &pattern, NULL, 0),
		-EINVAL);
}

/* ---- matching ---------------------------------------------------------- */

/* `why` NULL: it matches. */
static const struct {
	const char *pattern, *segment, *why;
} matches[] = {
	{"S", "S 0:0(0) win 100 <mss 1460,sackOK>", NULL},
	{"< S", "> S", NULL},
	{"S", "S.", "flags S., expected S"},
	{"S", "SEW", "flags SEW, expected S"},
	{"SEW", "SW", "flags SW, expected SEW"},
	{"-", "R", "flags R, expected -"},
	{".", ".", NULL},
	{".", "P. 1:1(0)", NULL},
	{".", ". 1:2(1)", "size 1, expected no payload"},
	{".", "P. 1:2(1)", "size 1, expected no payload"},
	{"P.", "P. 1:2(1)", NULL},
	{"P.", ". 1:2(1)", "flags ., expected P."},
	{"P.", "P. 1:1(0)", "no payload, expected some"},
	{". 1:101(100)", "P. 1:101(100)", NULL},
	{". 1:101(100)", ". 1:101(100)", NULL},
	{"P. 1:101(100)", ". 1:101(100)", "flags ., expected P."},
	{". 1:101(100)", ". 1:100(99)", "size 99, expected 100"},
	{". 1:1(0)", ". 2:2(0)", "seq 2, expected 1"},
	{". *:101(*)", ". 1:101(100)", NULL},
	{". *:101(*)", ". 1:102(101)", "end 102, expected 101"},
	{". *:*(*)", "P. 7:9(2)", NULL},
	{"P. *:*(0)", "P. 7:7(0)", NULL},
	{". 4294967295:0(1)", ". 4294967295:0(1)", NULL},
	{". ack 7", ". ack 7", NULL},
	{". ack 7", ". ack 6", "ack 6, expected 7"},
	{". ack * win *", ". ack 6 win 9", NULL},
	{". win 10", ". win 11", "win 11, expected 10"},
	{". <>", ".", NULL},
	{". <>", ". <mss 1>", "mss, expected none"},
	{". <>", ". <sackOK>", "sackOK, expected none"},
	{". <>", ". <TS val 1 ecr 2>", "TS, expected none"},
	{". <>", ". <wscale 1>", "wscale, expected none"},
	{". <>", ". <sack 1:2>", "sack, expected none"},
	{". <...>", ". <mss 1,sackOK,TS val 1 ecr 2,wscale 1,sack 1:2>", NULL},
	{". <mss 1>", ".", "no mss, expected one"},
	{". <sackOK,...>", ". <mss 1>", "no sackOK, expected one"},
	{". <TS val * ecr *>", ".", "no TS, expected one"},
	{". <wscale *,...>", ".", "no wscale, expected one"},
	{". <sack *>", ".", "no sack, expected one"},
	{". <mss 1,...>", ". <sackOK,mss 1>", NULL},
	{". <nop,mss 1,eol>", ". <mss 1>", NULL},
	{". <nop>", ".", NULL},
	{". <mss 1>", ". <mss 2>", "mss 2, expected 1"},
	{". <mss *>", ". <mss 2>", NULL},
	{". <TS val 1 ecr 2>", ". <TS val 3 ecr 2>", "TS val 3, expected 1"},
	{". <TS val * ecr 2>", ". <TS val 3 ecr 4>", "TS ecr 4, expected 2"},
	{". <wscale 7>", ". <wscale 8>", "wscale 8, expected 7"},
	{". <sack *>", ". <sack 3:4>", NULL},
	{". <sack 1:2>", ". <sack 1:2 3:4>", "2 SACK blocks, expected 1"},
	{". <sack 1:2 3:4>", ". <sack 1:2 3:5>", "sack 3:5, expected 3:4"},
	{". <sack 1:2>", ". <sack 0:2>", "sack 0:2, expected 1:2"},
};

static void matches_what_it_says(int row)
{
	struct lg_pattern pattern = parse(matches[row].pattern);
	struct lg_segment segment = segment_of(matches[row].segment);
	char why[128] = "";
	bool expected = !matches[row].why;

	ck_assert_msg(lg_pattern_matches(&pattern, &segment, bases, why,
					 sizeof(why)) == expected,
		      "%s: %s", matches[row].pattern, why);
	ck_assert_str_eq(why, expected ? "" : matches[row].why);
	ck_assert(lg_pattern_matches(&pattern, &segment, bases, NULL, 0) ==
		  expected);
}

/* ---- segments of patterns ---------------------------------------------- */

static void segment_is_relative(int row)
{
	(void)row;
	struct lg_segment segment =
		segment_of("P. 1:28(27) ack 7 <TS val 5 ecr 6,sack 1:8>");

	ck_assert_uint_eq(segment.seq, 1001);
	ck_assert_uint_eq(segment.ack, 1);
	ck_assert_uint_eq(segment.window, 65535);
	ck_assert_uint_eq(segment.tsval, 5);
	ck_assert_uint_eq(segment.tsecr, 6);
	ck_assert_uint_eq(segment.sack[0].left, 4294967291);
	ck_assert_uint_eq(segment.sack[0].right, 2);
	ck_assert_uint_eq(segment.size, 27);
	ck_assert_mem_eq(segment.payload, "abcdefghijklmnopqrstuvwxyza", 27);
}

static void segment_keeps_its_way(int row)
{
	(void)row;
	struct lg_pattern pattern = parse("S");
	struct lg_segment way = {
		.time_ns = 7,
		.family = AF_INET6,
		.saddr = "from",
		.daddr = "to",
		.sport = 1,
		.dport = 2,
		.ttl = 3,
	};
	struct lg_segment expected = way, segment = way;
	expected.seq = bases.seq;
	expected.flags = LG_SYN;
	expected.window = UINT16_MAX;

	/* What was there before must not show. */
	segment.has_ts = segment.has_mss = segment.sack_ok = true;
	segment.tsval = segment.mss = segment.size = segment.sacks = 4;
	segment.ack = segment.sack[3].left = 5;
	ck_assert_int_eq(lg_pattern_segment(&pattern, bases, &segment), 0);
	ck_assert_pstr_eq(lg_sample_difference(&segment, &expected), NULL);
	ck_assert_int_eq(segment.time_ns, 7);
}

static void largest_payload_is_letters(int row)
{
	(void)row;
	struct lg_segment segment = segment_of("P. 1:65536(65535)");

	for (size_t i = 0; i < segment.size; i++)
		ck_assert_uint_eq(segment.payload[i], 'a' + i % 26);
}

static const struct {
	const char *text, *message;
} open[] = {
	{". *:1(0)", "a segment can't leave 'seq' open: Invalid argument"},
	{". 1:*(0)", "a segment can't leave 'seq' open: Invalid argument"},
	{". 1:1(*)", "a segment can't leave 'size' open: Invalid argument"},
	{"P.", "a segment can't leave 'size' open: Invalid argument"},
	{". ack *", "a segment can't leave 'ack' open: Invalid argument"},
	{". win *", "a segment can't leave 'win' open: Invalid argument"},
	{". <...>", "a segment can't leave '...' open: Invalid argument"},
	{". <mss *>", "a segment can't leave 'mss' open: Invalid argument"},
	{". <TS val * ecr 1>",
	 "a segment can't leave 'TS val' open: Invalid argument"},
	{". <TS val 1 ecr *>",
	 "a segment can't leave 'TS ecr' open: Invalid argument"},
	{". <wscale *>",
	 "a segment can't leave 'wscale' open: Invalid argument"},
	{". <sack *>", "a segment can't leave 'sack' open: Invalid argument"},
};

static void no_segment_of_what_is_open(int row)
{
	struct lg_pattern pattern = parse(open[row].text);
	struct lg_segment segment;

	ck_assert_int_eq(lg_pattern_segment(&pattern, bases, &segment),
			 -EINVAL);
	ck_assert_str_eq(lg_error_text(), open[row].message);
}

static void no_segment_of_a_wrong_size(int row)
{
	(void)row;
	struct lg_segment segment;
	struct lg_pattern pattern = parse("P. 1:101(100)");

	pattern.size.value = 99;
	ck_assert_int_eq(lg_pattern_segment(&pattern, bases, &segment),
			 -EINVAL);
	pattern.size.value = 65536;
	pattern.end_seq.value = 65537;
	ck_assert_int_eq(lg_pattern_segment(&pattern, bases, &segment),
			 -EINVAL);
}

/* ---- writing ----------------------------------------------------------- */

static const char *const as_written[] = {
	"> S 0:0(0) win 65535 <mss 1460,sackOK,TS val 100 ecr 0,wscale 7>",
	"< S. 0:0(0) ack 1 win 65160 <mss 1460>",
	"> FP. 1:101(100) ack 1 win 0 <TS val 4294967295 ecr 1>",
	"R 4294967295:4294967295(0) win 1",
	"> . 1:1(0) ack 1 win 512 <sack 1:5 7:9>",
	"> - 0:0(0) win 0",
	"FSRP.UEW 9:10(1) ack 3 win 1 <sackOK>",
};

static void writes_as_it_reads(int row)
{
	const char *expected = as_written[row];
	enum lg_direction direction = parse(expected).direction;
	struct lg_segment segment = segment_of(expected);
	char text[TEXT_ROOM];
	int length = (int)strlen(expected);

	ck_assert_int_eq(lg_notation_print(text, sizeof(text), direction,
					   &segment, bases),
			 length);
	ck_assert_str_eq(text, expected);

	ck_assert_int_eq(lg_notation_print(NULL, 0, direction, &segment, bases),
			 length);
	for (size_t room = 1; room <= (size_t)length; room++) {
		memset(text, '#', sizeof(text));
		ck_assert_int_eq(lg_notation_print(text, room, direction,
						   &segment, bases),
				 length);
		ck_assert_mem_eq(text, expected, room - 1);
		ck_assert_int_eq(text[room - 1], '\0');
		ck_assert_int_eq(text[room], '#');
	}
}

/* ---- any segment ------------------------------------------------------- */

static struct lg_segment sample(struct lg_seed *seed)
{
	struct lg_segment segment = lg_sample_segment(seed);

	/* A number that means nothing is not written. */
	if (!(segment.flags & LG_ACK))
		segment.ack = 0;
	return segment;
}

static struct lg_pattern pattern_of(const struct lg_segment *segment)
{
	char text[TEXT_ROOM];
	int length = lg_notation_print(text, sizeof(text), LG_LEAVES, segment,
				       bases);

	ck_assert_int_lt(length, TEXT_ROOM);
	return parse(text);
}

static void reads_what_it_wrote(int row)
{
	(void)row;
	struct lg_seed seed = {{7, 8, 9}};

	for (int i = 0; i < 3000; i++) {
		struct lg_segment segment = sample(&seed), back = segment;
		struct lg_pattern pattern = pattern_of(&segment);
		char why[128] = "";

		pattern.has_options = true;
		ck_assert_msg(lg_pattern_matches(&pattern, &segment, bases, why,
						 sizeof(why)),
			      "%s", why);
		ck_assert_int_eq(lg_pattern_segment(&pattern, bases, &back), 0);
		ck_assert_pstr_eq(lg_sample_difference(&back, &segment), NULL);
	}
}

/* Changes the field of that number; false if this segment has none. */
static bool change(struct lg_segment *segment, int field)
{
	bool acks = segment->flags & LG_ACK;

	switch (field) {
	case 0:
		segment->flags ^= LG_SYN;
		return true;
	case 1:
		segment->flags ^= LG_CWR;
		return true;
	case 2:
		segment->seq++;
		return true;
	case 3:
		segment->ack--;
		return acks;
	case 4:
		segment->window++;
		return true;
	case 5:
		segment->size++;
		return true;
	case 6:
		segment->has_mss = !segment->has_mss;
		return true;
	case 7:
		segment->mss++;
		return segment->has_mss;
	case 8:
		segment->has_ts = !segment->has_ts;
		return true;
	case 9:
		segment->tsval++;
		return segment->has_ts;
	case 10:
		segment->tsecr--;
		return segment->has_ts;
	case 11:
		segment->has_wscale = !segment->has_wscale;
		return true;
	case 12:
		segment->wscale++;
		return segment->has_wscale;
	case 13:
		segment->sack_ok = !segment->sack_ok;
		return true;
	case 14:
		segment->sacks ^= 1;
		return true;
	case 15:
		segment->sack[0].right++;
		return segment->sacks > 0;
	}
	return false;
}

#define N_FIELDS 16

static void tells_apart(int field)
{
	struct lg_seed seed = {{10, 11, 12}};
	int told = 0;

	for (int i = 0; i < 300; i++) {
		struct lg_segment segment = sample(&seed), other = segment;
		struct lg_pattern pattern = pattern_of(&segment);

		pattern.has_options = true;
		if (!change(&other, field))
			continue;
		ck_assert(
			!lg_pattern_matches(&pattern, &other, bases, NULL, 0));
		told++;
	}
	ck_assert_int_gt(told, 0);
}

int main(int argc, char **argv)
{
	static const struct lg_unit units[] = {
		{"reads all there is", reads_all_there_is, 0, 0},
		{"reads as little as flags", reads_as_little_as_flags, 0, 0},
		{"reads stars as open", reads_stars_as_open, 0, 0},
		{"names the mistake", names_the_mistake, N_ROWS(mistakes), 0},
		{"matches what it says", matches_what_it_says, N_ROWS(matches),
		 0},
		{"segment is relative", segment_is_relative, 0, 0},
		{"segment keeps its way", segment_keeps_its_way, 0, 0},
		{"largest payload is letters", largest_payload_is_letters, 0,
		 0},
		{"no segment of what is open", no_segment_of_what_is_open,
		 N_ROWS(open), 0},
		{"no segment of a wrong size", no_segment_of_a_wrong_size, 0,
		 0},
		{"writes as it reads", writes_as_it_reads, N_ROWS(as_written),
		 0},
		{"reads what it wrote", reads_what_it_wrote, 0, 0},
		{"tells apart", tells_apart, N_FIELDS, 0},
		{NULL, NULL, 0, 0},
	};

	return lg_unit_main(argc, argv, units);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ladders against the pictures in ladders/, which are meant to be looked at:
 * LINGER_GOLDEN=write writes them anew.
 */
#define LG_IMPLEMENTATION
#include "cells.h"
#include "ladder_sample.h"
#include "unit.h"
#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_SAMPLES 9 /* of ladder_samples[] */
#define MANY 10000
#define RANDOM_ROWS 20

static struct lg_ladder sample(int row)
{
	struct lg_ladder ladder;

	ladder_samples[row].make(&ladder);
	return ladder;
}

static char *draw_text(const struct lg_ladder *ladder,
		       struct lg_ladder_style style)
{
	char *text = lg_ladder_text(ladder, style);

	ck_assert_ptr_nonnull(text);
	return text;
}

static char *draw_svg(const struct lg_ladder *ladder)
{
	char *svg = lg_ladder_svg(ladder);

	ck_assert_ptr_nonnull(svg);
	return svg;
}

/* ---- golden files ------------------------------------------------------ */

static char *path_of(const char *name, const char *suffix)
{
	const char *source = getenv("LINGER_SOURCE");
	char *path;

	ck_assert_int_ge(asprintf(&path, "%s/lib/test/ladders/%s.%s",
				  source ? source : ".", name, suffix),
			 0);
	return path;
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t room = 0;

	ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
	ssize_t size = getdelim(&text, &room, '\0', file);
	ck_assert_msg(size > 0, "%s is empty", path);
	fclose(file);
	return text;
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static int first_difference(const char *a, const char *b)
{
	int line = 1;

	for (; *a && *a == *b; a++, b++)
		line += *a == '\n';
	return line;
}

static void compare(const char *name, const char *suffix, const char *text)
{
	const char *golden = getenv("LINGER_GOLDEN");
	char *path = path_of(name, suffix);

	if (golden && !strcmp(golden, "write"))
		write_file(path, text);
	char *expected = read_file(path);
	ck_assert_msg(!strcmp(text, expected), "%s differs in line %d:\n%s",
		      path, first_difference(text, expected), text);
	free(expected);
	free(path);
}

static void text_is_golden(int row)
{
	struct lg_ladder ladder = sample(row);
	const struct ladder_sample *of = &ladder_samples[row];
	struct lg_ladder_style style = {.width = of->width};
	char *text = draw_text(&ladder, style);

	compare(of->name, "txt", text);
	free(text);
}

static void svg_is_golden(int row)
{
	struct lg_ladder ladder = sample(row);
	char *svg = draw_svg(&ladder);

	compare(ladder_samples[row].name, "svg", svg);
	free(svg);
}

/* ---- text -------------------------------------------------------------- */

static void assert_width(char *text, unsigned width)
{
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		ck_assert_msg(lg_cells_width(line) <= width,
			      "wider than %u: %s", width, line);
}

static void assert_harmless(const char *text)
{
	for (const char *at = text; *at; at++)
		ck_assert_msg(*at == '\n' || (uint8_t)*at >= 0x20,
			      "control character %#x at %td", (unsigned)*at,
			      at - text);
}

static void text_keeps_to_its_width(int row)
{
	struct lg_ladder ladder = sample(row);

	for (unsigned width = 40; width <= 240; width += 5) {
		struct lg_ladder_style style = {.width = width};
		char *text = draw_text(&ladder, style);

		assert_harmless(text);
		assert_width(text, width);
		free(text);
	}
}

static void ascii_is_ascii(int row)
{
	struct lg_ladder ladder = sample(row);
	struct lg_ladder_style style = {.ascii = true};
	char *text = draw_text(&ladder, style);

	assert_harmless(text);
	for (const char *at = text; *at; at++)
		ck_assert_int_lt((uint8_t)*at, 0x7f);
	free(text);
}

/* Takes out what colours the text. */
static void bleach(char *text)
{
	char *to = text;

	for (const char *from = text; *from;) {
		if (*from == '\033')
			from += strcspn(from, "m") + 1;
		else
			*to++ = *from++;
	}
	*to = '\0';
}

static void colour_is_all_that_colour_adds(int row)
{
	struct lg_ladder ladder = sample(row);
	struct lg_ladder_style style = {.width = 100};
	char *plain = draw_text(&ladder, style);

	style.colour = true;
	char *coloured = draw_text(&ladder, style);
	ck_assert_ptr_nonnull(strchr(coloured, '\033'));
	bleach(coloured);
	ck_assert_str_eq(coloured, plain);
	free(coloured);
	free(plain);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

static void most_shows_the_last(int row)
{
	struct lg_ladder ladder;
	struct lg_ladder_style style = {.most = 3, .ascii = true};

	(void)row;
	for (const struct ladder_sample *of = ladder_samples; of->name; of++)
		if (!strcmp(of->name, "last_ack"))
			of->make(&ladder);
	char *text = draw_text(&ladder, style);
	char left_out[64];
	snprintf(left_out, sizeof(left_out),
		 "... %zu earlier segments left out ...", ladder.n_arrows - 3);
	ck_assert_ptr_nonnull(strstr(text, left_out));
	ck_assert_uint_eq(count(text, "->|") + count(text, "|<-"), 3);
	ck_assert_ptr_null(strstr(text, "drop 1"));
	/* Times still count from the first. */
	ck_assert_ptr_nonnull(strstr(text, "0.113"));
	free(text);

	style.most = (unsigned)ladder.n_arrows;
	text = draw_text(&ladder, style);
	ck_assert_ptr_null(strstr(text, "left out"));
	free(text);
}

static void nothing_says_so(int row)
{
	struct lg_ladder ladder = {.title = NULL};
	struct lg_ladder_style style = {.ascii = true};
	char *text = draw_text(&ladder, style);
	char *svg = draw_svg(&ladder);

	(void)row;
	ck_assert_ptr_nonnull(strstr(text, "no segments"));
	ck_assert_ptr_nonnull(strstr(svg, "no segments"));
	free(text);
	free(svg);
}

/* ---- SVG --------------------------------------------------------------- */

static void assert_well_formed(const char *svg)
{
	if (system("xmllint --version 2>/dev/null"))
		lg_unit_skip("no xmllint");
	FILE *xmllint = popen("xmllint --noout --nonet -", "w");
	ck_assert_ptr_nonnull(xmllint);
	ck_assert_int_ge(fputs(svg, xmllint), 0);
	ck_assert_int_eq(pclose(xmllint), 0);
}

static void svg_is_well_formed(int row)
{
	struct lg_ladder ladder = sample(row);
	char *svg = draw_svg(&ladder);

	assert_harmless(svg);
	assert_well_formed(svg);
	free(svg);
}

/* Several stand in one page, whose text is not to be run. */
static void svg_stands_in_a_page(int row)
{
	struct lg_ladder ladder = sample(row);
	char *svg = draw_svg(&ladder);

	ck_assert_uint_eq(strspn(svg, "<svg "), strlen("<svg "));
	ck_assert_ptr_null(strstr(svg, " id="));
	ck_assert_ptr_null(strstr(svg, "<script"));
	ck_assert_ptr_null(strstr(svg, "href"));
	ck_assert_uint_eq(count(svg, "</title></title>"), 0);
	ck_assert_uint_eq(count(svg, "<style>"), 1);
	free(svg);
}

/* ---- any ladder -------------------------------------------------------- */

static unsigned short seed[3];

static long below(long limit)
{
	return nrand48(seed) % limit;
}

static const char *const names[] = {
	"a", "bb", "client", "nat", "r1", "a-long-name-15", "server", "z"};

static struct lg_ladder_arrow random_arrow(size_t n_hosts, int64_t left_ns)
{
	struct lg_ladder_arrow arrow = {
		.from = (size_t)below((long)n_hosts),
		.left_ns = left_ns,
		.arrived_ns = left_ns + below(4) * below(10000000),
		.fate = (enum lg_fate)below(LG_REWRITTEN + 1),
		.by = below(2) ? "rule 1" : NULL,
		.injected = below(4) == 0,
		.unexpected = below(20) == 0,
		.expected = below(2) ? "> S." : NULL,
		.segment = {.family = AF_INET,
			    .flags = (uint8_t)below(256),
			    .seq = (uint32_t)below(4),
			    .size = (uint32_t)below(2) * 1000,
			    .has_ts = below(2),
			    .has_mss = below(2),
			    .sack_ok = below(2)},
	};

	arrow.to =
		(arrow.from + 1 + (size_t)below((long)n_hosts - 1)) % n_hosts;
	arrow.was = arrow.segment;
	arrow.was.tsval = (uint32_t)below(1000);
	arrow.was.flags = (uint8_t)below(256);
	return arrow;
}

static void any_ladder_is_drawn(int row)
{
	struct lg_ladder_arrow arrows[60];
	struct lg_ladder_note notes[40];
	struct lg_ladder ladder = {
		.title = "Any",
		.hosts = names,
		.arrows = arrows,
		.notes = notes,
	};
	int64_t now = 0;

	seed[0] = (unsigned short)row;
	ladder.n_hosts = 2 + (size_t)below(7);
	ladder.n_arrows = 1 + (size_t)below(60);
	ladder.n_notes = (size_t)below(40);
	for (size_t i = 0; i < ladder.n_arrows; i++) {
		now += below(3) * below(below(10) ? 3000000 : 2000000000);
		arrows[i] = random_arrow(ladder.n_hosts, now);
	}
	for (size_t i = 0; i < ladder.n_notes; i++)
		notes[i] = (struct lg_ladder_note){
			.time_ns = now * (int64_t)i / (int64_t)ladder.n_notes,
			.host = (size_t)below((long)ladder.n_hosts),
			.text = below(2) ? "TIME-WAIT" : "CLOSED",
			.kind = (enum lg_note_kind)below(LG_NOTE_COUNTER + 1),
			.connection = (size_t)below(3),
		};
	for (unsigned width = 40; width < 300; width += 37) {
		struct lg_ladder_style style = {.width = width,
						.most = (unsigned)below(60)};
		char *text = draw_text(&ladder, style);

		assert_width(text, width);
		free(text);
	}
	char *svg = draw_svg(&ladder);
	assert_well_formed(svg);
	free(svg);
}

static struct lg_ladder_arrow *make_many(void)
{
	struct lg_ladder_arrow *arrows = calloc(MANY, sizeof(*arrows));

	ck_assert_ptr_nonnull(arrows);
	for (size_t i = 0; i < MANY; i++) {
		arrows[i] = random_arrow(2, (int64_t)i * 100000);
		arrows[i].segment.seq = (uint32_t)i;
	}
	return arrows;
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* Their time limit is in the list of tests. */
static void many_are_drawn_in_time(int row)
{
	struct lg_ladder_arrow *arrows = make_many();
	struct lg_ladder ladder = {.hosts = names,
				   .n_hosts = 2,
				   .arrows = arrows,
				   .n_arrows = MANY};
	struct lg_ladder_style style = {.most = row == 0 ? 20 : 0};
	char *drawn = row == 2 ? draw_svg(&ladder) : draw_text(&ladder, style);

	if (row == 0)
		ck_assert_ptr_nonnull(
			strstr(drawn, "9980 earlier segments left out"));
	else
		ck_assert_uint_gt(count_lines(drawn), MANY);
	free(drawn);
	free(arrows);
}

/* ---- UTF-8 ------------------------------------------------------------- */

static void utf8_takes_no_bad_bytes(int row)
{
	static const struct {
		const char *bytes;
		uint32_t character;
	} cases[] = {
		{"a", 'a'},
		{"\xc3\xa9", 0xe9},
		{"\xe2\x94\x82", 0x2502},
		{"\xf0\x9f\x98\x80", 0x1f600},
		{"\x1b", '?'},
		{"\x7f", '?'},
		{"\x9b", '?'},
		{"\xa0", '?'},
		{"\xc2\x9b", '?'}, /* CSI in one character */
		{"\xc0\xaf", '?'}, /* longer than it has to be */
		{"\xe0\x80\xaf", '?'},
		{"\xed\xa0\x80", '?'},	   /* half of a surrogate pair */
		{"\xef\xbf\xbf", '?'},	   /* not in XML */
		{"\xf4\x90\x80\x80", '?'}, /* beyond the last */
		{"\xff", '?'},
		{"\xe2\x94", '?'}, /* cut short */
	};

	(void)row;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *at = cases[i].bytes;

		ck_assert_msg(lg_utf8_next(&at) == cases[i].character,
			      "case %zu", i);
		ck_assert_uint_eq(*at, '\0');
	}
}

int main(int argc, char **argv)
{
	static const struct lg_unit units[] = {
		{"text_is_golden", text_is_golden, .rows = N_SAMPLES},
		{"svg_is_golden", svg_is_golden, .rows = N_SAMPLES},
		{"text_keeps_to_its_width", text_keeps_to_its_width,
		 .rows = N_SAMPLES},
		{"ascii_is_ascii", ascii_is_ascii, .rows = N_SAMPLES},
		{"colour_is_all_that_colour_adds",
		 colour_is_all_that_colour_adds, .rows = N_SAMPLES},
		{"most_shows_the_last", most_shows_the_last, .rows = 1},
		{"nothing_says_so", nothing_says_so, .rows = 1},
		{"svg_is_well_formed", svg_is_well_formed, .rows = N_SAMPLES},
		{"svg_stands_in_a_page", svg_stands_in_a_page,
		 .rows = N_SAMPLES},
		{"any_ladder_is_drawn", any_ladder_is_drawn,
		 .rows = RANDOM_ROWS, .timeout_s = 20},
		{"many_are_drawn_in_time", many_are_drawn_in_time, .rows = 3,
		 .timeout_s = 5},
		{"utf8_takes_no_bad_bytes", utf8_takes_no_bad_bytes, .rows = 1},
		{0},
	};

	return lg_unit_main(argc, argv, units);
}

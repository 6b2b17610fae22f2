// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "ladder_arrow.h"

#include "svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define TAIL_SLOPE_MAX 900 /* hundredths of a degree */
#define TIP 9		   /* length of an arrow's head */

/* An arrow as it is drawn: from its tail to its tip. */
struct shaft {
	int x1, y1, x2, y2;
	int right; /* 1, or -1: to the left */
};

static struct shaft shaft_of(const struct lg_picture *picture, size_t i)
{
	const struct lg_ladder_arrow *arrow = &picture->ladder->arrows[i];
	const struct lg_picture_arrow *placed = &picture->arrows[i];
	size_t held = picture->steps.held_as[i];
	int right = arrow->from < arrow->to ? 1 : -1;
	struct shaft shaft = {
		picture->hosts[arrow->from] + 4 * right, placed->leaves,
		picture->hosts[arrow->to] - 4 * right, placed->arrives, right};

	if (placed->shelf)
		shaft.x2 = picture->hosts[arrow->to] - placed->shelf * right;
	if (held != LG_NO_INDEX)
		shaft.x1 = picture->hosts[arrow->to] -
			   picture->arrows[held].shelf * right;
	if (arrow->fate == LG_LOST) {
		shaft.x2 -= (shaft.x2 - shaft.x1) / 3;
		shaft.y2 -= (shaft.y2 - shaft.y1) / 3;
	}
	return shaft;
}

static const char *class_of(const struct lg_ladder_arrow *arrow)
{
	if (arrow->unexpected)
		return "arrow bad";
	switch (arrow->fate) {
	case LG_ARRIVED:
		break;
	case LG_LOST:
	case LG_DROPPED:
		return "arrow bad";
	case LG_HELD:
		return "arrow held";
	case LG_REWRITTEN:
		return "arrow rewritten";
	}
	return arrow->injected ? "arrow held" : "arrow";
}

/* Hundredths of a degree: no printf() of a locale breaks these. */
static int slope(const struct shaft *shaft)
{
	double radians = atan2((shaft->y2 - shaft->y1) * shaft->right,
			       (shaft->x2 - shaft->x1) * shaft->right);

	return (int)lround(radians * 18000 / M_PI);
}

/* What follows is drawn along the shaft, with the origin at a point of it. */
static void begin_along(FILE *out, int x, int y, int slope)
{
	fprintf(out, "<g transform=\"translate(%d %d) rotate(%s%d.%02d)\">\n",
		x, y, slope < 0 ? "-" : "", abs(slope) / 100, abs(slope) % 100);
}

/* Around the origin, which is where the arrow ends. */
static void draw_tip(FILE *out, const struct lg_ladder_arrow *arrow, int right)
{
	switch (arrow->fate) {
	case LG_ARRIVED:
	case LG_REWRITTEN:
		fprintf(out, "<path class=\"tip\" d=\"M0 0l%d -4v8z\"/>\n",
			-TIP * right);
		break;
	case LG_HELD:
		fprintf(out, "<path class=\"shaft\" d=\"M%d -7h%dv14h%d\"/>\n",
			-5 * right, 5 * right, -5 * right);
		break;
	case LG_LOST:
	case LG_DROPPED:
		fprintf(out,
			"<path class=\"shaft\" d=\"M%d -5l10 10m0 -10l-10 "
			"10\"/>\n",
			right > 0 ? -10 : 0);
		break;
	}
}

static void draw_shaft(FILE *out, const struct lg_ladder_arrow *arrow,
		       const struct shaft *shaft)
{
	lg_svg_line(out, arrow->injected ? "shaft injected" : "shaft",
		    shaft->x1, shaft->y1, shaft->x2, shaft->y2);
	begin_along(out, shaft->x2, shaft->y2, slope(shaft));
	draw_tip(out, arrow, shaft->right);
	fputs("</g>\n", out);
}

/* The numbers over the arrow, the rest under it, in the middle; what became of
 * it where it ends. */
static void draw_words_along(FILE *out, const struct shaft *shaft,
			     const struct lg_picture_words *words)
{
	int half = abs(shaft->x2 - shaft->x1) / 2;
	int y = -6;

	begin_along(out, (shaft->x1 + shaft->x2) / 2,
		    (shaft->y1 + shaft->y2) / 2, slope(shaft));
	for (size_t i = 0; i < words->n; i++) {
		lg_svg_text(out, 0, y, i ? "halo faint" : "halo label",
			    LG_ANCHOR_MIDDLE, words->lines[i]);
		y += i ? LG_PICTURE_LINE : LG_PICTURE_LINE + 6;
	}
	if (words->remark[0])
		lg_svg_text(out, shaft->right * (half - 12),
			    words->n > 1 && !words->remark_fits
				    ? y
				    : LG_PICTURE_LINE,
			    "halo remark",
			    shaft->right > 0 ? LG_ANCHOR_END : LG_ANCHOR_START,
			    words->remark);
	fputs("</g>\n", out);
}

/* All words over the arrow, where it leaves: what crosses it isn't there.  Over
 * a steep one they are less steep, to stay clear of the next that leaves. */
static void draw_words_at_tail(FILE *out, const struct shaft *shaft,
			       const struct lg_picture_words *words)
{
	enum lg_svg_anchor anchor =
		shaft->right > 0 ? LG_ANCHOR_START : LG_ANCHOR_END;
	int y = -6 - ((int)words->over - 1) * LG_PICTURE_LINE;

	int along = slope(shaft);

	if (abs(along) > TAIL_SLOPE_MAX)
		along = along > 0 ? TAIL_SLOPE_MAX : -TAIL_SLOPE_MAX;
	begin_along(out, shaft->x1 + 12 * shaft->right, shaft->y1, along);
	for (size_t i = 0; i < words->n; i++, y += LG_PICTURE_LINE)
		lg_svg_text(out, 0, y, i ? "halo faint" : "halo label", anchor,
			    words->lines[i]);
	if (words->remark[0])
		lg_svg_text(out, 0, y, "halo remark", anchor, words->remark);
	fputs("</g>\n", out);
}

/* Beside the shelf that it comes from, and the shelf itself. */
static void draw_release(const struct lg_picture *picture, FILE *out,
			 const struct shaft *shaft, size_t held,
			 const struct lg_picture_words *words)
{
	enum lg_svg_anchor anchor =
		shaft->right > 0 ? LG_ANCHOR_END : LG_ANCHOR_START;
	int x = shaft->x1 - 10 * shaft->right;
	int y = shaft->y1 + 2;

	lg_svg_line(out, "shaft shelf", shaft->x1,
		    picture->arrows[held].arrives + 8, shaft->x1, shaft->y1);
	for (size_t i = 0; i < words->n; i++, y += LG_PICTURE_LINE)
		lg_svg_text(out, x, y, i ? "halo faint" : "halo label", anchor,
			    words->lines[i]);
	lg_svg_text(out, x, y, "halo remark", anchor, words->remark);
}

/* Under the unexpected segment, the one that should have come. */
static void draw_ghost(FILE *out, const struct shaft *shaft, const char *what,
		       size_t lines)
{
	int down = 12 + (int)lines * LG_PICTURE_LINE;
	char words[LG_LADDER_TEXT];

	snprintf(words, sizeof(words), "expected %s", what);
	lg_svg_line(out, "ghost", shaft->x1, shaft->y1 + down, shaft->x2,
		    shaft->y2 + down);
	begin_along(out, (shaft->x1 + shaft->x2) / 2,
		    (shaft->y1 + shaft->y2) / 2 + down, slope(shaft));
	lg_svg_text(out, 0, LG_PICTURE_LINE, "halo faint", LG_ANCHOR_MIDDLE,
		    words);
	fputs("</g>\n", out);
}

/* What a pointer over the arrow shows. */
static void draw_hint(const struct lg_picture *picture, FILE *out, size_t i,
		      const char *remark)
{
	const struct lg_ladder_arrow *arrow = &picture->ladder->arrows[i];
	char text[LG_LADDER_TEXT];

	lg_steps_time(&picture->steps, arrow->left_ns, true, text);
	fprintf(out, "<title>%s ", text);
	lg_svg_escape(out, picture->ladder->hosts[arrow->from]);
	fputs(" &gt; ", out);
	lg_svg_escape(out, picture->ladder->hosts[arrow->to]);
	fputs(": ", out);
	lg_notation_print(text, sizeof(text), LG_NO_ARROW, &arrow->segment,
			  arrow->bases);
	lg_svg_escape(out, text);
	if (*remark)
		fputs("; ", out);
	lg_svg_escape(out, remark);
	fputs("</title>\n", out);
}

void lg_ladder_draw_arrow(const struct lg_picture *picture, FILE *out, size_t i)
{
	const struct lg_ladder_arrow *arrow = &picture->ladder->arrows[i];
	struct shaft shaft = shaft_of(picture, i);
	size_t held = picture->steps.held_as[i];
	struct lg_picture_words words;

	lg_picture_words(picture, i, &words);
	fprintf(out, "<g class=\"%s\">\n", class_of(arrow));
	draw_hint(picture, out, i, words.remark);
	draw_shaft(out, arrow, &shaft);
	if (held != LG_NO_INDEX)
		draw_release(picture, out, &shaft, held, &words);
	else if (picture->arrows[i].crosses)
		draw_words_at_tail(out, &shaft, &words);
	else
		draw_words_along(out, &shaft, &words);
	if (arrow->unexpected && arrow->expected)
		draw_ghost(out, &shaft, arrow->expected, words.under);
	fputs("</g>\n", out);
}

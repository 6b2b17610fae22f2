// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ladder as SVG.  A page may hold many of these in line, so there are no
 * ids, and each style rule is about what is inside `.lg-ladder`.
 */
#define LG_IMPLEMENTATION
#include "ladder_arrow.h"
#include "svg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS INT64_C(1000000)

static const char style[] =
	".lg-ladder text{font:11px ui-monospace,'DejaVu Sans "
	"Mono',Menlo,Consolas,"
	"monospace;fill:#1f2937}\n"
	".lg-ladder .page{fill:#fff}\n"
	".lg-ladder .title{font:600 16px system-ui,'DejaVu Sans',sans-serif}\n"
	".lg-ladder .host{fill:#f1f5f9;stroke:#94a3b8}\n"
	".lg-ladder .name{font-size:12px;font-weight:700}\n"
	".lg-ladder .life,.lg-ladder .axis{stroke:#94a3b8;fill:none}\n"
	".lg-ladder .faint{fill:#64748b}\n"
	".lg-ladder .label{font-size:12px}\n"
	".lg-ladder .halo{stroke:#fff;stroke-width:4px;stroke-linejoin:round;"
	"paint-order:stroke}\n"
	".lg-ladder .state{font-weight:700}\n"
	".lg-ladder .counter{font-style:italic;fill:#0f766e}\n"
	".lg-ladder .bar{fill:#94a3b8}\n"
	".lg-ladder .syn{fill:#60a5fa}\n"
	".lg-ladder .open{fill:#34a853}\n"
	".lg-ladder .closing{fill:#a78bfa}\n"
	".lg-ladder .wait{fill:#f59e0b}\n"
	".lg-ladder .arrow{color:#1f2937}\n"
	".lg-ladder .shaft{stroke:currentColor;stroke-width:1.4;fill:none}\n"
	".lg-ladder .tip{fill:currentColor}\n"
	".lg-ladder .injected{stroke-dasharray:7 4}\n"
	".lg-ladder .shelf{stroke-dasharray:1 4}\n"
	".lg-ladder .ghost{stroke:#94a3b8;stroke-dasharray:4 4}\n"
	".lg-ladder .bad{color:#c62828}\n"
	".lg-ladder .bad .remark{fill:#c62828}\n"
	".lg-ladder .held{color:#a15c00}\n"
	".lg-ladder .held .remark{fill:#a15c00}\n"
	".lg-ladder .rewritten{color:#7b1fa2}\n"
	".lg-ladder .rewritten .remark{fill:#7b1fa2}\n"
	"@media (prefers-color-scheme:dark){\n"
	".lg-ladder text{fill:#e5e7eb}\n"
	".lg-ladder .page{fill:#15181e}\n"
	".lg-ladder .host{fill:#242a33;stroke:#64748b}\n"
	".lg-ladder .life,.lg-ladder .axis{stroke:#64748b}\n"
	".lg-ladder .faint{fill:#94a3b8}\n"
	".lg-ladder .halo{stroke:#15181e}\n"
	".lg-ladder .counter{fill:#5eead4}\n"
	".lg-ladder .arrow{color:#e5e7eb}\n"
	".lg-ladder .bad{color:#ff7b72}\n"
	".lg-ladder .bad .remark{fill:#ff7b72}\n"
	".lg-ladder .held{color:#f5b041}\n"
	".lg-ladder .held .remark{fill:#f5b041}\n"
	".lg-ladder .rewritten{color:#c792ea}\n"
	".lg-ladder .rewritten .remark{fill:#c792ea}\n"
	"}\n";

/* ---- the frame --------------------------------------------------------- */

static void draw_description(const struct lg_picture *picture, FILE *out)
{
	const struct lg_ladder *ladder = picture->ladder;

	fputs("<title>", out);
	lg_svg_escape(out, ladder->title ? ladder->title : "Ladder diagram");
	fprintf(out, "</title>\n<desc>%zu segment%s between ", ladder->n_arrows,
		ladder->n_arrows == 1 ? "" : "s");
	for (size_t i = 0; i < ladder->n_hosts; i++) {
		if (i)
			fputs(i + 1 < ladder->n_hosts ? ", " : " and ", out);
		lg_svg_escape(out, ladder->hosts[i]);
	}
	fputs("; time runs downwards, not to scale.</desc>\n", out);
}

static void draw_frame(const struct lg_picture *picture, FILE *out)
{
	const struct lg_ladder *ladder = picture->ladder;

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lg-ladder\" "
		"role=\"img\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\">\n",
		picture->width, picture->height, picture->width,
		picture->height);
	draw_description(picture, out);
	fprintf(out, "<style>\n%s</style>\n", style);
	fprintf(out,
		"<rect class=\"page\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n",
		picture->width, picture->height);
	if (ladder->title)
		lg_svg_text(out, 16, 26, "title", LG_ANCHOR_START,
			    ladder->title);
	for (size_t i = 0; i < ladder->n_hosts; i++) {
		int x = picture->hosts[i], width = picture->names[i];

		lg_svg_line(out, "life", x, picture->life[0], x,
			    picture->life[1]);
		fprintf(out,
			"<rect class=\"host\" x=\"%d\" y=\"%d\" width=\"%d\" "
			"height=\"24\" rx=\"5\"/>\n",
			x - width / 2, LG_PICTURE_HEAD - 10, width);
		lg_svg_text(out, x, LG_PICTURE_HEAD + 6, "name",
			    LG_ANCHOR_MIDDLE, ladder->hosts[i]);
	}
}

/* ---- time -------------------------------------------------------------- */

static void draw_tick(const struct lg_picture *picture, FILE *out,
		      int64_t time_ns, int y, bool micro)
{
	char time[LG_LADDER_TEXT];

	lg_svg_line(out, "axis", picture->axis - 4, y, picture->axis, y);
	lg_steps_time(&picture->steps, time_ns, micro, time);
	lg_svg_text(out, picture->axis - 8, y + 4, "faint", LG_ANCHOR_END,
		    time);
}

static int y_of(const struct lg_picture *picture, const struct lg_step *step)
{
	switch (step->kind) {
	case LG_STEP_LEAVES:
		return picture->arrows[step->index].leaves;
	case LG_STEP_ARRIVES:
		return picture->arrows[step->index].arrives;
	case LG_STEP_NOTE:
		return picture->notes[step->index];
	}
	return 0;
}

/* Whether a step's time is worth a tick: a departure's is, others' if they add
 * something to the tick before and don't hide the next departure's. */
static bool needs_tick(const struct lg_picture *picture, size_t i,
		       int64_t after_ns)
{
	const struct lg_step *step = &picture->steps.steps[i];

	if (step->kind == LG_STEP_LEAVES)
		return true;
	if (after_ns < MS)
		return false;
	return i + 1 == picture->steps.n ||
	       y_of(picture, step + 1) - y_of(picture, step) >= LG_PICTURE_LINE;
}

static void draw_axis(const struct lg_picture *picture, FILE *out)
{
	const struct lg_steps *steps = &picture->steps;
	int64_t last_ns = INT64_MIN / 2;
	int last_y = 0;

	lg_svg_line(out, "axis", picture->axis, picture->life[0], picture->axis,
		    picture->life[1]);
	for (size_t i = 0; i < steps->n; i++) {
		const struct lg_step *step = &steps->steps[i];
		int64_t after_ns = step->time_ns - last_ns;
		int y = y_of(picture, step);

		if (!needs_tick(picture, i, after_ns) ||
		    y - last_y < LG_PICTURE_LINE)
			continue;
		draw_tick(picture, out, step->time_ns, y,
			  after_ns > 0 && after_ns < MS);
		last_ns = step->time_ns;
		last_y = y;
	}
}

static void draw_break_mark(FILE *out, int x, int y)
{
	fprintf(out, "<path class=\"page\" d=\"M%d %dL%d %dL%d %dL%d %dZ\"/>\n",
		x - 8, y, x + 8, y - 6, x + 8, y, x - 8, y + 6);
	lg_svg_line(out, "axis", x - 8, y, x + 8, y - 6);
	lg_svg_line(out, "axis", x - 8, y + 6, x + 8, y);
}

static void draw_breaks(const struct lg_picture *picture, FILE *out)
{
	size_t n_hosts = picture->ladder->n_hosts;

	for (size_t i = 0; i < picture->n_breaks; i++) {
		int y = picture->breaks[i].y;
		char span[LG_LADDER_TEXT], words[LG_LADDER_TEXT];

		draw_break_mark(out, picture->axis, y);
		for (size_t k = 0; k < n_hosts; k++)
			draw_break_mark(out, picture->hosts[k], y);
		lg_ladder_span(picture->breaks[i].ns, span);
		snprintf(words, sizeof(words), "%.20s pass", span);
		if (n_hosts > 1)
			lg_svg_text(out,
				    (picture->hosts[0] + picture->hosts[1]) / 2,
				    y + 4, "faint", LG_ANCHOR_MIDDLE, words);
	}
}

/* ---- notes ------------------------------------------------------------- */

static const char *class_of_state(const char *state)
{
	static const struct {
		const char *begins, *class;
	} classes[] = {
		{"SYN", "bar syn"},	   {"ESTAB", "bar open"},
		{"TIME", "bar wait"},	   {"FIN", "bar closing"},
		{"CLOSE-", "bar closing"}, {"CLOSING", "bar closing"},
		{"LAST", "bar closing"},
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (!strncmp(state, classes[i].begins,
			     strlen(classes[i].begins)))
			return classes[i].class;
	return "bar";
}

static void draw_bar(const struct lg_picture *picture, FILE *out, size_t note,
		     int end)
{
	const struct lg_ladder_note *of = &picture->ladder->notes[note];
	int side = lg_picture_note_side(of->host);
	int x = picture->hosts[of->host] +
		side * (int)of->connection * LG_PICTURE_LANE;

	if (!strcmp(of->text, "CLOSED"))
		return;
	fprintf(out,
		"<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"6\" "
		"height=\"%d\" rx=\"2\"/>\n",
		class_of_state(of->text), x - 3, picture->notes[note],
		end - picture->notes[note] - 2);
}

/* A state's bar ends where the next state of its connection begins. */
static int draw_bars(const struct lg_picture *picture, FILE *out)
{
	const struct lg_ladder *ladder = picture->ladder;
	size_t lanes = 1;

	for (size_t i = 0; i < ladder->n_hosts; i++)
		if (lanes < picture->steps.connections[i])
			lanes = picture->steps.connections[i];
	size_t *open = malloc((ladder->n_hosts * lanes + 1) * sizeof(*open));
	if (!open)
		return -ENOMEM;
	for (size_t i = 0; i < ladder->n_hosts * lanes; i++)
		open[i] = LG_NO_INDEX;
	for (size_t i = 0; i < ladder->n_notes; i++) {
		const struct lg_ladder_note *note = &ladder->notes[i];

		if (note->kind != LG_NOTE_STATE)
			continue;
		size_t *was = &open[note->host * lanes + note->connection];
		if (*was != LG_NO_INDEX)
			draw_bar(picture, out, *was, picture->notes[i]);
		*was = i;
	}
	for (size_t i = 0; i < ladder->n_hosts * lanes; i++)
		if (open[i] != LG_NO_INDEX)
			draw_bar(picture, out, open[i], picture->life[1]);
	free(open);
	return 0;
}

static void draw_notes(const struct lg_picture *picture, FILE *out)
{
	for (size_t i = 0; i < picture->ladder->n_notes; i++) {
		const struct lg_ladder_note *note = &picture->ladder->notes[i];
		int side = lg_picture_note_side(note->host);
		int x = picture->hosts[note->host] +
			side * lg_picture_note_offset(picture, note->host);
		bool is_state = note->kind == LG_NOTE_STATE;
		char text[LG_LADDER_TEXT];

		lg_ladder_note(&picture->steps, note, text);

		lg_svg_text(out, x, picture->notes[i] + 9,
			    is_state ? "halo state" : "halo counter",
			    side < 0 ? LG_ANCHOR_END : LG_ANCHOR_START, text);
	}
}

/* ---- the whole --------------------------------------------------------- */

static int draw(const struct lg_picture *picture, FILE *out)
{
	const struct lg_ladder *ladder = picture->ladder;

	draw_frame(picture, out);
	draw_axis(picture, out);
	int error = draw_bars(picture, out);
	draw_breaks(picture, out);
	for (size_t i = 0; i < ladder->n_arrows; i++)
		lg_ladder_draw_arrow(picture, out, i);
	draw_notes(picture, out);
	if (!ladder->n_arrows)
		lg_svg_text(out, picture->axis + 12, picture->life[1] - 12,
			    "halo faint", LG_ANCHOR_START, "(no segments)");
	fputs("</svg>\n", out);
	return error;
}

char *lg_ladder_svg(const struct lg_ladder *ladder)
{
	struct lg_picture picture;
	char *text = NULL;
	size_t size;

	int error = lg_picture_make(&picture, ladder);
	if (error < 0) {
		errno = -error;
		return NULL;
	}
	FILE *out = open_memstream(&text, &size);
	if (out) {
		error = draw(&picture, out);
		bool failed = ferror(out);

		if (fclose(out) || failed || error < 0) {
			free(text);
			text = NULL;
			errno = ENOMEM;
		}
	}
	lg_picture_free(&picture);
	return text;
}

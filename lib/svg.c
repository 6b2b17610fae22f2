// SPDX-License-Identifier: GPL-2.0-or-later
#include "svg.h"

#include "utf8.h"

#include <stdint.h>

void lg_svg_escape(FILE *out, const char *text)
{
	while (*text) {
		uint32_t character = lg_utf8_next(&text);

		switch (character) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			lg_utf8_write(character, out);
		}
	}
}

void lg_svg_text(FILE *out, int x, int y, const char *class,
		 enum lg_svg_anchor anchor, const char *text)
{
	static const char *const anchors[] = {
		[LG_ANCHOR_START] = "",
		[LG_ANCHOR_MIDDLE] = " text-anchor=\"middle\"",
		[LG_ANCHOR_END] = " text-anchor=\"end\"",
	};

	fprintf(out, "<text x=\"%d\" y=\"%d\" class=\"%s\"%s>", x, y, class,
		anchors[anchor]);
	lg_svg_escape(out, text);
	fputs("</text>\n", out);
}

void lg_svg_line(FILE *out, const char *class, int x1, int y1, int x2, int y2)
{
	fprintf(out, "<path class=\"%s\" d=\"M%d %dL%d %d\"/>\n", class, x1, y1,
		x2, y2);
}

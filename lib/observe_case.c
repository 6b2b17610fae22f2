// SPDX-License-Identifier: GPL-2.0-or-later
/* What a case says of the kernel beside its verdict. */
#define LG_IMPLEMENTATION
#include "observe.h"

#include "event.h"
#include "linger.h"
#include "utf8.h"
#include "verdict.h"

#include <stdarg.h>
#include <stdio.h>

bool lg_is_said(const char *kind, const char *name, bool holds)
{
	static json_t *said;
	char key[256];

	if (!said)
		said = json_object();
	snprintf(key, sizeof(key), "%s %s", kind, name);
	const json_t *before = json_object_get(said, key);
	if (before && json_is_true(before) != holds)
		lg_broken("%s both holds and does not hold", key);
	if (!before)
		json_object_set_new(said, key, json_boolean(holds));
	return before;
}

void lg_observe(struct lg_net *net, const char *name, const char *format, ...)
{
	char value[512];
	va_list arguments;

	(void)net;
	va_start(arguments, format);
	int length = vsnprintf(value, sizeof(value), format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= sizeof(value))
		lg_broken("what is observed of \"%s\" has more than %zu bytes",
			  name, sizeof(value) - 1);
	lg_utf8_clean(value);
	lg_event("observe",
		 json_pack("{s:s, s:s}", "name", name, "value", value));
}

bool lg_fact(struct lg_net *net, const char *fact, bool holds)
{
	(void)net;
	if (!lg_is_said("fact", fact, holds))
		lg_event("fact", json_pack("{s:s, s:b}", "fact", fact, "holds",
					   (int)holds));
	return holds;
}

void lg_plot_point(struct lg_net *net, const char *plot, int64_t x, int64_t y)
{
	(void)net;
	lg_event("plot", json_pack("{s:s, s:I, s:I}", "plot", plot, "x",
				   (json_int_t)x, "y", (json_int_t)y));
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "output.h"

#include "error.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct lg_format *const formats[] = {
	&lg_pretty_format, &lg_tap_format,   &lg_ktap_format,
	&lg_junit_format,  &lg_jsonl_format, NULL};

static const struct lg_format *find_format(const char *name, size_t length)
{
	for (const struct lg_format *const *f = formats; *f; f++) {
		if (strlen((*f)->name) == length &&
		    !strncmp((*f)->name, name, length))
			return *f;
	}
	return NULL;
}

/* The one for standard output; NULL: there is none. */
static struct lg_output *find_standard(const struct lg_outputs *outputs)
{
	for (size_t i = 0; i < outputs->n; i++) {
		if (!outputs->list[i].path)
			return &outputs->list[i];
	}
	return NULL;
}

static bool is_written(const struct lg_outputs *outputs, const char *path)
{
	for (size_t i = 0; i < outputs->n; i++) {
		if (outputs->list[i].path &&
		    !strcmp(outputs->list[i].path, path))
			return true;
	}
	return false;
}

bool lg_outputs_are_pretty(const struct lg_outputs *outputs)
{
	const struct lg_output *standard = find_standard(outputs);
	return standard && standard->format == &lg_pretty_format;
}

/* Takes over the path. */
static void add(struct lg_outputs *outputs, const struct lg_format *format,
		char *path)
{
	outputs->list = lg_there(reallocarray(outputs->list, outputs->n + 1,
					      sizeof(*outputs->list)));
	outputs->list[outputs->n++] =
		(struct lg_output){.format = format, .path = path};
}

char *lg_outputs_add(struct lg_outputs *outputs, const char *text)
{
	size_t length = strcspn(text, "=");
	const struct lg_format *format = find_format(text, length);
	const struct lg_output *standard = find_standard(outputs);

	if (!format)
		return lg_text("'%.*s' is none of pretty, tap, ktap, junit, "
			       "jsonl",
			       (int)length, text);
	if (text[length] && !text[length + 1])
		return lg_text("'%s' lacks the name of a file", text);
	if (text[length] && is_written(outputs, text + length + 1))
		return lg_text("%s would be written twice", text + length + 1);
	if (!text[length] && standard)
		return lg_text("both %s and %s would go to standard output",
			       standard->format->name, format->name);
	add(outputs, format,
	    text[length] ? lg_text("%s", text + length + 1) : NULL);
	return NULL;
}

int lg_outputs_open(struct lg_outputs *outputs)
{
	if (!find_standard(outputs))
		add(outputs, &lg_pretty_format, NULL);
	for (size_t i = 0; i < outputs->n; i++) {
		struct lg_output *output = &outputs->list[i];
		output->file =
			output->path ? fopen(output->path, "we") : stdout;
		if (!output->file)
			return lg_error(errno, "cannot write to %s",
					output->path);
	}
	return 0;
}

/* NULL, or the name of the first that is not written. */
static const char *flush_all(struct lg_outputs *outputs)
{
	for (size_t i = 0; i < outputs->n; i++) {
		struct lg_output *output = &outputs->list[i];
		if (fflush(output->file) || ferror(output->file))
			return output->path ? output->path : "standard output";
	}
	return NULL;
}

const char *lg_outputs_begin(struct lg_outputs *outputs,
			     const struct lg_run *run)
{
	for (size_t i = 0; i < outputs->n; i++) {
		struct lg_output *output = &outputs->list[i];
		if (output->format->begin)
			output->format->begin(output, run);
	}
	return flush_all(outputs);
}

const char *lg_outputs_done(struct lg_outputs *outputs,
			    const struct lg_run *run,
			    const struct lg_item *item)
{
	for (size_t i = 0; i < outputs->n; i++) {
		struct lg_output *output = &outputs->list[i];
		if (output->format->done)
			output->format->done(output, run, item);
	}
	return flush_all(outputs);
}

void lg_outputs_tick(struct lg_outputs *outputs, const struct lg_run *run)
{
	for (size_t i = 0; i < outputs->n; i++) {
		struct lg_output *output = &outputs->list[i];
		if (output->format->tick)
			output->format->tick(output, run);
	}
}

unsigned lg_outputs_tick_ms(const struct lg_outputs *outputs)
{
	unsigned least = 0;
	for (size_t i = 0; i < outputs->n; i++) {
		unsigned ms = outputs->list[i].format->tick_ms;
		if (ms && (!least || ms < least))
			least = ms;
	}
	return least;
}

const char *lg_outputs_end(struct lg_outputs *outputs, const struct lg_run *run)
{
	for (size_t i = 0; i < outputs->n; i++) {
		struct lg_output *output = &outputs->list[i];
		if (output->format->end)
			output->format->end(output, run);
	}
	return flush_all(outputs);
}

void lg_outputs_free(struct lg_outputs *outputs)
{
	for (size_t i = 0; i < outputs->n; i++) {
		struct lg_output *output = &outputs->list[i];
		if (output->path && output->file)
			fclose(output->file);
		free(output->path);
	}
	free(outputs->list);
	*outputs = (struct lg_outputs){0};
}

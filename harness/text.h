/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small texts.  The runner can do nothing useful without memory, so what
 * allocates here never fails: it ends the program (and so its children).
 */
#ifndef LG_TEXT_H
#define LG_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for `n` things, zeroed. */
void *lg_room(size_t n, size_t size);
/* What an allocation returned. */
void *lg_there(void *allocated);

char *lg_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *lg_text_of(const char *format, va_list arguments)
	__attribute__((format(printf, 1, 0)));

/* Puts more at the end of a text that lg_text() made. */
void lg_text_append(char **text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * A copy that is safe to print and to put into JSON: what is no UTF-8, and
 * control characters other than newline and tab, become \xNN.
 */
char *lg_text_clean(const char *bytes, size_t size);

/* A copy that a shell reads as one word. */
char *lg_text_quote(const char *word);

/* A copy in which each `from` is replaced. */
char *lg_text_replace(const char *text, const char *from, const char *to);

/* "12 ms", "3.4 s", "2:05", "1:00:00"; returns `text`. */
#define LG_DURATION_ROOM 24
const char *lg_text_duration(char text[LG_DURATION_ROOM], int64_t ms);

/* Reads a whole decimal number from 1 to `most`; false if it isn't one. */
bool lg_text_number(const char *text, unsigned long most,
		    unsigned long *number);

int64_t lg_clock_ms(void);

#endif

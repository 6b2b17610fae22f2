/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UTF-8 from anywhere, made safe for terminals and XML; whatever the locale. */
#ifndef LG_UTF8_H
#define LG_UTF8_H

#include <stdint.h>
#include <stdio.h>

/* Takes the next character of a string that has one.  '?' for a control
 * character, and for bytes that are no character. */
uint32_t lg_utf8_next(const char **string);

/* Puts a '?' in the place of each byte that belongs to no character. */
void lg_utf8_clean(char *string);

void lg_utf8_write(uint32_t character, FILE *out);

#endif

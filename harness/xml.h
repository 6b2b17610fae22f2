/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text in an XML 1.0 document. */
#ifndef LG_XML_H
#define LG_XML_H

#include <stdio.h>

/*
 * Writes it as character data: what is markup is escaped, what XML 1.0 has no
 * characters for becomes \xNN or \uNNNN.
 */
void lg_xml_text(FILE *file, const char *text);

/* Writes ` NAME="TEXT"`, likewise. */
void lg_xml_attribute(FILE *file, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif

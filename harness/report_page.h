/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of `linger report`: one file that needs no other. */
#ifndef LG_REPORT_PAGE_H
#define LG_REPORT_PAGE_H

#include <jansson.h>

/* Writes the page about `data`, see report_data.h; what was there stays whole
 * until all of it is written.  0, or -errno with lg_error_text(). */
int lg_report_page_write(const char *path, const json_t *data);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person needs to understand why a variant failed. */
#ifndef LG_REPORT_H
#define LG_REPORT_H

#include "net.h"
#include "trace.h"
#include "verdict.h"

/* The next failure is because this segment came where `expected` (a notation)
 * should have. */
void lg_report_unexpected(const struct lg_frame *frame, const char *expected);

/* Where bundles go (NULL: none are kept), and whether variants that pass leave
 * one, too.  To be called before the variant begins. */
void lg_report_to(const char *folder, bool keep_always);

/* The events "report" and "bundle" of a failure.  Returns how many frames
 * could not be captured. */
unsigned lg_report_failure(const struct lg_outcome *outcome);

/* The event "ladder" of a variant that did not fail, and its bundle if those
 * are kept. */
void lg_report_success(struct lg_net *net);

#endif

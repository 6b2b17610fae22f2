/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a kernel's making is told on standard output. */
#ifndef LG_KERNEL_NEWS_H
#define LG_KERNEL_NEWS_H

#include "kernel_build.h"

extern const struct lg_kernel_news lg_kernel_news;

/* What was told over and over on one line of a terminal goes from it. */
void lg_kernel_news_end(void);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_news.h"

#include "terminal.h"
#include "text.h"

#include <stdio.h>

static void say_waits(const char *name, int pid)
{
	printf("waiting for process %d, which makes %s\n", pid, name);
	fflush(stdout);
}

static void say_step(const char *text)
{
	printf("%s\n", text);
	fflush(stdout);
}

static void say_compiles(unsigned files, int64_t elapsed_ms)
{
	char duration[LG_DURATION_ROOM];
	if (!lg_terminal().live)
		return;
	printf("\r%u files compiled, %s \033[K\r", files,
	       lg_text_duration(duration, elapsed_ms));
	fflush(stdout);
}

const struct lg_kernel_news lg_kernel_news = {
	.waits = say_waits, .step = say_step, .compiles = say_compiles};

void lg_kernel_news_end(void)
{
	if (lg_terminal().live)
		fputs("\r\033[K", stdout);
	fflush(stdout);
}

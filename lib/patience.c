// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "patience.h"

#include <stdio.h>

#define PAUSE_MAX_MS 100

struct lg_patience lg_patience(struct lg_net *net, unsigned deadline_ms)
{
	return (struct lg_patience){.net = net,
				    .deadline_ms = lg_now_ms() + deadline_ms,
				    .pause_ms = 1};
}

bool lg_patience_wait(struct lg_patience *patience, unsigned known_ms)
{
	int64_t now = lg_now_ms();
	if (now >= patience->deadline_ms)
		return false;

	unsigned pause = patience->pause_ms;
	int64_t until = now + (known_ms > pause ? known_ms : pause);
	if (until > patience->deadline_ms)
		until = patience->deadline_ms;
	lg_net_wait(patience->net, -1, 0, until);

	/* A frame is captured before the stack sees it: what it does may show
	 * a moment later. */
	bool frame = lg_now_ms() < until;
	patience->pause_ms = frame			? 1
			     : pause < PAUSE_MAX_MS / 2 ? pause * 2
							: PAUSE_MAX_MS;
	return true;
}

const char *lg_patience_print(char *text, size_t room, unsigned ms)
{
	if (ms % 1000)
		snprintf(text, room, "%u ms", ms);
	else
		snprintf(text, room, "%u s", ms / 1000);
	return text;
}

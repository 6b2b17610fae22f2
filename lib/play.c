// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "play.h"

#include "need.h"
#include "verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINEAR "net.ipv4.tcp_syn_linear_timeouts"
/* Longer than anything lasts after a script that has failed. */
#define CLEAR_MS 500000

int64_t lg_play_now_ms(void)
{
	return lg_now_ns() / 1000000;
}

const char *lg_play_host(unsigned host)
{
	return host == LG_PLAY_CLIENT ? "client" : "server";
}

const char *lg_play_name(const struct lg_play *play,
			 const struct lg_play_end *end)
{
	static char names[2][48];
	static unsigned n;
	char *name = names[n++ % 2];

	snprintf(name, sizeof(names[0]), "the %s's %u (port %u)",
		 lg_play_host(end->host), (unsigned)(end - play->ends),
		 LG_PLAY_FIRST_PORT + end->port);
	return name;
}

void lg_play_violate(struct lg_play *play, const char *format, ...)
{
	va_list arguments;

	if (play->violation[0])
		return;
	va_start(arguments, format);
	vsnprintf(play->violation, sizeof(play->violation), format, arguments);
	va_end(arguments);
}

struct lg_play *lg_play_between(struct lg_host *client, struct lg_host *server)
{
	struct lg_play *play = calloc(1, sizeof(*play));
	char range[32];

	if (!play)
		lg_broken("out of memory");
	play->net = client->net;
	play->hosts[LG_PLAY_CLIENT] = client;
	play->hosts[LG_PLAY_SERVER] = server;
	for (unsigned i = 0; i < LG_PLAY_HOSTS; i++) {
		struct lg_play_path *path = &play->paths[i];
		path->play = play;
		path->host = i;
		lg_impair(play->hosts[i], LG_ANY, lg_play_decide, path);
	}
	snprintf(range, sizeof(range), "%u %u", LG_PLAY_FIRST_PORT,
		 LG_PLAY_FIRST_PORT);
	lg_sysctl_set(client, "net.ipv4.ip_local_port_range", range);
	if (lg_has(client->net, "sysctl " LINEAR))
		play->linear_retries = (unsigned)lg_sysctl_get(client, LINEAR);
	play->listener = lg_listen(server, LG_PLAY_SERVER_PORT);
	return play;
}

void lg_play_show(struct lg_play *play)
{
	play->shown = true;
	for (unsigned i = 0; i < LG_PLAY_HOSTS; i++)
		lg_wire(play->hosts[i]);
}

/* The numbers of closed sockets are kept if their states are to be seen. */
static void forget_ends(struct lg_play *play)
{
	for (unsigned i = 1; i <= play->n_ends && play->shown; i++)
		close(play->ends[i].sock);
	play->n_ends = 0;
	memset(play->ends, 0, sizeof(play->ends));
}

/* Of the script before. */
static void forget(struct lg_play *play)
{
	forget_ends(play);
	play->violation[0] = '\0';
	play->weather = (struct lg_play_weather){0};
	memset(play->ports, 0, sizeof(play->ports));
	for (unsigned i = 0; i < LG_PLAY_HOSTS; i++) {
		struct lg_play_path *path = &play->paths[i];
		*path = (struct lg_play_path){.play = play, .host = i};
	}
}

static bool is_over(struct lg_play *play)
{
	return lg_play_now_ms() > play->last_arrival_ms &&
	       lg_play_is_over(play, LG_PLAY_CLIENT, true) &&
	       lg_play_is_over(play, LG_PLAY_SERVER, true);
}

/* What a script has left does not meet the next one. */
static void clear(struct lg_play *play)
{
	for (unsigned i = 1; i <= play->n_ends; i++) {
		if (play->ends[i].held)
			lg_play_close(play, &play->ends[i], true);
	}
	for (unsigned ms = 1000; !is_over(play) && ms < CLEAR_MS; ms *= 2)
		lg_play_attend(play, ms);
}

const char *lg_play(struct lg_play *play, const struct lg_script *script,
		    unsigned step_ms)
{
	forget(play);
	for (size_t i = 0; i < script->n && !play->violation[0]; i++) {
		const struct lg_script_step *step = &script->steps[i];
		step->verb->act(play, step->values);
		lg_play_attend(play, step_ms);
	}
	if (!play->violation[0])
		lg_play_check(play);
	if (play->violation[0])
		clear(play);
	lg_play_set_back(play);
	return play->violation[0] ? play->violation : NULL;
}

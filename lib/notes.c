// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "notes.h"

#include "socket.h"
#include "verdict.h"

#include <stdlib.h>
#include <string.h>

/* With thousands of sockets nobody reads their margins. */
#define NOTES_MAX 1000

static struct lg_ladder_note *notes;
static size_t n_notes, room;

static void add(struct lg_ladder_note note)
{
	if (n_notes == room) {
		room = room ? 2 * room : 32;
		notes = realloc(notes, room * sizeof(*notes));
		if (!notes)
			lg_broken("out of memory");
	}
	note.time_ns = lg_now_ns();
	notes[n_notes++] = note;
}

/* The text of the socket's last note; NULL: none yet. */
static const char *last_state(size_t host, size_t connection)
{
	for (size_t i = n_notes; i-- > 0;) {
		if (notes[i].kind == LG_NOTE_STATE && notes[i].host == host &&
		    notes[i].connection == connection)
			return notes[i].text;
	}
	return NULL;
}

/* Which of the host's sockets it is, in the order of their first notes. */
static size_t connection_of(size_t host, int sock)
{
	static struct {
		size_t host;
		int sock;
	} seen[NOTES_MAX];
	static size_t n_seen;
	size_t connection = 0;

	for (size_t i = 0; i < n_seen; i++) {
		if (seen[i].host != host)
			continue;
		if (seen[i].sock == sock)
			return connection;
		connection++;
	}
	if (n_seen < NOTES_MAX) {
		seen[n_seen].host = host;
		seen[n_seen++].sock = sock;
	}
	return connection;
}

void lg_note_state(int sock, int state)
{
	const struct lg_endpoints *ends = lg_socket_endpoints(sock);
	const char *text = state == TCP_CLOSE ? "CLOSED" : lg_state_name(state);
	if (!ends || n_notes > NOTES_MAX)
		return;

	size_t host = ends->host->index;
	size_t connection = connection_of(host, sock);
	const char *last = last_state(host, connection);
	if (last ? !strcmp(last, text) : state == TCP_CLOSE)
		return;
	add((struct lg_ladder_note){.host = host,
				    .text = text,
				    .kind = LG_NOTE_STATE,
				    .connection = connection});
}

const struct lg_ladder_note *lg_notes(size_t *n)
{
	*n = n_notes;
	return notes;
}

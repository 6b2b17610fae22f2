// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* ---- bytes in a line of JSON ------------------------------------------- */

static void write_base64(FILE *out, const unsigned char *bytes, size_t size)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";
	for (size_t i = 0; i < size; i += 3) {
		size_t n = size - i;
		unsigned group = bytes[i] << 16 |
				 (n > 1 ? bytes[i + 1] << 8 : 0) |
				 (n > 2 ? bytes[i + 2] : 0);
		putc_unlocked(digits[group >> 18], out);
		putc_unlocked(digits[group >> 12 & 63], out);
		putc_unlocked(n > 1 ? digits[group >> 6 & 63] : '=', out);
		putc_unlocked(n > 2 ? digits[group & 63] : '=', out);
	}
}

/* ---- what a program prints --------------------------------------------- */

int lg_relay_open(struct lg_relay *relay, int to[2])
{
	for (int i = 0; i < 2; i++) {
		int ends[2];
		if (pipe2(ends, O_CLOEXEC))
			return -errno;
		relay->from[i] = ends[0];
		to[i] = ends[1];
	}
	return 0;
}

static void hand_on(struct lg_relay *relay, int which)
{
	static unsigned char bytes[3 << 14];
	ssize_t got = read(relay->from[which], bytes, sizeof(bytes));
	if (got <= 0) {
		close(relay->from[which]);
		relay->from[which] = -1;
		return;
	}
	fprintf(relay->out, "{\"event\":\"output\",\"to\":%d,\"base64\":\"",
		which + 1);
	write_base64(relay->out, bytes, (size_t)got);
	fputs("\"}\n", relay->out);
	fflush(relay->out);
}

bool lg_relay_some(struct lg_relay *relay, int other,
		   const struct timespec *wait)
{
	struct pollfd polls[3] = {{.fd = relay->from[0], .events = POLLIN},
				  {.fd = relay->from[1], .events = POLLIN},
				  {.fd = other, .events = POLLIN}};
	sigset_t none;

	sigemptyset(&none);
	if (ppoll(polls, 3, wait, &none) <= 0)
		return false;
	for (int i = 0; i < 2; i++) {
		if (polls[i].revents)
			hand_on(relay, i);
	}
	return polls[2].revents;
}

void lg_relay_rest(struct lg_relay *relay)
{
	for (int i = 0; i < 2; i++) {
		while (relay->from[i] >= 0)
			hand_on(relay, i);
	}
}

/* ---- what it leaves ---------------------------------------------------- */

static void write_file(FILE *out, FILE *in)
{
	unsigned char bytes[3 << 10];
	size_t n;
	while ((n = fread(bytes, 1, sizeof(bytes), in)))
		write_base64(out, bytes, n);
}

/* Our own names only: nothing in them needs an escape in JSON. */
static void hand_out_file(FILE *out, const char *folder, const char *name)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *in = fopen(path, "r");
	if (!in)
		return;
	fprintf(out, "{\"event\":\"file\",\"name\":\"%s\",\"base64\":\"", name);
	write_file(out, in);
	fputs("\"}\n", out);
	fclose(in);
	unlink(path);
}

void lg_hand_out(FILE *out, const char *folder)
{
	DIR *files = opendir(folder);
	struct dirent *entry;
	if (!files)
		return;
	while ((entry = readdir(files))) {
		if (entry->d_name[0] != '.')
			hand_out_file(out, folder, entry->d_name);
	}
	closedir(files);
	rmdir(folder);
}

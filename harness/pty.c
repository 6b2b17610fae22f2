// SPDX-License-Identifier: GPL-2.0-or-later
#include "pty.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Of the user's terminal, of which there is one. */
static struct termios before;

bool lg_pty_wanted(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

int lg_pty_open(struct lg_pty *pty, char **error)
{
	*pty = (struct lg_pty){.guests = -1, .ours = -1};
	int result = tcgetattr(STDIN_FILENO, &before);
	/* What echoes and has lines is the guest's. */
	struct termios raw = before;
	cfmakeraw(&raw);
	if (result || ioctl(STDOUT_FILENO, TIOCGWINSZ, &pty->size) ||
	    openpty(&pty->ours, &pty->guests, NULL, &raw, &pty->size)) {
		int number = errno;
		*error = lg_text("pseudoterminal: %s", strerror(number));
		return -number;
	}
	fcntl(pty->guests, F_SETFD, FD_CLOEXEC);
	fcntl(pty->ours, F_SETFD, FD_CLOEXEC);
	fcntl(pty->ours, F_SETFL, O_NONBLOCK);
	return 0;
}

static void on_size(int signal)
{
	(void)signal;
}

static void on_end(int signal)
{
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	raise(signal);
}

/* Whatever ends us, the user gets the terminal back. */
static void catch_signals(void)
{
	static const int ends[] = {SIGHUP, SIGINT, SIGTERM};
	struct sigaction size = {.sa_handler = on_size};
	struct sigaction end = {.sa_handler = on_end, .sa_flags = SA_RESETHAND};

	sigaction(SIGWINCH, &size, NULL);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		sigaction(ends[i], &end, NULL);
}

void lg_pty_begin(struct lg_pty *pty)
{
	struct termios raw = before;

	catch_signals();
	cfmakeraw(&raw);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	pty->passes = true;
}

void lg_pty_polls(const struct lg_pty *pty, struct pollfd polls[2])
{
	bool types = pty->passes && !pty->at_end;
	polls[0] = (struct pollfd){.fd = types ? STDIN_FILENO : -1,
				   .events = POLLIN};
	polls[1] = (struct pollfd){.fd = pty->passes ? pty->ours : -1,
				   .events = POLLIN};
}

/* Returns false if nothing came: at the end, or not yet.  What there is no room
 * for is lost, as at any terminal. */
static bool copy(int from, int to)
{
	char bytes[4096];
	ssize_t got = read(from, bytes, sizeof(bytes));
	for (ssize_t done = 0, wrote; done < got; done += wrote) {
		wrote = write(to, bytes + done, (size_t)(got - done));
		if (wrote < 0 && errno != EINTR)
			break;
		wrote = wrote < 0 ? 0 : wrote;
	}
	return got > 0 || (got < 0 && errno == EINTR);
}

static void pass_size(struct lg_pty *pty)
{
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) ||
	    !memcmp(&size, &pty->size, sizeof(size)))
		return;
	pty->size = size;
	ioctl(pty->ours, TIOCSWINSZ, &size);
}

void lg_pty_pass(struct lg_pty *pty, const struct pollfd polls[2])
{
	if (polls[0].revents && !copy(STDIN_FILENO, pty->ours))
		pty->at_end = true;
	if (polls[1].revents)
		copy(pty->ours, STDOUT_FILENO);
	pass_size(pty);
}

void lg_pty_close(struct lg_pty *pty)
{
	if (pty->passes) {
		while (copy(pty->ours, STDOUT_FILENO))
			;
		tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
		signal(SIGWINCH, SIG_DFL);
	}
	close(pty->guests);
	close(pty->ours);
}

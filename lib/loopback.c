// SPDX-License-Identifier: GPL-2.0-or-later
#include "loopback.h"

#include "error.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int lg_loopback_up(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return lg_error(errno, "socket");
	int error = ioctl(fd, SIOCSIFFLAGS, &request) ? errno : 0;
	close(fd);
	return error ? lg_error(error, "cannot set the loopback up") : 0;
}

int lg_loopback_enter(void)
{
	if (unshare(CLONE_NEWNET)) {
		if (errno != EPERM)
			return lg_error(errno, "no new network namespace");
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
			return lg_error(
				errno, "neither root nor a new user namespace");
	}
	return lg_loopback_up();
}

static socklen_t loopback_address(int family, struct sockaddr_storage *address)
{
	memset(address, 0, sizeof(*address));
	address->ss_family = (sa_family_t)family;
	if (family == AF_INET) {
		struct sockaddr_in *in = (struct sockaddr_in *)address;
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(*in);
	}
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)address;
	in6->sin6_addr = in6addr_loopback;
	return sizeof(*in6);
}

static int connect_pair(int listener, int family, int pair[2])
{
	struct sockaddr_storage address;
	socklen_t size = loopback_address(family, &address);
	struct sockaddr *name = (struct sockaddr *)&address;

	if (bind(listener, name, size) || listen(listener, 1) ||
	    getsockname(listener, name, &size) || connect(pair[0], name, size))
		return -1;
	pair[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	return pair[1] < 0 ? -1 : 0;
}

int lg_loopback_pair(int family, int pair[2])
{
	int listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pair[0] = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int error = listener < 0 || pair[0] < 0 ||
				    connect_pair(listener, family, pair)
			    ? errno
			    : 0;
	if (listener >= 0)
		close(listener);
	if (!error)
		return 0;
	if (pair[0] >= 0)
		close(pair[0]);
	return lg_error(error, "no connection over the loopback");
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * as_4_9 COMMAND...: runs it with what Linux 4.9 has.  Without one it says what
 * becomes of calls that 4.9 does not have, and of their older neighbours.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/membarrier.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void say(const char *what, long result)
{
	printf("%s: %s\n", what, result < 0 ? strerror(errno) : "is there");
}

static void say_option(const char *what, int sock, int level, int option)
{
	char value[8];
	socklen_t size = sizeof(value);

	say(what, getsockopt(sock, level, option, &value, &size));
}

static void say_all(void)
{
	struct statx about;
	int tcp = socket(AF_INET, SOCK_STREAM, 0);
	int packet = socket(AF_PACKET, SOCK_RAW, 0);
	int netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	say("statx", syscall(__NR_statx, AT_FDCWD, "/", 0, 0, &about));
	say("newfstatat", fstatat(AT_FDCWD, "/", &(struct stat){0}, 0));
	say("MEMBARRIER_CMD_GLOBAL_EXPEDITED",
	    syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0));
	say("MEMBARRIER_CMD_GLOBAL",
	    syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0));
	say_option("SO_COOKIE", tcp, SOL_SOCKET, SO_COOKIE);
	say_option("SO_TYPE", tcp, SOL_SOCKET, SO_TYPE);
	say_option("TCP_FASTOPEN_CONNECT", tcp, IPPROTO_TCP,
		   TCP_FASTOPEN_CONNECT);
	say_option("TCP_MAXSEG", tcp, IPPROTO_TCP, TCP_MAXSEG);
	say_option("PACKET_IGNORE_OUTGOING", packet, SOL_PACKET,
		   PACKET_IGNORE_OUTGOING);
	say_option("PACKET_VERSION", packet, SOL_PACKET, PACKET_VERSION);
	say_option("NETLINK_EXT_ACK", netlink, SOL_NETLINK, NETLINK_EXT_ACK);
	say_option("NETLINK_CAP_ACK", netlink, SOL_NETLINK, NETLINK_CAP_ACK);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		say_all();
		return 0;
	}
	execvp(argv[1], &argv[1]);
	perror(argv[1]);
	return 127;
}

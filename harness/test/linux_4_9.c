// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program that this is linked with, and all that it starts, gets of any
 * kernel no more than Linux 4.9 has, the oldest that guests may have: newer
 * system calls, socket options and commands of membarrier() are refused as they
 * are there.  What stands behind pointers, as netlink's attributes do, seccomp
 * does not see.
 *
 * A kernel without seccomp refuses nothing: see Seccomp in /proc/self/status.
 */

#include <errno.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* The first that came after 4.9, on each architecture (4.11). */
enum { FIRST_NEWER_CALL = __NR_statx };

/* The last that 4.9 has. */
enum {
	LAST_SOCKET_OPTION = 53,  /* SO_CNX_ADVICE */
	LAST_TCP_OPTION = 29,	  /* TCP_REPAIR_WINDOW */
	LAST_PACKET_OPTION = 22,  /* PACKET_FANOUT_DATA */
	LAST_NETLINK_OPTION = 10, /* NETLINK_CAP_ACK */
	LAST_MEMBARRIER = 1,	  /* MEMBARRIER_CMD_SHARED */
};

/* The low half, which is all that these arguments have. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARGUMENT(n) offsetof(struct seccomp_data, args[n])
#else
#define ARGUMENT(n) (offsetof(struct seccomp_data, args[n]) + 4)
#endif

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define REFUSE(error) RETURN(SECCOMP_RET_ERRNO | (error))
/* What was loaded is held against a value, and what follows is skipped. */
#define SKIP_IF(value, skipped)                                                \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, skipped, 0)
#define SKIP_UNLESS(value, skipped)                                            \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skipped)
#define SKIP_UP_TO(value, skipped)                                             \
	BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, value, 0, skipped)

/* If the level that is loaded is this one. */
#define REFUSE_OPTIONS_ABOVE(level, last)                                      \
	SKIP_UNLESS(level, 4), LOAD(ARGUMENT(2)), SKIP_UP_TO(last, 1),         \
		REFUSE(ENOPROTOOPT), RETURN(SECCOMP_RET_ALLOW)

static struct sock_filter instructions[] = {
	LOAD(offsetof(struct seccomp_data, nr)),
	SKIP_UP_TO(FIRST_NEWER_CALL - 1, 1),
	REFUSE(ENOSYS),
	SKIP_UNLESS(__NR_membarrier, 4),
	LOAD(ARGUMENT(0)),
	SKIP_UP_TO(LAST_MEMBARRIER, 1),
	REFUSE(EINVAL),
	RETURN(SECCOMP_RET_ALLOW),
	SKIP_IF(__NR_setsockopt, 2),
	SKIP_IF(__NR_getsockopt, 1),
	RETURN(SECCOMP_RET_ALLOW),
	LOAD(ARGUMENT(1)),
	REFUSE_OPTIONS_ABOVE(SOL_SOCKET, LAST_SOCKET_OPTION),
	REFUSE_OPTIONS_ABOVE(IPPROTO_TCP, LAST_TCP_OPTION),
	REFUSE_OPTIONS_ABOVE(SOL_PACKET, LAST_PACKET_OPTION),
	REFUSE_OPTIONS_ABOVE(SOL_NETLINK, LAST_NETLINK_OPTION),
	RETURN(SECCOMP_RET_ALLOW),
};

__attribute__((constructor)) static void refuse_what_is_newer(void)
{
	struct sock_fprog filter = {
		.len = sizeof(instructions) / sizeof(*instructions),
		.filter = instructions,
	};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
		perror("linux_4_9: seccomp");
}

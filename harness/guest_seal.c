// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_seal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define LOAD(field)                                                            \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* With the value, or any other, passes over so many. */
#define IF(value, pass_over)                                                   \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (pass_over), 0)
#define UNLESS(value, pass_over)                                               \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (pass_over))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, (action))

/*
 * UML asks for randomness since 5.19.  Without it a kernel chooses ports,
 * sequence numbers and timestamps from what its init feeds it, from its clock
 * and from when it is interrupted.  What runs in the guest is not concerned:
 * those calls never reach the host.
 *
 * UML makes what it writes to asynchronous, and is interrupted whenever
 * somebody reads that.  It is told that this was done, and it is not: then it
 * waits for room as for anything else, and its clock stands still.
 */
static void filter_calls(int console, int events)
{
	struct sock_filter filter[] = {
		LOAD(nr),
		UNLESS(SYS_getrandom, 1),
		RETURN(SECCOMP_RET_ERRNO | ENOSYS),
		UNLESS(SYS_fcntl, 6),
		LOAD(args[1]),
		UNLESS(F_SETFL, 4),
		LOAD(args[0]),
		IF((unsigned)console, 1),
		UNLESS((unsigned)events, 1),
		RETURN(SECCOMP_RET_ERRNO | 0),
		RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof(filter) / sizeof(filter[0]),
				     .filter = filter};

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

void lg_guest_seal(int console, int events)
{
	filter_calls(console, events);
	/* The memory of a UML kernel begins where its heap ends, unless it has
	 * done this itself (7.2 does), and 5.10 chooses ports by the addresses
	 * of what it sends, too (PRANDOM_ADD_NOISE). */
	personality(ADDR_NO_RANDOMIZE);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "world.h"

#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ssize_t written = write(fd, text, strlen(text));
	int error = written < 0 ? errno : 0;
	close(fd);
	return -error;
}

/* We become root of the new user namespace, and only there. */
static int map_user(uid_t uid, gid_t gid)
{
	char map[64];
	int result = write_file("/proc/self/setgroups", "deny");
	if (result && result != -ENOENT)
		return lg_error(-result, "/proc/self/setgroups");
	snprintf(map, sizeof(map), "0 %u 1", uid);
	result = write_file("/proc/self/uid_map", map);
	if (result)
		return lg_error(-result, "/proc/self/uid_map");
	snprintf(map, sizeof(map), "0 %u 1", gid);
	result = write_file("/proc/self/gid_map", map);
	if (result)
		return lg_error(-result, "/proc/self/gid_map");
	return 0;
}

/*
 * A pipe whose writing end only the process holds that starts worlds, for as
 * long as it lives.  There is one for all of them: else each world would keep
 * those of the worlds before it.
 */
static int alive[2] = {-1, -1};

/*
 * The parent may have gone before we asked to be told; then nobody would ever
 * tell us.  The pipe says so.
 */
static void die_with_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	char byte;
	if (read(alive[0], &byte, 1) == 0)
		_exit(EXIT_FAILURE);
	close(alive[0]);
}

static int settle(uid_t uid, gid_t gid, bool user_namespace)
{
	if (user_namespace) {
		int result = map_user(uid, gid);
		if (result)
			return result;
	}
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return lg_error(errno, "make mounts private");
	/*
	 * A /proc of our own shows our processes only.  Where masks over the
	 * old one forbid it (containers), the old one serves: what we read
	 * there is found through our own namespaces.
	 */
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  NULL) &&
	    errno != EPERM && errno != EACCES)
		return lg_error(errno, "mount /proc");
	return 0;
}

static void say_to_stderr(void)
{
	fprintf(stderr, "%s\n", lg_error_text());
}

static void (*on_failure)(void) = say_to_stderr;

void lg_world_on_failure(void (*say)(void))
{
	on_failure = say;
}

pid_t lg_world_start(int (*inside)(void *argument), void *argument)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	bool user_namespace = uid != 0;

	if (alive[0] < 0 && pipe2(alive, O_CLOEXEC | O_NONBLOCK))
		return lg_error(errno, "pipe");
	fflush(NULL);

	unsigned long flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS;
	if (user_namespace)
		flags |= CLONE_NEWUSER;
	if (user_namespace || !getenv("LINGER_GUEST"))
		flags |= CLONE_NEWNET;
	pid_t pid = (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0) {
		close(alive[1]);
		int result = settle(uid, gid, user_namespace);
		/* Mapping the user clears the parent-death signal: after it. */
		die_with_parent();
		if (result) {
			lg_error_in(result, "cannot set up namespaces");
			on_failure();
			_exit(EXIT_FAILURE);
		}
		int status = inside(argument);
		fflush(NULL);
		_exit(status);
	}

	if (pid < 0)
		return lg_error(errno, "cannot make namespaces%s",
				user_namespace ? " (neither root nor user "
						 "namespaces allowed?)"
					       : "");
	return pid;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "oracle.h"

#include "error.h"
#include "loopback.h"
#include "unit.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOT_FOUND 127 /* the shell's status */

void oracle_enter_user_namespace(void)
{
	char map[32];
	int length = snprintf(map, sizeof(map), "0 %u 1", geteuid());
	if (unshare(CLONE_NEWUSER))
		lg_unit_skip("no user namespaces here");
	int fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(write(fd, map, (size_t)length), length);
	close(fd);
}

void oracle_enter(void)
{
	/* Without this the programs that we start have no capabilities. */
	if (geteuid())
		oracle_enter_user_namespace();
	/* Around what is tested: if that failed to make a namespace of its own,
	 * it would otherwise be the machine's that it changes. */
	if (unshare(CLONE_NEWNET))
		lg_unit_skip("no network namespaces here");
	int error = lg_loopback_enter();
	ck_assert_msg(!error, "%s", lg_error_text());
}

static int run(char *command, char **output)
{
	size_t size, got;
	char part[4096];
	FILE *all = open_memstream(output, &size);
	FILE *from = popen(command, "re");
	ck_assert(all && from);
	while ((got = fread(part, 1, sizeof(part), from)) > 0)
		fwrite(part, 1, got, all);
	fclose(all);
	int status = pclose(from);
	status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	if (status == NOT_FOUND)
		lg_unit_skip(command);
	return status;
}

char *oracle_read(const char *format, ...)
{
	char command[1024], *output;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	ck_assert_msg(!run(command, &output), "%s", command);
	return output;
}

int oracle_succeeds(const char *format, ...)
{
	char command[1024], *output;
	va_list arguments;
	va_start(arguments, format);
	int length = snprintf(command, sizeof(command), "exec 2>/dev/null; ");
	vsnprintf(command + length, sizeof(command) - (size_t)length, format,
		  arguments);
	va_end(arguments);
	int status = run(command, &output);
	free(output);
	return !status;
}

void oracle_wait(unsigned *left_ms, const char *what)
{
	ck_assert_msg((*left_ms)--, "waited in vain for %s", what);
	poll(NULL, 0, 1);
}

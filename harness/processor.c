// SPDX-License-Identifier: GPL-2.0-or-later
#include "processor.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NS_PER_MS 1000000

/* Reads the name of a process's pid namespace; "" if there is none to read. */
static void read_namespace(const char *pid, char *name, size_t room)
{
	char link[PATH_MAX];

	snprintf(link, sizeof(link), "/proc/%s/ns/pid", pid);
	ssize_t length = readlink(link, name, room - 1);
	name[length > 0 ? length : 0] = '\0';
}

static long long thread_wait_ns(const char *pid, const char *thread)
{
	char path[PATH_MAX];
	long long wait_ns = 0;

	snprintf(path, sizeof(path), "/proc/%s/task/%s/schedstat", pid, thread);
	FILE *in = fopen(path, "re");
	if (!in)
		return 0;
	if (fscanf(in, "%*d %lld", &wait_ns) != 1)
		wait_ns = 0;
	fclose(in);
	return wait_ns;
}

/* One thread of a machine computes while the others wait for it. */
static long long process_wait_ns(const char *pid)
{
	char path[PATH_MAX];
	long long longest_ns = 0;
	const struct dirent *thread;

	snprintf(path, sizeof(path), "/proc/%s/task", pid);
	DIR *threads = opendir(path);
	if (!threads)
		return 0;
	while ((thread = readdir(threads))) {
		long long wait_ns = thread_wait_ns(pid, thread->d_name);
		if (wait_ns > longest_ns)
			longest_ns = wait_ns;
	}
	closedir(threads);
	return longest_ns;
}

int64_t lg_processor_wait_ms(pid_t world)
{
	char pid[16], of_world[64], of_process[64];
	long long sum_ns = 0;
	const struct dirent *process;

	snprintf(pid, sizeof(pid), "%d", (int)world);
	read_namespace(pid, of_world, sizeof(of_world));
	DIR *processes = *of_world ? opendir("/proc") : NULL;
	if (!processes)
		return 0;
	while ((process = readdir(processes))) {
		if (!strchr("123456789", process->d_name[0]))
			continue;
		read_namespace(process->d_name, of_process, sizeof(of_process));
		if (!strcmp(of_process, of_world))
			sum_ns += process_wait_ns(process->d_name);
	}
	closedir(processes);
	return sum_ns / NS_PER_MS;
}

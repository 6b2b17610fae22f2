// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "sysctl.h"

#include "error.h"
#include "nearest.h"
#include "net.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ROOT "/proc/sys/"
#define NAME_ROOM 256
#define PATH_ROOM (sizeof(ROOT) + NAME_ROOM)
#define VALUE_ROOM 4096

static bool has_empty_or_dotted_part(const char *path)
{
	for (;;) {
		size_t length = strcspn(path, "/");
		if (!length || strspn(path, ".") == length)
			return true;
		if (!path[length])
			return false;
		path += length + 1;
	}
}

/* Makes the path of a name, if it is one of a host's own. */
static int path_of(const char *name, char path[PATH_ROOM])
{
	if (strlen(name) >= NAME_ROOM)
		return lg_error(ENAMETOOLONG, "sysctl");
	strcpy(path, ROOT);
	char *rest = path + strlen(ROOT);
	strcpy(rest, name);

	if (name[strcspn(name, "./")] == '.') {
		for (char *c = rest; *c; c++)
			*c = *c == '.' ? '/' : *c == '/' ? '.' : *c;
	}
	if (strncmp(rest, "net/", 4) || has_empty_or_dotted_part(rest)) {
		lg_error(0,
			 "%s is not a host's own sysctl: linger never touches "
			 "the machine's",
			 name);
		return -EPERM;
	}
	return 0;
}

/* Cuts the path before the first part that isn't there, and returns that;
 * NULL if all of it is. */
static char *cut_missing(char *path)
{
	for (char *slash = path + strlen(ROOT); slash; *slash++ = '/') {
		slash = strchr(slash, '/');
		if (slash)
			*slash = '\0';
		if (access(path, F_OK)) {
			char *part = strrchr(path, '/');
			*part = '\0';
			return part + 1;
		}
		if (!slash)
			break;
	}
	return NULL;
}

static void offer_directory(struct lg_nearest *nearest, const char *path)
{
	DIR *directory = opendir(path);
	if (!directory)
		return;
	for (struct dirent *entry; (entry = readdir(directory));)
		lg_nearest_offer(nearest, entry->d_name);
	closedir(directory);
}

static const char *place_of(const struct lg_host *host)
{
	return host ? host->name : "this host";
}

static int missing(const struct lg_host *host, const char *name, char *path)
{
	struct lg_nearest nearest = {.asked = cut_missing(path)};
	if (nearest.asked)
		offer_directory(&nearest, path);
	char names[256];
	lg_nearest_print(names, sizeof(names), &nearest, "this kernel has ");
	lg_error(0, "no sysctl %s on %s%s", name, place_of(host), names);
	return -ENOENT;
}

/* One blank between fields, none around them. */
static void normalise(char *value)
{
	char *to = value;
	for (char *more, *field = strtok_r(value, " \t\n", &more); field;
	     field = strtok_r(NULL, " \t\n", &more)) {
		size_t length = strlen(field);
		if (to != value)
			*to++ = ' ';
		memmove(to, field, length);
		to += length;
	}
	*to = '\0';
}

/* 0 or -errno without a message. */
static int read_value(const char *path, char *value, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ssize_t got = read(fd, value, room - 1);
	int error = got < 0 ? -errno : 0;
	close(fd);
	if (error)
		return error;
	value[got] = '\0';
	normalise(value);
	return 0;
}

static int write_value(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == EACCES ? -EROFS : -errno;
	int error = write(fd, value, strlen(value)) < 0 ? -errno : 0;
	close(fd);
	return error;
}

static int refused(const struct lg_host *host, const char *name,
		   const char *value, int error, const char *is)
{
	const char *place = place_of(host);
	if (error == -EROFS)
		lg_error(0, "%s: %s is read-only in this namespace; it is %s",
			 place, name, is);
	else if (error == -ERANGE)
		lg_error(0, "%s: %s=%s was not taken as it is: it is now %s",
			 place, name, value, is);
	else
		lg_error(0, "%s: %s=%s: %s; it is %s", place, name, value,
			 strerror(-error), is);
	/* A congestion control that isn't there is a wrong value. */
	return error == -ENOENT ? -EINVAL : error;
}

static int write_and_check(const struct lg_host *host, const char *name,
			   const char *value)
{
	char path[PATH_ROOM], wanted[VALUE_ROOM], is[VALUE_ROOM];
	int error = path_of(name, path);
	if (error)
		return error;
	if (strlen(value) >= VALUE_ROOM)
		return lg_error(E2BIG, "%s", name);

	error = write_value(path, value);
	if (error == -ENOENT && access(path, F_OK))
		return missing(host, name, path);
	int unreadable = read_value(path, is, sizeof(is));
	if (error)
		return refused(host, name, value, error,
			       unreadable ? "not to be read" : is);
	/* net.ipv4.route.flush is there to be written only. */
	if (unreadable)
		return 0;

	strcpy(wanted, value);
	normalise(wanted);
	return strcmp(wanted, is) ? refused(host, name, value, -ERANGE, is) : 0;
}

int lg_sysctl_write(struct lg_host *host, const char *name, const char *value)
{
	if (host)
		lg_host_enter(host);
	int error = write_and_check(host, name, value);
	if (host)
		lg_host_leave(host);
	return error;
}

static int read_or_explain(const struct lg_host *host, const char *name,
			   char *value, size_t room)
{
	char path[PATH_ROOM];
	int error = path_of(name, path);
	if (error)
		return error;
	error = read_value(path, value, room);
	if (error == -ENOENT)
		return missing(host, name, path);
	if (error)
		return lg_error(-error, "%s: %s", place_of(host), name);
	return 0;
}

int lg_sysctl_read(struct lg_host *host, const char *name, char *value,
		   size_t room)
{
	if (host)
		lg_host_enter(host);
	int error = read_or_explain(host, name, value, room);
	if (host)
		lg_host_leave(host);
	return error;
}

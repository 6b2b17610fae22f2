// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_shelf.h"

#include "error.h"
#include "kernel_exec.h"
#include "path.h"
#include "text.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define RECORD "kernel.json"
#define BUILDING ".building-"
#define LOCKS ".locks"
#define NAME_MOST 100

char *lg_shelf_root(void)
{
	const char *given = getenv("LINGER_KERNELS");
	if (given && *given) {
		/* Where there is no current folder, whoever uses it is told. */
		char *whole = lg_path_absolute(given);
		return whole ? whole : lg_text("%s", given);
	}
	const char *cache = getenv("XDG_CACHE_HOME");
	if (cache && *cache == '/')
		return lg_text("%s/linger/kernels", cache);
	const char *home = getenv("HOME");
	return lg_text("%s/.cache/linger/kernels", home ? home : "");
}

char *lg_shelf_path(const char *name, const char *file)
{
	char *root = lg_shelf_root();
	char *path = lg_text("%s/%s/%s", root, name, file);
	free(root);
	return path;
}

int lg_shelf_check_name(const char *name)
{
	bool fine = isalnum((unsigned char)*name) &&
		    strlen(name) <= NAME_MOST && !strstr(name, BUILDING);
	for (const char *c = name; *c; c++)
		fine &= isalnum((unsigned char)*c) || strchr("._+-", *c);
	/* They have a meaning to --kernel. */
	fine &= strcmp(name, "host") && strcmp(name, "all");
	if (fine)
		return 0;
	lg_error(0,
		 "'%s' can't be the name of a kernel: letters, digits, '.', "
		 "'_', '+' and '-' make one, but not 'host' and 'all'",
		 name);
	return -EINVAL;
}

/* ---- folders ----------------------------------------------------------- */

/* The process that makes what is in this folder; 0 if it is no such one. */
static pid_t maker_of(const char *entry)
{
	const char *at = strstr(entry, BUILDING);
	unsigned long pid;
	if (!at || !lg_text_number(at + strlen(BUILDING), 1 << 30, &pid))
		return 0;
	return (pid_t)pid;
}

/* ---- kernels that are there -------------------------------------------- */

static int check_record(json_t *record, const char *path)
{
	const char *kind;
	if (!json_unpack(record, "{s:s}", "kind", &kind) &&
	    (!strcmp(kind, "uml") || !strcmp(kind, "qemu")))
		return 0;
	return lg_error(0, "%s is no record of a kernel", path);
}

int lg_shelf_read(const char *name, json_t **record)
{
	int result = lg_shelf_check_name(name);
	if (result)
		return result;
	char *path = lg_shelf_path(name, RECORD);
	json_error_t error;
	*record = NULL;
	if (access(path, F_OK)) {
		result =
			errno == ENOENT ? -ENOENT : lg_error(errno, "%s", path);
	} else {
		*record = json_load_file(path, 0, &error);
		result = *record ? check_record(*record, path)
				 : lg_error(0, "%s: %s", path, error.text);
	}
	if (result) {
		json_decref(*record);
		*record = NULL;
	}
	free(path);
	return result;
}

static int compare_names(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

static bool is_kernel(const char *entry)
{
	if (*entry == '.' || maker_of(entry))
		return false;
	char *path = lg_shelf_path(entry, RECORD);
	bool is = !access(path, F_OK);
	free(path);
	return is;
}

int lg_shelf_names(char ***names, size_t *n)
{
	*names = NULL;
	*n = 0;
	char *root = lg_shelf_root();
	DIR *folder = opendir(root);
	int result =
		folder || errno == ENOENT ? 0 : lg_error(errno, "%s", root);
	free(root);
	if (!folder)
		return result;

	for (struct dirent *entry; (entry = readdir(folder));) {
		if (!is_kernel(entry->d_name))
			continue;
		*names =
			lg_there(reallocarray(*names, *n + 1, sizeof(**names)));
		(*names)[(*n)++] = lg_text("%s", entry->d_name);
	}
	closedir(folder);
	if (*n)
		qsort(*names, *n, sizeof(**names), compare_names);
	return 0;
}

void lg_shelf_free_names(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

int lg_shelf_remove(const char *name)
{
	int result = lg_shelf_check_name(name);
	if (result)
		return result;
	char *root = lg_shelf_root();
	char *kept = lg_text("%s/%s", root, name);
	/* At once; if we are stopped, the next maker removes the rest. */
	char *going = lg_text("%s/%s" BUILDING "%d", root, name, (int)getpid());
	if (!rename(kept, going))
		lg_path_remove(going);
	else
		result =
			errno == ENOENT ? -ENOENT : lg_error(errno, "%s", kept);
	free(going);
	free(kept);
	free(root);
	return result;
}

/* ---- one that is being made -------------------------------------------- */

static int holder_of(int lock)
{
	char text[16] = "";
	if (pread(lock, text, sizeof(text) - 1, 0) <= 0)
		return 0;
	return atoi(text);
}

static int wait_for_lock(const struct lg_shelf_place *place,
			 void (*waits)(const char *, int))
{
	bool said = false;
	while (flock(place->lock, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return lg_error(errno, "cannot lock %s", place->name);
		if (!said)
			waits(place->name, holder_of(place->lock));
		said = true;
		/* A lock has no descriptor to poll beside a signal's. */
		int result = lg_exec_pause(200);
		if (result)
			return result;
	}
	return 0;
}

static int take_lock(struct lg_shelf_place *place, const char *root,
		     void (*waits)(const char *, int))
{
	char *path = lg_text("%s/" LOCKS "/%s", root, place->name);
	place->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	int result = place->lock < 0 ? lg_error(errno, "%s", path)
				     : wait_for_lock(place, waits);
	if (!result && (ftruncate(place->lock, 0) ||
			dprintf(place->lock, "%d\n", (int)getpid()) < 0))
		result = lg_error(errno, "%s", path);
	free(path);
	return result;
}

/* The store's path, to be freed, when it is there and clean; else NULL, with a
 * message. */
static char *open_root(void)
{
	char *root = lg_shelf_root();
	char *locks = lg_text("%s/" LOCKS, root);
	int result = lg_path_make_folder(locks);
	free(locks);
	if (result) {
		free(root);
		return NULL;
	}
	lg_path_remove_stale(root, maker_of);
	return root;
}

static int make_place(struct lg_shelf_place *place, const char *root,
		      void (*waits)(const char *, int))
{
	int result = take_lock(place, root, waits);
	if (result)
		return result;
	place->folder = lg_text("%s/%s" BUILDING "%d", root, place->name,
				(int)getpid());
	place->aside = lg_text("%s/aside", place->folder);
	lg_path_remove(place->folder);
	return lg_path_make_folder(place->aside);
}

int lg_shelf_open(struct lg_shelf_place *place, const char *name,
		  void (*waits)(const char *name, int pid))
{
	*place = (struct lg_shelf_place){.lock = -1};
	int result = lg_shelf_check_name(name);
	if (result)
		return result;
	char *root = open_root();
	place->name = lg_text("%s", name);
	result = root ? make_place(place, root, waits) : -EIO;
	free(root);
	if (result)
		lg_shelf_drop(place);
	return result;
}

/* The kernel's folder, beside the one where it is made; to be freed. */
static char *kept_path(const struct lg_shelf_place *place)
{
	const char *slash = strrchr(place->folder, '/');
	return lg_text("%.*s/%s", (int)(slash - place->folder), place->folder,
		       place->name);
}

int lg_shelf_keep(struct lg_shelf_place *place, json_t *record)
{
	lg_path_remove(place->aside);
	char *path = lg_text("%s/" RECORD, place->folder);
	int result = json_dump_file(record, path, JSON_INDENT(8))
			     ? lg_error(errno, "cannot write %s", path)
			     : 0;
	free(path);
	if (result)
		return result;

	char *kept = kept_path(place);
	result = lg_path_replace(place->folder, kept);
	if (result)
		lg_error(-result, "cannot keep %s", kept);
	free(kept);
	return result;
}

void lg_shelf_drop(struct lg_shelf_place *place)
{
	if (place->folder)
		lg_path_remove(place->folder);
	/* The file stays: whoever waits for the lock has it open. */
	if (place->lock >= 0)
		close(place->lock);
	free(place->name);
	free(place->folder);
	free(place->aside);
	*place = (struct lg_shelf_place){.lock = -1};
}

int lg_shelf_need_room(const struct lg_shelf_place *place, uint64_t bytes)
{
	return lg_path_need_room(place->folder, bytes,
				 "LINGER_KERNELS names another folder");
}

int lg_shelf_scratch(char **folder)
{
	char *root = open_root();
	*folder = NULL;
	if (!root)
		return -EIO;
	*folder = lg_text("%s/scratch" BUILDING "%d", root, (int)getpid());
	free(root);
	lg_path_remove(*folder);
	int result = lg_path_make_folder(*folder);
	if (result) {
		free(*folder);
		*folder = NULL;
	}
	return result;
}

void lg_shelf_drop_scratch(char *folder)
{
	if (folder)
		lg_path_remove(folder);
	free(folder);
}

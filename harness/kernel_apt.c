// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_apt.h"

#include "error.h"
#include "kernel_exec.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a kernel's files come in, depending on the distribution. */
static const char *const prefixes[] = {"linux-source", "linux-image-",
				       "linux-modules-", "linux-binary-"};

static bool is_of_kernel(const char *package)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		if (!strncmp(package, prefixes[i], strlen(prefixes[i])))
			return true;
	}
	return false;
}

bool lg_apt_is_name(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789"
				      "+.-~_";
	size_t length = strspn(text, letters);
	if (text[length] == '/') {
		const char *release = text + length + 1;
		size_t rest = strspn(release, letters);
		if (!rest || release[rest])
			return false;
	} else if (text[length]) {
		return false;
	}
	return is_of_kernel(text);
}

/* ---- a configuration --------------------------------------------------- */

/*
 * The machine's own configuration is read first (its proxies count), then
 * this.  Its hooks would act on the machine.
 */
static const char config_format[] =
	"#clear APT::Update::Pre-Invoke;\n"
	"#clear APT::Update::Post-Invoke;\n"
	"#clear APT::Update::Post-Invoke-Success;\n"
	"Dir::State \"%1$s\";\n"
	"Dir::State::lists \"%1$s/lists\";\n"
	"Dir::State::status \"%1$s/status\";\n"
	"Dir::Cache \"%1$s/cache\";\n"
	"Dir::Etc::preferences \"%1$s/none\";\n"
	"Dir::Etc::preferencesparts \"%1$s/empty\";\n"
	"APT::Sandbox::User \"\";\n"
	"Acquire::Languages \"none\";\n";

static const char *const folders[] = {
	"",	 "lists",	   "lists/partial",
	"cache", "cache/archives", "cache/archives/partial",
	"empty"};

static int write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	if (!file)
		return lg_error(errno, "%s", path);
	fputs(text, file);
	return fclose(file) ? lg_error(errno, "%s", path) : 0;
}

static int write_config(struct lg_apt *apt)
{
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		char *path = lg_text("%s/%s", apt->folder, folders[i]);
		int failed = mkdir(path, 0777) && errno != EEXIST;
		free(path);
		if (failed)
			return lg_error(errno, "cannot write to %s",
					apt->folder);
	}
	char *status = lg_text("%s/status", apt->folder);
	int result = write_file(status, "");
	free(status);
	if (result)
		return result;
	char *config = lg_text(config_format, apt->folder);
	result = write_file(apt->config, config);
	free(config);
	return result;
}

/* ---- sources ----------------------------------------------------------- */

/* The value of a variable in /etc/os-release, to be freed; NULL if there is
 * none. */
static char *os_release(const char *variable)
{
	FILE *file = fopen("/etc/os-release", "re");
	if (!file)
		return NULL;
	char line[256], *value = NULL;
	size_t length = strlen(variable);
	while (!value && fgets(line, sizeof(line), file)) {
		if (strncmp(line, variable, length) || line[length] != '=')
			continue;
		char *text = line + length + 1;
		text += strspn(text, "\"'");
		value = lg_text("%.*s", (int)strcspn(text, "\"'\n"), text);
	}
	fclose(file);
	return value;
}

struct sources {
	char *own;  /* the machine's release */
	char *keys; /* "[signed-by=FILE] " or "" */
	FILE *list; /* what we write */
	const char *release;
	unsigned n;
};

/* The file in which the distribution's own keys are. */
static char *signed_by(void)
{
	static const char *const endings[] = {"gpg", "pgp"};
	char *id = os_release("ID");
	char *option = NULL;
	for (size_t i = 0; id && !option && i < 2; i++) {
		char *path =
			lg_text("/usr/share/keyrings/%s-archive-keyring.%s", id,
				endings[i]);
		if (!access(path, R_OK))
			option = lg_text("[signed-by=%s] ", path);
		free(path);
	}
	free(id);
	return option ? option : lg_text("%s", "");
}

/*
 * From one of the machine's sources, one of ours.  Its own release becomes the
 * one that is wanted, RELEASE-security too; what else there is (updates,
 * backports) has no part in another release.
 */
static void add_source(struct sources *sources, const char *uri,
		       const char *suite)
{
	size_t own = strlen(sources->own);
	const char *wanted = sources->release;
	const char *rest = suite + own;
	if (!wanted) {
		fprintf(sources->list, "deb %s%s %s main\n", sources->keys, uri,
			suite);
	} else if (strncmp(suite, sources->own, own)) {
		return;
	} else if (!*rest ||
		   (!strcmp(rest, "-security") && !strchr(wanted, '-'))) {
		fprintf(sources->list, "deb %s%s %s%s main\n", sources->keys,
			uri, wanted, rest);
	} else {
		return;
	}
	sources->n++;
}

/* Of the lines 'URI/dists/SUITE/InRelease' ... */
static void take_uri(void *argument, const char *line)
{
	const char *dists = strstr(line, "/dists/");
	const char *end = strstr(line, "/InRelease'");
	if (*line != '\'' || !dists || !end || end < dists)
		return;
	const char *at = dists + strlen("/dists/");
	char *uri = lg_text("%.*s", (int)(dists - line - 1), line + 1);
	char *suite = lg_text("%.*s", (int)(end - at), at);
	add_source(argument, uri, suite);
	free(uri);
	free(suite);
}

/* apt itself tells what the machine's sources are, in whatever form. */
static int write_sources(const struct lg_apt *apt, const char *release)
{
	char *path = lg_text("%s/sources.list", apt->folder);
	struct sources sources = {.own = os_release("VERSION_CODENAME"),
				  .keys = signed_by(),
				  .release = release,
				  .list = fopen(path, "we")};
	int result = 0;
	if (!sources.own)
		sources.own = lg_text("%s", "");
	if (!sources.list) {
		result = lg_error(errno, "%s", path);
	} else {
		struct lg_exec exec = {.task = "read apt's sources",
				       .line = take_uri,
				       .argument = &sources};
		const char *argv[] = {"apt-get", "-c",		 apt->config,
				      "update",	 "--print-uris", NULL};
		result = lg_exec(&exec, argv);
		if (fclose(sources.list) && !result)
			result = lg_error(errno, "%s", path);
	}
	if (!result && !sources.n)
		result = lg_error(0,
				  "apt on this machine has no source for its "
				  "own release%s%s, so there is none for "
				  "others",
				  *sources.own ? " " : "", sources.own);
	free(sources.own);
	free(sources.keys);
	free(path);
	return result;
}

/* Its later use reads what we wrote, and nothing of the machine's. */
static int use_sources(const struct lg_apt *apt)
{
	FILE *file = fopen(apt->config, "ae");
	if (!file)
		return lg_error(errno, "%s", apt->config);
	fprintf(file,
		"Dir::Etc::sourcelist \"%1$s/sources.list\";\n"
		"Dir::Etc::sourceparts \"%1$s/empty\";\n",
		apt->folder);
	return fclose(file) ? lg_error(errno, "%s", apt->config) : 0;
}

static int update(struct lg_apt *apt)
{
	struct lg_exec exec = {.task = "see what packages there are"};
	const char *argv[] = {"apt-get",   "-c",
			      apt->config, "-qq",
			      "update",	   "-oAPT::Update::Error-Mode=any",
			      NULL};
	int result = lg_exec(&exec, argv);
	if (!result || result == LG_EXEC_STOPPED)
		return result;
	/* A release may have no security updates of its own (Debian's sid), and
	 * a third party's source other keys than the distribution's: it only
	 * matters if the package can't be found in the rest. */
	apt->trouble = lg_text("%s", lg_error_text());
	return 0;
}

int lg_apt_open(struct lg_apt *apt, const char *folder, const char *release)
{
	*apt = (struct lg_apt){.folder = lg_text("%s", folder),
			       .config = lg_text("%s/apt.conf", folder)};
	int result = write_config(apt);
	if (!result)
		result = write_sources(apt, release);
	if (!result)
		result = use_sources(apt);
	if (!result)
		result = update(apt);
	if (result)
		lg_apt_close(apt);
	return result;
}

/* ---- packages ---------------------------------------------------------- */

struct card {
	char *version, *depends;
};

static void read_field(void *argument, const char *line)
{
	struct card *card = argument;
	if (!card->version && !strncmp(line, "Version: ", 9))
		card->version = lg_text("%s", line + 9);
	if (!card->depends && !strncmp(line, "Depends: ", 9))
		card->depends = lg_text("%s", line + 9);
}

static void free_card(struct card *card)
{
	free(card->version);
	free(card->depends);
	*card = (struct card){0};
}

static int read_card(const struct lg_apt *apt, const char *name,
		     struct card *card)
{
	*card = (struct card){0};
	struct lg_exec exec = {.task = "look at a package",
			       .line = read_field,
			       .argument = card};
	const char *argv[] = {"apt-cache",	   "-c", apt->config, "show",
			      "--no-all-versions", name, NULL};
	int result = lg_exec(&exec, argv);
	if (result != LG_EXEC_STOPPED && !card->version) {
		lg_error(0, "there is no package %s%s%s", name,
			 apt->trouble ? ": " : "",
			 apt->trouble ? apt->trouble : "");
		result = apt->trouble ? -EIO : -EINVAL;
	}
	if (result)
		free_card(card);
	return result;
}

/* The next in a list as "a (>= 1) | b, c" that is a part of a kernel; to be
 * freed, NULL past the last. */
static char *next_part(const char **list)
{
	while (*list && **list) {
		const char *at = *list + strspn(*list, " ,");
		size_t length = strcspn(at, " ,(|");
		*list = at + strcspn(at, ",");
		char *name = lg_text("%.*s", (int)length, at);
		if (is_of_kernel(name))
			return name;
		free(name);
	}
	return NULL;
}

/* "linux-source" for linux-source-6.1, "linux-image-" for other ones. */
static bool is_pointer(const char *name, const char *to)
{
	for (size_t i = 0; i < 2; i++) {
		size_t length = strlen(prefixes[i]);
		if (!strncmp(name, prefixes[i], length))
			return to && !strncmp(to, prefixes[i], length);
	}
	return false;
}

int lg_apt_find(const struct lg_apt *apt, const char *name,
		struct lg_package *package)
{
	struct card card;
	int result = read_card(apt, name, &card);
	if (result)
		return result;
	const char *list = card.depends;
	char *first = next_part(&list);
	if (is_pointer(name, first)) {
		result = lg_apt_find(apt, first, package);
	} else {
		package->name = lg_text("%s", name);
		package->version = card.version;
		card.version = NULL;
	}
	free(first);
	free_card(&card);
	return result;
}

static int unpack_one(const struct lg_apt *apt, const char *name,
		      const char *to)
{
	char *task = lg_text("fetch %s", name);
	struct lg_exec fetch = {.task = task, .folder = apt->folder};
	const char *download[] = {"apt-get",  "-c", apt->config, "-qq",
				  "download", name, NULL};
	int result = lg_exec(&fetch, download);
	free(task);
	if (result)
		return result;

	char *script = lg_text("for p in %s_*.deb; do dpkg-deb -x \"$p\" "
			       "\"$0\" && rm \"$p\" || exit; done",
			       name);
	struct lg_exec extract = {.task = "unpack a package",
				  .folder = apt->folder};
	const char *unpack[] = {"sh", "-c", script, to, NULL};
	result = lg_exec(&extract, unpack);
	free(script);
	return result;
}

int lg_apt_unpack(const struct lg_apt *apt, const char *name,
		  const char *folder)
{
	struct card card;
	int result = read_card(apt, name, &card);
	if (result)
		return result;
	result = unpack_one(apt, name, folder);
	const char *list = card.depends;
	for (char *part; !result && (part = next_part(&list)); free(part))
		result = lg_apt_unpack(apt, part, folder);
	free_card(&card);
	return result;
}

void lg_package_free(struct lg_package *package)
{
	free(package->name);
	free(package->version);
	*package = (struct lg_package){0};
}

void lg_apt_close(struct lg_apt *apt)
{
	free(apt->folder);
	free(apt->config);
	free(apt->trouble);
	*apt = (struct lg_apt){0};
}

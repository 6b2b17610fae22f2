// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel_modules.h"

#include "error.h"
#include "kernel_exec.h"
#include "path.h"
#include "text.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* One that was found, by the name that the kernel knows it by. */
struct module {
	char *name;
	char *path; /* NULL: it is built in */
	enum { UNSEEN, UNDER_WAY, COPIED } state;
};

struct modules {
	const char *from, *to, *version;
	struct module *list;
	size_t n, n_copied;
	FILE *order;
};

/*
 * What a guest may need; older kernels have some of it in more parts.
 * crc32c_generic is first since libcrc32c does not load before it, which no
 * dependency says.
 */
static const struct {
	const char *pattern;
	bool essential;
} wanted[] = {
	{"crc32c_generic", false},
	{"unix", false},
	{"af_packet", false},
	{"ipv6", false},
	{"veth", true},
	{"bridge", false},
	{"dummy", false},
	{"tun", false},
	{"virtio_pci", false},
	{"virtio_console", false},
	{"sch_netem", true},
	{"sch_ingress", false},
	{"sch_tbf", false},
	{"sch_prio", false},
	{"sch_fq", false},
	{"cls_bpf", false},
	{"cls_matchall", false},
	{"act_bpf", false},
	{"act_csum", false},
	{"act_gact", false},
	{"act_mirred", false},
	{"act_pedit", false},
	{"inet_diag", true},
	{"tcp_diag", true},
	{"nf_conntrack", true},
	{"nf_conntrack_ipv[46]", false},
	{"nf_conntrack_netlink", false},
	{"nf_nat", true},
	{"nf_nat_ipv[46]", false},
	{"nf_tables", true},
	{"nf_tables_*", false},
	{"nf_dup_netdev", false},
	{"nft_chain_nat*", false},
	{"nft_connlimit", false},
	{"nft_counter", false},
	{"nft_ct", false},
	{"nft_dup_netdev", false},
	{"nft_exthdr", false},
	{"nft_fib*", false},
	{"nft_fwd_netdev", false},
	{"nft_hash", false},
	{"nft_limit", false},
	{"nft_log", false},
	{"nft_masq*", false},
	{"nft_meta*", false},
	{"nft_nat", false},
	{"nft_numgen", false},
	{"nft_objref", false},
	{"nft_queue", false},
	{"nft_quota", false},
	{"nft_rbtree", false},
	{"nft_redir*", false},
	{"nft_reject*", false},
	{"nft_rt", false},
	{"nft_set_*", false},
	{"nft_synproxy", false},
};
#define WANTED_N (sizeof(wanted) / sizeof(*wanted))

static const struct {
	const char *ending, *tool;
} forms[] = {
	{".ko", "cat"},
	{".ko.xz", "xz -dc"},
	{".ko.gz", "gzip -dc"},
	{".ko.zst", "zstd -dcq"},
};
#define FORMS_N (sizeof(forms) / sizeof(*forms))

/* ---- what there is ----------------------------------------------------- */

/* How to read a file if it is a module, else NULL; *length without ending. */
static const char *tool_of(const char *file, size_t *length)
{
	size_t size = strlen(file);
	for (size_t i = 0; i < FORMS_N; i++) {
		size_t ending = strlen(forms[i].ending);
		if (size <= ending ||
		    strcmp(file + size - ending, forms[i].ending))
			continue;
		*length = size - ending;
		return forms[i].tool;
	}
	return NULL;
}

static void add(struct modules *modules, const char *file, const char *path)
{
	size_t length;
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;
	if (!tool_of(base, &length))
		return;
	modules->list = lg_there(reallocarray(modules->list, modules->n + 1,
					      sizeof(*modules->list)));
	struct module *module = &modules->list[modules->n++];
	*module = (struct module){.name = lg_text("%.*s", (int)length, base),
				  .path = path ? lg_text("%s", path) : NULL};
	for (char *c = module->name; *c; c++)
		*c = *c == '-' ? '_' : *c;
}

static int add_built_in(struct modules *modules, const char *path)
{
	char *line = NULL;
	size_t room = 0;
	FILE *file = fopen(path, "re");
	if (!file)
		return lg_error(errno, "%s", path);
	while (getline(&line, &room, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		add(modules, line, NULL);
	}
	free(line);
	fclose(file);
	return 0;
}

static int find_modules(struct modules *modules)
{
	FTS *tree = lg_path_walk(modules->from);
	if (!tree)
		return lg_error(errno, "%s", modules->from);
	int result = 0;
	for (FTSENT *entry; !result && (entry = fts_read(tree));) {
		if (entry->fts_info != FTS_F)
			continue;
		if (!strcmp(entry->fts_name, "modules.builtin"))
			result = add_built_in(modules, entry->fts_path);
		else
			add(modules, entry->fts_name, entry->fts_path);
	}
	fts_close(tree);
	if (!result && !modules->n) {
		lg_error(0, "there are no modules in %s", modules->from);
		result = -EINVAL;
	}
	return result;
}

static struct module *find(const struct modules *modules, const char *name)
{
	for (size_t i = 0; i < modules->n; i++) {
		if (!strcmp(modules->list[i].name, name))
			return &modules->list[i];
	}
	return NULL;
}

static int check_essentials(const struct modules *modules)
{
	char *missing = lg_text("%s", "");
	for (size_t i = 0; i < WANTED_N; i++) {
		if (wanted[i].essential && !find(modules, wanted[i].pattern))
			lg_text_append(&missing, " %s", wanted[i].pattern);
	}
	int result = 0;
	if (*missing) {
		lg_error(0,
			 "%s has not all modules that linger needs (some "
			 "distributions have a package of extra ones); "
			 "missing:%s",
			 modules->from, missing);
		result = -EINVAL;
	}
	free(missing);
	return result;
}

/* ---- copying ----------------------------------------------------------- */

static int unpack(const struct module *module, const char *to)
{
	size_t length;
	char *script =
		lg_text("%s < \"$0\" > \"$1\"", tool_of(module->path, &length));
	char *task = lg_text("copy %s", module->path);
	struct lg_exec exec = {.task = task};
	const char *argv[] = {"sh", "-c", script, module->path, to, NULL};
	int result = lg_exec(&exec, argv);
	free(script);
	free(task);
	return result;
}

/* What a module says of itself under `key`, to be freed; NULL if nothing. */
static char *read_info(const char *path, const char *key)
{
	FILE *file = fopen(path, "re");
	if (!file)
		return NULL;
	char *part = NULL, *value = NULL;
	size_t room = 0, length = strlen(key);
	/* Its .modinfo is strings "key=value", with zeros between them. */
	while (!value && getdelim(&part, &room, '\0', file) > 0) {
		if (!strncmp(part, key, length) && part[length] == '=')
			value = lg_text("%s", part + length + 1);
	}
	free(part);
	fclose(file);
	return value;
}

static int check_version(const struct modules *modules, const char *path)
{
	char *magic = read_info(path, "vermagic");
	int result = 0;
	if (magic && modules->version) {
		magic[strcspn(magic, " ")] = '\0';
		if (strcmp(magic, modules->version)) {
			lg_error(0,
				 "the modules in %s are of %s, but the image "
				 "is %s",
				 modules->from, magic, modules->version);
			result = -EINVAL;
		}
	}
	free(magic);
	return result;
}

static int copy(struct modules *modules, struct module *module);

static int copy_those_before(struct modules *modules, const char *path,
			     const char *name)
{
	char *depends = read_info(path, "depends");
	char *rest = depends;
	int result = 0;
	for (char *part; !result && (part = strsep(&rest, ","));) {
		for (char *c = part; *c; c++)
			*c = *c == '-' ? '_' : *c;
		struct module *before = *part ? find(modules, part) : NULL;
		if (before) {
			result = copy(modules, before);
		} else if (*part) {
			lg_error(0, "%s needs %s, which is not in %s", name,
				 part, modules->from);
			result = -EINVAL;
		}
	}
	free(depends);
	return result;
}

static int copy(struct modules *modules, struct module *module)
{
	if (!module->path || module->state != UNSEEN)
		return 0;
	module->state = UNDER_WAY;
	char *to = lg_text("%s/%s.ko", modules->to, module->name);
	int result = unpack(module, to);
	if (!result)
		result = check_version(modules, to);
	if (!result)
		result = copy_those_before(modules, to, module->name);
	if (!result) {
		module->state = COPIED;
		modules->n_copied++;
		fprintf(modules->order, "%s.ko\n", module->name);
	}
	free(to);
	return result;
}

static int copy_all(struct modules *modules)
{
	int result = 0;
	for (size_t w = 0; w < WANTED_N; w++) {
		for (size_t i = 0; i < modules->n && !result; i++) {
			struct module *module = &modules->list[i];
			if (!fnmatch(wanted[w].pattern, module->name, 0))
				result = copy(modules, module);
		}
	}
	return result;
}

int lg_modules_import(const char *from, const char *version, const char *to,
		      size_t *n)
{
	struct modules modules = {.from = from, .to = to, .version = version};
	int result = find_modules(&modules);
	if (!result)
		result = check_essentials(&modules);
	if (!result && mkdir(to, 0777))
		result = lg_error(errno, "cannot make %s", to);
	char *order = lg_text("%s/order", to);
	if (!result) {
		modules.order = fopen(order, "we");
		result = modules.order ? copy_all(&modules)
				       : lg_error(errno, "%s", order);
	}
	if (modules.order && fclose(modules.order) && !result)
		result = lg_error(errno, "%s", order);
	free(order);
	*n = modules.n_copied;

	for (size_t i = 0; i < modules.n; i++) {
		free(modules.list[i].name);
		free(modules.list[i].path);
	}
	free(modules.list);
	return result;
}

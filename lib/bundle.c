// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "bundle.h"

#include "conntrack.h"
#include "counter.h"
#include "diag.h"
#include "pcap.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is being written. */
struct bundle {
	int folder; /* descriptor */
	struct lg_net *net;
	const json_t *report;
	const struct lg_ladder *ladder;
};

static int make_folder(const char *path)
{
	char part[PATH_MAX];

	if (strlen(path) >= sizeof(part))
		return lg_error(ENAMETOOLONG, "%s", path);
	for (const char *slash = path; slash;) {
		slash = strchr(slash + 1, '/');
		size_t length = slash ? (size_t)(slash - path) : strlen(path);
		memcpy(part, path, length);
		part[length] = '\0';
		if (mkdir(part, 0777) && errno != EEXIST)
			return lg_error(errno, "make folder %s", part);
	}
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? lg_error(errno, "open folder %s", path) : fd;
}

static FILE *create(const struct bundle *bundle, const char *name)
{
	int fd = openat(bundle->folder, name,
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out)
		lg_error(errno, "create %s", name);
	return out;
}

/* A disk that is full shows here at the latest. */
static int finish(FILE *out, const char *name)
{
	int failed = ferror(out);
	if (fclose(out) || failed)
		return lg_error(errno, "write %s", name);
	return 0;
}

static int write_text(const struct bundle *bundle, const char *name,
		      const char *text)
{
	FILE *out = create(bundle, name);
	if (!out)
		return -errno;
	fputs(text, out);
	return finish(out, name);
}

static int write_report(const struct bundle *bundle)
{
	FILE *out = create(bundle, "report.txt");
	size_t i;
	json_t *line;

	if (!out)
		return -errno;
	json_array_foreach(bundle->report, i, line)
		fprintf(out, "%s\n", json_string_value(line));
	return finish(out, "report.txt");
}

static int write_ladders(const struct bundle *bundle)
{
	struct lg_ladder_style style = {.width = 120};
	char *text = lg_ladder_text(bundle->ladder, style);
	char *svg = lg_ladder_svg(bundle->ladder);
	int result = lg_error(ENOMEM, "ladder");

	if (text && svg) {
		result = write_text(bundle, "ladder.txt", text);
		if (!result)
			result = write_text(bundle, "ladder.svg", svg);
	}
	free(text);
	free(svg);
	return result;
}

static void print_socket(const struct lg_diag_socket *socket, void *out)
{
	char ends[LG_DIAG_PRINT_MAX];
	lg_diag_print(ends, sizeof(ends), &socket->ends);
	fprintf(out, "%-12s %s", lg_state_name(socket->status.state), ends);
	if (socket->status.time_wait)
		fprintf(out, " timer %u ms", socket->status.left_ms);
	fputc('\n', out);
}

static void print_sockets(FILE *out, struct lg_host *host)
{
	struct nl_sock *nl = lg_host_diag(host);
	if (!nl || lg_diag_each(nl, print_socket, out))
		fprintf(out, "%s\n", lg_error_text());
}

static void print_counters(FILE *out, struct lg_host *host)
{
	struct lg_counters *now = lg_counters_read(host);
	struct lg_counter_move move;

	if (!now) {
		fprintf(out, "%s\n", lg_error_text());
		return;
	}
	for (size_t position = 0;
	     lg_counters_next_move(host->counted_from, now, &position, &move);)
		fprintf(out, "%s +%llu\n", move.name,
			(unsigned long long)move.by);
	lg_counters_free(now);
}

static void print_nft(FILE *out, struct lg_host *host)
{
	char *text = lg_nft_read(host, "list ruleset");
	fputs(text ? text : lg_error_text(), out);
	free(text);
}

static void print_conntrack(FILE *out, struct lg_host *host)
{
	if (lg_conntrack_print(host, out))
		fprintf(out, "%s\n", lg_error_text());
}

static void read_file(const char *path, char *text, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, room - 1);
	text[got > 0 ? got : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

/* A sysctl that is not what a new namespace has. */
static void print_sysctl(FILE *out, struct lg_host *host, const char *name)
{
	char path[PATH_MAX], now[512], new[512];

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", name);
	read_file(path, new, sizeof(new));
	lg_host_enter(host);
	read_file(path, now, sizeof(now));
	lg_host_leave(host);
	if (strcmp(now, new))
		fprintf(out, "net.ipv4.%s = %.*s (a new namespace has %.*s)\n",
			name, (int)strcspn(now, "\n"), now,
			(int)strcspn(new, "\n"), new);
}

static void print_sysctls(FILE *out, struct lg_host *host)
{
	struct dirent **names = NULL;
	int n = scandir("/proc/sys/net/ipv4", &names, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		if (names[i]->d_type == DT_REG)
			print_sysctl(out, host, names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

static int write_host(const struct bundle *bundle, struct lg_host *host)
{
	static const struct {
		const char *kind;
		void (*print)(FILE *, struct lg_host *);
	} files[] = {
		{"sockets", print_sockets},	{"counters", print_counters},
		{"sysctls", print_sysctls},	{"nft", print_nft},
		{"conntrack", print_conntrack},
	};
	char name[LG_NAME_MAX + 16];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(name, sizeof(name), "%s.%s", host->name,
			 files[i].kind);
		FILE *out = create(bundle, name);
		if (!out)
			return -errno;
		files[i].print(out, host);
		int result = finish(out, name);
		if (result)
			return result;
	}
	return 0;
}

/* The kernel's log from the variant's beginning on. */
static int kernel_log = -1;

void lg_bundle_begin(void)
{
	kernel_log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kernel_log >= 0)
		lseek(kernel_log, 0, SEEK_END);
}

static int write_kernel_log(const struct bundle *bundle)
{
	char record[8192];
	if (kernel_log < 0)
		return 0;

	FILE *out = create(bundle, "kernel.log");
	if (!out)
		return -errno;
	for (;;) {
		ssize_t got = read(kernel_log, record, sizeof(record));
		/* EPIPE: records were overwritten before we came to them. */
		if (got < 0 && errno == EPIPE)
			continue;
		if (got <= 0)
			break;
		fwrite(record, 1, (size_t)got, out);
	}
	return finish(out, "kernel.log");
}

int lg_bundle_write(const char *folder, struct lg_net *net,
		    const json_t *report, const struct lg_ladder *ladder)
{
	struct bundle bundle = {.net = net, .report = report, .ladder = ladder};

	bundle.folder = make_folder(folder);
	if (bundle.folder < 0)
		return lg_error_in(bundle.folder, "bundle");
	int result = write_report(&bundle);
	if (!result)
		result = write_ladders(&bundle);
	if (!result)
		result = lg_pcap_write(bundle.folder, net);
	for (size_t i = 0; !result && i < net->topology->n_hosts; i++)
		result = write_host(&bundle, &net->hosts[i]);
	if (!result)
		result = write_kernel_log(&bundle);
	close(bundle.folder);
	return result ? lg_error_in(result, "bundle %s", folder) : 0;
}

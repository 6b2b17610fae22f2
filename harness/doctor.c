// SPDX-License-Identifier: GPL-2.0-or-later
/* linger doctor */
#include "command.h"
#include "error.h"
#include "kernel_store.h"
#include "need.h"
#include "path.h"
#include "terminal.h"
#include "text.h"
#include "world.h"

#include <argp.h>
#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

/* What can be there or missing. */
struct finding {
	char *name;
	char *is; /* where it is; why it is missing */
	bool there;
	const char *serves;
	const char *remedy;
};

struct findings {
	struct finding *list;
	size_t n;
};

/* In the words of those who lack them.  Needs that are not here are shown
 * without. */
static const struct {
	const char *need, *serves, *remedy;
} advice[] = {
	{"netem", "topologies with delay or loss",
	 "load sch_netem (CONFIG_NET_SCH_NETEM); it may be in a package "
	 "kernel-modules-extra or linux-modules-extra"},
	{"nat", "topologies with NAT",
	 "load nf_tables and nft_masq (CONFIG_NF_TABLES, CONFIG_NF_NAT, "
	 "CONFIG_NFT_MASQ)"},
	{"strip", "topologies that take TCP options away",
	 "a kernel since 5.18, or a stable one with 7890cbea66e7"},
	{"bpf", "the model of tcp_tw_recycle",
	 "run as root, with CONFIG_BPF_SYSCALL, CONFIG_NET_CLS_BPF and "
	 "CONFIG_NET_SCH_INGRESS"},
	{"recycle", "cases of tcp_tw_recycle",
	 "a kernel before 4.12; or what bpf needs, and a linger that was built "
	 "with clang, bpftool and libbpf"},
	{"socket-destroy", "cases that end sockets from outside",
	 "a kernel with CONFIG_INET_DIAG_DESTROY"},
	{"socket-destroy-time-wait", "cases that end a TIME_WAIT from outside",
	 "a kernel with CONFIG_INET_DIAG_DESTROY"},
	{"virtual-time", "cases that wait for weeks",
	 "nothing on this host: such cases run in guests"},
	{"user-namespaces", "running without root",
	 "kernel.unprivileged_userns_clone=1 (Debian), "
	 "kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), "
	 "user.max_user_namespaces above 0; or run as root"},
	{"netdev", "dropping, holding and rewriting segments",
	 "load nf_tables, nft_fwd_netdev and nft_numgen "
	 "(CONFIG_NF_TABLES_NETDEV, CONFIG_NFT_FWD_NETDEV, CONFIG_NFT_NUMGEN)"},
	{"conntrack", "cases that look at what a NAT remembers",
	 "load nf_conntrack and nf_conntrack_netlink (CONFIG_NF_CT_NETLINK)"},
	{"microsecond-timestamps", "nothing: it tells when PAWS forgets",
	 "a kernel since 6.7"},
};

/* Takes over `is`. */
static void add(struct findings *findings, const char *name, bool there,
		char *is)
{
	findings->list = lg_there(reallocarray(findings->list, findings->n + 1,
					       sizeof(*findings->list)));
	findings->list[findings->n++] = (struct finding){
		.name = lg_text("%s", name), .there = there, .is = is};
}

static void advise(struct findings *findings, const char *serves,
		   const char *remedy)
{
	struct finding *last = &findings->list[findings->n - 1];
	last->serves = serves;
	last->remedy = remedy;
}

/* ---- looking ----------------------------------------------------------- */

static int do_nothing(void *argument)
{
	(void)argument;
	return 0;
}

/* The only thing that no case can do without. */
static bool look_for_worlds(struct findings *findings)
{
	int status = 0;
	pid_t pid = lg_world_start(do_nothing, NULL);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	bool there = pid > 0 && !status;
	const char *why =
		pid < 0 ? lg_error_text() : "its first process did not come up";
	add(findings, "worlds", there,
	    lg_text("%s", there ? geteuid() ? "in a user namespace" : "as root"
				: why));
	advise(findings, "every case",
	       "run as root, or allow user namespaces (see user-namespaces)");
	return there;
}

static void look_for_need(struct findings *findings, const char *need)
{
	char why[512] = "";
	int met = lg_need_probe(need, why, sizeof(why));
	add(findings, need, met > 0,
	    lg_text("%s", met < 0 ? lg_error_text() : why));
	for (size_t i = 0; i < sizeof(advice) / sizeof(*advice); i++) {
		if (!strcmp(advice[i].need, need))
			advise(findings, advice[i].serves, advice[i].remedy);
	}
}

static void look_for_program(struct findings *findings, const char *name,
			     const char *program)
{
	char *path = lg_path_program(program);
	add(findings, name, path,
	    path ? path : lg_text("there is no %s in PATH", program));
}

static void look_for_kernels(struct findings *findings)
{
	struct lg_kernel *list;
	size_t n;
	char *error = NULL;

	lg_kernel_all(&list, &n, &error);
	char *names = lg_text("%s", n ? list[0].name : "");
	for (size_t i = 1; i < n; i++)
		lg_text_append(&names, ", %s", list[i].name);
	if (!n) {
		free(names);
		names = error ? error : lg_text("no kernel is kept");
	}
	add(findings, "kernels", n, names);
	advise(findings, "`linger run --kernel', in virtual time",
	       "linger kernel build, or linger kernel import");
	lg_kernel_free_all(list, n);
}

static void look_for_guests(struct findings *findings,
			    const struct utsname *system)
{
	char *qemu = lg_text("qemu-system-%s", system->machine);
	look_for_program(findings, "qemu", qemu);
	advise(findings, "stock kernels of distributions",
	       "install qemu-system-x86 (or that of this architecture)");
	free(qemu);
	look_for_program(findings, "graphviz", "dot");
	advise(findings, "pictures of topologies in `linger report'",
	       "install graphviz");
	look_for_kernels(findings);
}

/* ---- telling ----------------------------------------------------------- */

static void print_findings(const struct findings *findings)
{
	struct lg_terminal terminal = lg_terminal();
	struct libscols_table *table =
		lg_table(&terminal, "WHAT", "THERE", "FOR", "~DETAIL", NULL);
	for (size_t i = 0; i < findings->n; i++) {
		const struct finding *finding = &findings->list[i];
		struct libscols_line *line = lg_table_line(table);
		lg_table_cell(line, 0, "%s", finding->name);
		lg_table_cell(line, 1, "%s", finding->there ? "yes" : "no");
		lg_table_cell(line, 2, "%s",
			      finding->serves ? finding->serves : "");
		lg_table_cell(line, 3, "%s", finding->there ? finding->is : "");
	}
	lg_table_print(table);
}

static void print_missing(const struct findings *findings)
{
	for (size_t i = 0; i < findings->n; i++) {
		const struct finding *finding = &findings->list[i];
		if (finding->there)
			continue;
		printf("\n%s is missing: %s\n", finding->name, finding->is);
		if (finding->remedy)
			printf("  %s\n", finding->remedy);
	}
}

int lg_command_doctor(int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "Says what this machine can run, and what is missing."
		       "\vExit status: 0 if cases can run here, 3 if none "
		       "can."};
	argp_parse(&argp, argc, argv, 0, NULL, NULL);

	struct utsname system;
	uname(&system);
	printf("%s %s on %s\n\n", system.sysname, system.release,
	       system.machine);

	struct findings findings = {0};
	bool can_run = look_for_worlds(&findings);
	const char *need;
	for (size_t i = 0; (need = lg_need_name(i)); i++)
		look_for_need(&findings, need);
	look_for_guests(&findings, &system);
	print_findings(&findings);
	print_missing(&findings);

	for (size_t i = 0; i < findings.n; i++) {
		free(findings.list[i].name);
		free(findings.list[i].is);
	}
	free(findings.list);
	return can_run ? LG_STATUS_FINE : LG_STATUS_BROKEN;
}

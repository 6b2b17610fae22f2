// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "probe.h"

#include "address.h"
#include "config.h"
#include "counter.h"
#include "diag.h"
#include "error.h"
#include "loopback.h"
#include "recycle.h"
#include "sysctl.h"

#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <net/if.h>
#include <netlink/netlink.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/qdisc/netem.h>
#include <nftables/libnftables.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_BPF
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#endif

/* The process ends with the probe: nothing below is given back. */

/* libnl's own numbers, of which only one is an accident. */
static int netlink_error(int error, const char *what)
{
	return error == -NLE_NOMEM
		       ? lg_error(ENOMEM, "%s", what)
		       : lg_error(0, "%s: %s", what, nl_geterror(error));
}

static struct nl_sock *open_netlink(int protocol)
{
	struct nl_sock *nl = nl_socket_alloc();
	int error = nl ? nl_connect(nl, protocol) : -NLE_NOMEM;
	if (!error)
		return nl;
	errno = -netlink_error(error, "netlink");
	return NULL;
}

static int add_netem(void)
{
	struct nl_sock *nl = open_netlink(NETLINK_ROUTE);
	if (!nl)
		return -errno;
	struct rtnl_qdisc *qdisc = rtnl_qdisc_alloc();
	if (!qdisc)
		return lg_error(ENOMEM, "netem");

	rtnl_tc_set_ifindex(TC_CAST(qdisc), (int)if_nametoindex("lo"));
	rtnl_tc_set_parent(TC_CAST(qdisc), TC_H_ROOT);
	rtnl_tc_set_kind(TC_CAST(qdisc), "netem");
	rtnl_netem_set_limit(qdisc, 1000);
	rtnl_netem_set_delay(qdisc, 1000);
	int error = rtnl_qdisc_add(nl, qdisc, NLM_F_CREATE | NLM_F_EXCL);
	return error ? netlink_error(error, "netem") : 0;
}

int lg_probe_netem(const char *name)
{
	(void)name;
	int error = lg_loopback_enter();
	return error ? error : add_netem();
}

static int add_route_with_microseconds(void)
{
	/* 192.0.2.0/24 is nobody's. */
	const struct lg_prefix to = {
		.family = AF_INET, .bytes = {192, 0, 2}, .length = 24};
	struct nl_sock *nl = open_netlink(NETLINK_ROUTE);
	if (!nl)
		return -errno;
	int error =
		lg_address_route(nl, if_nametoindex("lo"), &to, LG_TCP_USEC_TS);
	return error ? netlink_error(error, "a route that asks for them") : 0;
}

int lg_probe_microsecond_timestamps(const char *name)
{
	(void)name;
	int error = lg_loopback_enter();
	return error ? error : add_route_with_microseconds();
}

static int run_nft(const char *commands)
{
	struct nft_ctx *nft = nft_ctx_new(NFT_CTX_DEFAULT);
	if (!nft)
		return lg_error(ENOMEM, "nft");
	nft_ctx_buffer_error(nft);
	nft_ctx_buffer_output(nft);
	if (!nft_run_cmd_from_buffer(nft, commands))
		return 0;
	/* The first line says it; the rest quotes the command. */
	const char *text = nft_ctx_get_error_buffer(nft);
	return lg_error(0, "nft: %.*s", (int)strcspn(text, "\n"), text);
}

static int run_nft_in_loopback(const char *commands)
{
	int error = lg_loopback_enter();
	return error ? error : run_nft(commands);
}

int lg_probe_nat(const char *name)
{
	(void)name;
	return run_nft_in_loopback(
		"table ip probe { chain nat { "
		"type nat hook postrouting priority 100; masquerade; }; }\n"
		"table ip6 probe { chain nat { "
		"type nat hook postrouting priority 100; masquerade; }; }\n");
}

int lg_probe_strip(const char *name)
{
	(void)name;
	return run_nft_in_loopback("table ip probe { chain forward { "
				   "type filter hook forward priority 0; "
				   "reset tcp option timestamp; }; }\n");
}

int lg_probe_netdev(const char *name)
{
	(void)name;
	return run_nft_in_loopback(
		"table netdev probe { chain in { "
		"type filter hook ingress device \"lo\" priority 0; "
		"numgen inc mod 2 0 fwd to \"lo\"; }; }\n");
}

static int read_conntrack(void)
{
	struct nfct_handle *conntrack = nfct_open(CONNTRACK, 0);
	if (!conntrack)
		return lg_error(errno, "conntrack");
	uint32_t family = AF_UNSPEC;
	if (nfct_query(conntrack, NFCT_Q_DUMP, &family))
		return lg_error(errno, "cannot read conntrack's table");
	return 0;
}

int lg_probe_conntrack(const char *name)
{
	(void)name;
	int error = run_nft_in_loopback("table ip probe { chain in { "
					"type filter hook input priority 0; ct "
					"state new accept; }; }\n");
	return error ? error : read_conntrack();
}

#ifdef HAVE_BPF

static int quiet(enum libbpf_print_level level, const char *format,
		 va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

static int load_program(void)
{
	/* return TC_ACT_OK; */
	static const struct bpf_insn program[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	return bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "probe", "GPL", program,
			     sizeof(program) / sizeof(*program), NULL);
}

static int attach_program(void)
{
	libbpf_set_print(quiet);
	int program = load_program();
	if (program < 0)
		return lg_error(-program, "cannot load a BPF program");

	struct bpf_tc_hook hook = {
		.sz = sizeof(hook),
		.ifindex = (int)if_nametoindex("lo"),
		.attach_point = BPF_TC_INGRESS,
	};
	struct bpf_tc_opts options = {
		.sz = sizeof(options),
		.prog_fd = program,
	};
	int error = bpf_tc_hook_create(&hook);
	if (error)
		return lg_error(-error, "no clsact");
	error = bpf_tc_attach(&hook, &options);
	if (error)
		return lg_error(-error, "cannot attach a BPF program");
	return 0;
}

int lg_probe_bpf(const char *name)
{
	(void)name;
	int error = lg_loopback_enter();
	return error ? error : attach_program();
}

#else

int lg_probe_bpf(const char *name)
{
	(void)name;
	return lg_error(0, "linger was built without BPF");
}

#endif

int lg_probe_recycle(const char *name)
{
	(void)name;
	if (lg_recycle_in_kernel())
		return 0;
	int error = lg_loopback_enter();
	return error ? error : lg_recycle_try("lo");
}

static int endpoints_of(int sock, struct lg_endpoints *ends)
{
	struct sockaddr_in local, remote;
	socklen_t local_size = sizeof(local), remote_size = sizeof(remote);
	if (getsockname(sock, (struct sockaddr *)&local, &local_size) ||
	    getpeername(sock, (struct sockaddr *)&remote, &remote_size))
		return lg_error(errno, "no connection to destroy");

	*ends = (struct lg_endpoints){
		.family = AF_INET,
		.local_port = ntohs(local.sin_port),
		.remote_port = ntohs(remote.sin_port),
	};
	memcpy(ends->local, &local.sin_addr, sizeof(local.sin_addr));
	memcpy(ends->remote, &remote.sin_addr, sizeof(remote.sin_addr));
	return 0;
}

/* pair[0] closes first.  It is in TIME_WAIT when it has read the other's FIN:
 * tcp_fin() does both with the socket locked. */
static int enter_time_wait(int pair[2])
{
	char byte;
	if (shutdown(pair[0], SHUT_WR) || read(pair[1], &byte, 1) ||
	    shutdown(pair[1], SHUT_WR) || read(pair[0], &byte, 1))
		return lg_error(errno, "no TIME_WAIT to destroy");
	return 0;
}

/* What says yes can do it.  Whether it has is not looked at here: a kernel that
 * says so and does nothing has a fault, and cases shall meet it. */
static int destroy_one(bool time_wait)
{
	int pair[2];
	struct lg_endpoints ends;

	int error = lg_loopback_enter();
	if (error)
		return error;
	struct nl_sock *nl = open_netlink(NETLINK_SOCK_DIAG);
	if (!nl)
		return -errno;
	error = lg_loopback_pair(AF_INET, pair);
	if (!error)
		error = endpoints_of(pair[0], &ends);
	if (!error && time_wait)
		error = enter_time_wait(pair);
	return error ? error : lg_diag_destroy(nl, &ends);
}

int lg_probe_socket_destroy(const char *name)
{
	(void)name;
	return destroy_one(false);
}

int lg_probe_socket_destroy_time_wait(const char *name)
{
	(void)name;
	return destroy_one(true);
}

int lg_probe_virtual_time(const char *name)
{
	(void)name;
	/* Set by the init of a guest whose clock jumps. */
	const char *set = getenv("LINGER_VIRTUAL_TIME");
	if (set && !strcmp(set, "1"))
		return 0;
	return lg_error(0, "time passes at its own pace here");
}

/* Some distributions let anyone make one, and take its capabilities away. */
int lg_probe_user_namespaces(const char *name)
{
	(void)name;
	if (unshare(CLONE_NEWUSER))
		return lg_error(errno, "no new user namespace");
	return lg_loopback_enter();
}

int lg_probe_sysctl(const char *name)
{
	char value[4096];
	int error = lg_loopback_enter();
	return error ? error : lg_sysctl_read(NULL, name, value, sizeof(value));
}

int lg_probe_counter(const char *name)
{
	uint64_t value;
	struct lg_counters *counters = lg_counters_read(NULL);
	return counters ? lg_counters_get(counters, name, &value) : -errno;
}

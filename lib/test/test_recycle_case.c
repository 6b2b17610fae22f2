// SPDX-License-Identifier: GPL-2.0-or-later
/* The recycle model as cases use it. */
#define LG_IMPLEMENTATION
#include "config.h"
#include "event.h"
#include "recycle.h"
#include "recycle_peer.h"
#include "unit.h"
#include "verdict.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define T 1000000000u

/* What a case brings, and this program doesn't need. */
const struct lg_case lg_case = {.topology = NULL};
const char lg_case_source[] = "", lg_case_path[] = "";

static struct client caller(uint16_t port, uint32_t tsval)
{
	return (struct client){.from = PEER,
			       .to = SERVER,
			       .port = port,
			       .to_port = PORT,
			       .timestamps = true,
			       .tsval = tsval};
}

static void begin(int family)
{
#ifndef HAVE_BPF
	lg_unit_skip("built without BPF");
#endif
	/* Where the kernel has the sysctl, it is the machine's. */
	if (!access("/proc/sys/net/ipv4/tcp_tw_recycle", F_OK))
		lg_unit_skip("the kernel has tcp_tw_recycle");
	peer_begin(family);
}

/* Has one SYN dropped. */
static void drop_one(void)
{
	struct client client = caller(20000, T), old = caller(20001, T - 1000);

	close(peer_connect(&client));
	peer_await(&client, LG_FIN | LG_ACK);
	peer_send(&client, LG_ACK);
	ck_assert_int_eq(peer_knock(&old), DROPPED);
}

/* Also in a guest, if its kernel doesn't have the sysctl. */
static void says_that_it_is_a_model(int row)
{
	char line[256];
	int ends[2];

	begin(IPV4);
	if (row == 1)
		ck_assert_int_eq(setenv("LINGER_GUEST", "1", 1), 0);
	lg_recycle_keep_initial();
	ck_assert_int_eq(pipe(ends), 0);
	lg_event_to(ends[1]);
	ck_assert_int_eq(lg_recycle(peer_server(), true), LG_RECYCLE_MODEL);
	ssize_t size = read(ends[0], line, sizeof(line) - 1);
	ck_assert_int_gt(size, 0);
	line[size] = '\0';
	ck_assert_ptr_nonnull(strstr(line, "\"event\":\"note\""));
	ck_assert_ptr_nonnull(strstr(line, "an eBPF model"));
}

static void drops_are_counted(int row)
{
	begin(row);
	lg_recycle(peer_server(), true);
	lg_assert_recycle_drops(peer_server(), 0);
	drop_one();
	lg_assert_recycle_drops(peer_server(), 1);
	lg_assert_counted(peer_server(), "LingerModelListenDrops", 1);
}

static void can_be_turned_off(int row)
{
	begin(row);
	lg_recycle(peer_server(), true);
	drop_one();
	ck_assert_int_eq(lg_recycle(peer_server(), false), LG_RECYCLE_MODEL);
	struct client old = caller(20002, T - 1000);
	ck_assert_int_eq(peer_knock(&old), ACCEPTED);
	lg_assert_recycle_drops(peer_server(), 1);
}

static void other_number_fails(int row)
{
	struct lg_outcome *outcome =
		mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(outcome, MAP_FAILED);

	begin(row);
	lg_recycle(peer_server(), true);
	drop_one();
	pid_t pid = fork();
	if (pid == 0) {
		lg_verdict_to(outcome);
		lg_assert_recycle_drops(peer_server(), 0);
		_exit(EXIT_SUCCESS);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert(outcome->ended);
	ck_assert_int_eq(outcome->verdict, LG_FAIL);
	ck_assert_str_eq(outcome->reason,
			 "server counted LingerModelPAWSPassive 1 times, "
			 "expected 0");
}

static const struct lg_unit units[] = {
	{"says_that_it_is_a_model", says_that_it_is_a_model, 2, 0},
	{"drops_are_counted", drops_are_counted, FAMILIES, 0},
	{"can_be_turned_off", can_be_turned_off, FAMILIES, 0},
	{"other_number_fails", other_number_fails, 0, 0},
	{0},
};

int main(int argc, char **argv)
{
	return lg_unit_main(argc, argv, units);
}

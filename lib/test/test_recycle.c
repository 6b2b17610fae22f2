// SPDX-License-Identifier: GPL-2.0-or-later
/* What the recycle model drops, against what Linux 4.9 was seen to; and how it
 * is put on a host and taken off. */
#define LG_IMPLEMENTATION
#include "config.h"
#include "error.h"
#include "recycle_model.h"
#include "unit.h"

#include <string.h>

#ifdef HAVE_BPF

/* A row is a family, where there is nothing else. */

static const struct {
	uint32_t difference;
	enum fate fate;
} differences[] = {
	{1, ACCEPTED},		 {0, ACCEPTED},
	{-1u, ACCEPTED},	 {-2u, DROPPED},
	{-1000u, DROPPED},	 {-0x7ffffffeu, DROPPED},
	{-0x7fffffffu, DROPPED}, {0x80000000, ACCEPTED},
	{0x7fffffff, ACCEPTED},
};
#define DIFFERENCES (int)(sizeof(differences) / sizeof(differences[0]))
#define DIFFERENCE_ROWS (FAMILIES * DIFFERENCES)

static void difference(int row)
{
	model_begin(row / DIFFERENCES);
	model_teach();
	model_assert_fate(
		differences[row % DIFFERENCES].fate,
		model_caller(T + 20 +
			     differences[row % DIFFERENCES].difference));
}

static void no_timestamp_is_dropped(int row)
{
	model_begin(row);
	struct client client = model_caller(0);
	client.timestamps = false;
	model_assert_fate(ACCEPTED, client);
	model_teach();
	client = model_caller(0);
	client.timestamps = false;
	model_assert_fate(DROPPED, client);
}

static void retries_are_dropped(int row)
{
	model_begin(row);
	model_teach();
	struct client old = model_caller(T),
		      other_clock = model_caller(T + 5000);
	for (uint32_t retry = 0; retry < 6; retry++) {
		old.tsval = T + retry;
		model_assert_fate(DROPPED, old);
	}
	model_assert_fate(ACCEPTED, other_clock);
}

static void other_addresses_and_ports(int row)
{
	model_begin(row);
	model_teach();

	struct client client = model_caller(T);
	client.to = SERVER_TOO;
	model_assert_fate(ACCEPTED, client);
	client = model_caller(T);
	client.from = PEER_TOO;
	model_assert_fate(ACCEPTED, client);
	client = model_caller(T);
	client.to_port = PORT_TOO;
	model_assert_fate(DROPPED, client);
	client = model_caller(T);
	client.to_port = PORT_CLOSED;
	model_assert_fate(RESET, client);
}

static void age(int row)
{
	model_begin(row);
	lg_recycle_advance(model, 0);
	model_teach();
	model_assert_fate(DROPPED, model_caller(T));
	/* Dropped SYNs don't make it younger. */
	lg_recycle_advance(model, 30);
	model_assert_fate(DROPPED, model_caller(T));
	lg_recycle_advance(model, AGED - 31);
	model_assert_fate(DROPPED, model_caller(T));
	lg_recycle_advance(model, 1);
	model_assert_fate(ACCEPTED, model_caller(T));
}

static void switched_off_and_on(int row)
{
	model_begin(row);
	model_teach();
	model_assert_fate(DROPPED, model_caller(T));
	lg_recycle_set(model, false);
	model_assert_fate(ACCEPTED, model_caller(T));
	lg_recycle_set(model, true);
	model_assert_fate(DROPPED, model_caller(T));
}

static void timestamps_off_later(int row)
{
	model_begin(row);
	model_teach();
	model_set_sysctl("tcp_timestamps", 0);
	model_assert_fate(DROPPED, model_caller(T));
	model_assert_fate(DROPPED, model_caller(T + 5000));
	model_set_sysctl("tcp_timestamps", 2);
	model_assert_fate(ACCEPTED, model_caller(T + 5000));
}

static void cookies_skip_the_check(int row)
{
	model_begin(row);
	model_teach();
	model_set_sysctl("tcp_syncookies", 2);
	model_assert_fate(ACCEPTED, model_caller(T));
	model_set_sysctl("tcp_syncookies", 1);
	model_assert_fate(DROPPED, model_caller(T));
}

static void time_wait_takes_newer(int row)
{
	model_begin(row);
	struct client client = model_caller(T);
	model_server_first(&client, peer_connect(&client));
	model_assert_fate(ACCEPTED, model_again(client, T + 21));
}

static void time_wait_challenges_older(int row)
{
	model_begin(row);
	struct client client = model_caller(T);
	model_server_first(&client, peer_connect(&client));

	struct client old = client;
	client.seq -= 100000; /* the timestamp is not all that is old */
	client = model_again(client, T);
	model_assert_fate(CHALLENGED, client);
	peer_send(&old, LG_RST);
	peer_settle();
	/* Now that there is no TIME_WAIT, the check is made. */
	model_assert_fate(DROPPED, client);
}

static void free_takes_it_off(int row)
{
	model_begin(row);
	model_teach();
	model_assert_fate(DROPPED, model_caller(T));
	lg_recycle_free(model);
	struct client client = model_caller(T);
	ck_assert_int_eq(peer_knock(&client), ACCEPTED);

	model_attach();
	model_assert_remembers(0);
}

static void one_a_host(int row)
{
	struct lg_recycle *second;

	model_begin(row);
	model_teach();
	ck_assert_int_eq(lg_recycle_attach(peer_server(), &second), -EEXIST);
	ck_assert_str_ne(lg_error_text(), "");
	model_assert_fate(DROPPED, model_caller(T));
}

static void none_at_a_router(int row)
{
	struct lg_recycle *none;

	peer_begin(row);
	peer_server()->net->topology->hosts[0].forward = true;
	ck_assert_int_eq(lg_recycle_attach(peer_server(), &none), -EOPNOTSUPP);
	ck_assert_str_eq(
		lg_error_text(),
		"recycle model: server forwards: Operation not supported");
}

static const struct lg_unit units[] = {
	{"difference", difference, DIFFERENCE_ROWS, 0},
	{"no_timestamp_is_dropped", no_timestamp_is_dropped, FAMILIES, 0},
	{"retries_are_dropped", retries_are_dropped, FAMILIES, 0},
	{"other_addresses_and_ports", other_addresses_and_ports, FAMILIES, 0},
	{"age", age, FAMILIES, 0},
	{"switched_off_and_on", switched_off_and_on, FAMILIES, 0},
	{"timestamps_off_later", timestamps_off_later, FAMILIES, 0},
	{"cookies_skip_the_check", cookies_skip_the_check, FAMILIES, 0},
	{"time_wait_takes_newer", time_wait_takes_newer, FAMILIES, 0},
	{"time_wait_challenges_older", time_wait_challenges_older, FAMILIES, 0},
	{"free_takes_it_off", free_takes_it_off, FAMILIES, 0},
	{"one_a_host", one_a_host, FAMILIES, 0},
	{"none_at_a_router", none_at_a_router, 0, 0},
	{0},
};

#else /* HAVE_BPF */

static void says_that_it_was_left_out(int row)
{
	struct lg_recycle *none;

	(void)row;
	ck_assert_int_eq(lg_recycle_attach(NULL, &none), -ENOSYS);
	ck_assert_ptr_nonnull(strstr(lg_error_text(), "left out"));
}

static const struct lg_unit units[] = {
	{"says_that_it_was_left_out", says_that_it_was_left_out, 0, 0},
	{0},
};

#endif /* HAVE_BPF */

int main(int argc, char **argv)
{
	return lg_unit_main(argc, argv, units);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two servers on one port need SO_REUSEPORT; SO_REUSEADDR is not enough.
 *
 * With SO_REUSEADDR on both sockets, bind() lets 127.0.0.1 and all addresses
 * have one port, and the first to listen() gets it: the second listen() gives
 * EADDRINUSE, unlike elsewhere, where the more specific address wins.  A socket
 * that is bound after that is refused by bind().  SO_REUSEPORT on both lets
 * them listen on the same address and port, if they are of one user: of two,
 * bind() refuses the second, so that nobody takes a share of another's clients.
 *
 * inet_csk_listen_start(), inet_csk_get_port(), inet_bind_conflict().
 *
 * Controls: neither option; the option on one of the two sockets only; another
 * address, which another user can have.
 *
 * Catches: a kernel that lets a program take a listening server's port, or
 * another user's, or keeps programs that agreed on it from sharing one.
 */

#include "linger.h"

#include <string.h>
#include <sys/fsuid.h>

#define OTHER_USER 65534

struct situation {
	int first, second; /* options; 0: none */
	bool other;	   /* another address, else all of them */
	int late_bind;	   /* errno, if the first listens already */
	int early_bind;	   /* errno, if not */
	int listen;	   /* errno of the second, if early_bind is 0 */
	uid_t user;	   /* who makes the second */
	bool same;	   /* both bind the first's address */
};

static int make_socket(struct lg_host *host, int option)
{
	int on = 1;
	int sock = lg_socket(host);

	if (option)
		ck_assert_int_eq(
			setsockopt(sock, SOL_SOCKET, option, &on, sizeof(on)),
			0);
	return sock;
}

static int make_second(struct lg_net *net, struct lg_host *host)
{
	const struct situation *is = lg_row_data(net);
	int own = is->user ? setfsuid(is->user) : 0;

	/* It says no more than whose it was. */
	if (is->user && setfsuid(is->user) != (int)is->user)
		lg_skip(net, "no user but one is mapped here");
	int sock = make_socket(host, is->second);
	if (is->user)
		setfsuid((uid_t)own);
	return sock;
}

static int error_of(int result)
{
	return result ? errno : 0;
}

static void run(struct lg_net *net)
{
	struct lg_host *server = lg_host(net, "server");
	const struct situation *is = lg_row_data(net);
	const char *loopback = lg_family(net) == AF_INET ? "127.0.0.1" : "::1";
	const char *second = is->other	? lg_address(server, 0)
			     : is->same ? loopback
					: NULL;

	int early = make_socket(server, is->first);
	int other = make_second(net, server);
	ck_assert_int_eq(lg_bind(early, loopback, 80), 0);
	ck_assert_int_eq(lg_bind(other, second, 80), is->early_bind);
	ck_assert_int_eq(listen(early, 1), 0);
	if (!is->early_bind)
		ck_assert_int_eq(error_of(listen(other, 1)), is->listen);
	lg_close(other);

	other = make_second(net, server);
	ck_assert_int_eq(lg_bind(other, second, 80), is->late_bind);
	if (!is->late_bind)
		ck_assert_int_eq(listen(other, 1), 0);

	if (is->first == SO_REUSEADDR && is->second == SO_REUSEADDR &&
	    !is->other)
		lg_claim(net, 61, false);
	if (is->first == SO_REUSEPORT && is->second == SO_REUSEPORT &&
	    !is->user)
		lg_claim(net, 62, true);
}

const struct lg_case lg_case = {
	.topology = "pair",
	.families = LG_IPV4 | LG_IPV6,
	.rows = {
		{ "neither",
		  &(const struct situation){ .late_bind = EADDRINUSE,
					     .early_bind = EADDRINUSE } },
		{ "neither_and_other_address",
		  &(const struct situation){ .other = true } },
		{ "reuseaddr",
		  &(const struct situation){ SO_REUSEADDR, SO_REUSEADDR,
					     .late_bind = EADDRINUSE,
					     .listen = EADDRINUSE } },
		{ "reuseaddr_and_other_address",
		  &(const struct situation){ SO_REUSEADDR, SO_REUSEADDR,
					     .other = true } },
		{ "reuseaddr_on_one",
		  &(const struct situation){ 0, SO_REUSEADDR,
					     .late_bind = EADDRINUSE,
					     .early_bind = EADDRINUSE } },
		{ "reuseport",
		  &(const struct situation){ SO_REUSEPORT, SO_REUSEPORT } },
		{ "reuseport_on_one",
		  &(const struct situation){ SO_REUSEPORT, 0,
					     .late_bind = EADDRINUSE,
					     .early_bind = EADDRINUSE } },
		{ "reuseport_of_two_users",
		  &(const struct situation){ SO_REUSEPORT, SO_REUSEPORT,
					     .late_bind = EADDRINUSE,
					     .early_bind = EADDRINUSE,
					     .user = OTHER_USER } },
		{ "reuseport_of_two_users_and_same_address",
		  &(const struct situation){ SO_REUSEPORT, SO_REUSEPORT,
					     .late_bind = EADDRINUSE,
					     .early_bind = EADDRINUSE,
					     .user = OTHER_USER,
					     .same = true } },
		{ "reuseport_and_same_address",
		  &(const struct situation){ SO_REUSEPORT, SO_REUSEPORT,
					     .same = true } },
		{ "reuseport_of_two_users_and_other_address",
		  &(const struct situation){ SO_REUSEPORT, SO_REUSEPORT,
					     .other = true,
					     .user = OTHER_USER } },
		{ "one_of_each",
		  &(const struct situation){ SO_REUSEADDR, SO_REUSEPORT,
					     .late_bind = EADDRINUSE,
					     .early_bind = EADDRINUSE } },
	},
	.claims = "61 62",
	.run = run,
};

// SPDX-License-Identifier: GPL-2.0-or-later
/* What is no topology, and what is said of it. */
#include "nameless.h"
#include "topology.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define N_ROWS(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* Reads what must be refused; the message without the file's name. */
static char *refusal(const char *text, size_t size,
		     const struct lg_topology_param *params)
{
	char path[NAMELESS_ROOM], *error = NULL;
	FILE *file = nameless(text, size, path);

	ck_assert_ptr_null(lg_topology_read(path, params, &error));
	fclose(file);
	ck_assert_ptr_nonnull(error);
	ck_assert_msg(!strncmp(error, path, strlen(path)), "%s", error);
	memmove(error, error + strlen(path), strlen(error + strlen(path)) + 1);
	return error;
}

static const struct {
	const char *text, *message;
} bad[] = {
	/* the file */
	{"", ": the file is empty"},
	{" \n", ": there is no graph"},
	{"graph {\n a - b }", ":2: syntax error near '-'"},
	{"graph {\n a -> b }", ":2: syntax error near '->'"},
	{"graph {\n a -- b\n", ":3: syntax error at the end"},
	{"graph {\n a [net=\"x]\n}",
	 ":2: syntax error scanning a quoted string (missing endquote? longer "
	 "than 16384?)"},
	{"graph {\n 1a\n a -- }", ":3: syntax error near '}'"},
	{"graph { a }\n b", ":2: something follows the graph"},
	{"graph { a }\n\ngraph { b }", ":3: something follows the graph"},
	{"digraph { a -> b }", ": the graph is directed: links go both ways, "
			       "'graph' and '--' say so"},
	{"graph { }", ": there are no hosts"},
	{"graph { a [repeat=0] b [repeat=0] a -- b -- a }",
	 ": there are no hosts"},

	/* names of attributes */
	{"graph {\n a -- b\n b -- c [\n netm=\"delay 1ms\"]}",
	 ":4: link b -- c: unknown attribute 'netm'; is it netem, net?"},
	{"graph {\n a [colour=red]}",
	 ":2: host a: unknown attribute 'colour'; is it color?"},
	{"graph {\n xyzzy=1\n a }", ":2: unknown attribute 'xyzzy'"},
	{"graph {\n node [foward=true]\n a }",
	 ":2: host a: unknown attribute 'foward'; is it forward?"},
	{"graph { a [net=\"10.0.0.0/24\"] }",
	 ":1: host a: attribute 'net' is for links"},
	{"graph { a -- b [forward=true] }",
	 ":1: link a -- b: attribute 'forward' is for hosts"},
	{"graph {\n a\n a [params=\"k=1\"] }",
	 ":3: host a: attribute 'params' is for the graph"},

	/* parameters */
	{"graph {\n params=\"k\"\n a }", ":2: params: 'k' is not NAME=VALUE"},
	{"graph { params=\"1=2\" a }", ":1: params: '1=2' is not NAME=VALUE"},
	{"graph { params=\"k=1 k=2\" a }", ":1: params: k is given twice"},
	{"graph { params=\"k=1\" a [repeat=\"$kk\"] }",
	 ":1: host a: repeat: there is no parameter 'kk'"},
	{"graph { story=\"5 $\" a }",
	 ":1: story: a $ without a parameter's name"},

	/* hosts */
	{"graph {\n \"a/b\" }", ":2: 'a/b' is no name for a host: letters, "
				"digits, '-' and '_' are"},
	{"graph { \"\" }", ":1: '' is no name for a host: letters, digits, '-' "
			   "and '_' are"},
	{"graph { a\n -- abcdefghijklmnop }",
	 ":2: 'abcdefghijklmnop' is no name for a host: it is longer than 15 "
	 "characters"},
	{"graph { abcdefghijklmno [repeat=1] a -- abcdefghijklmno -- b }",
	 ":1: 'abcdefghijklmno1' is no name for a host: it is longer than 15 "
	 "characters"},
	{"graph { lo }", ":1: 'lo' is no name for a host: it is reserved"},
	{"graph { all }", ":1: 'all' is no name for a host: it is reserved"},
	{"graph { default }",
	 ":1: 'default' is no name for a host: it is reserved"},
	{"graph { lg7 }", ":1: 'lg7' is no name for a host: it is reserved"},
	{"graph {\n r1\n r [repeat=2]\n a -- r -- b }",
	 ":3: there are two hosts 'r1'"},
	{"graph { a [forward=yes] }",
	 ":1: host a: forward: 'yes' is neither true nor false"},
	{"graph { a [strip=mss] }",
	 ":1: host a: strip: 'mss' is neither timestamp nor no"},
	{"graph { a [repeat=256] }",
	 ":1: host a: repeat: '256' is no number from 0 to 255"},
	{"graph { a [repeat=\"2x\"] }",
	 ":1: host a: repeat: '2x' is no number from 0 to 255"},
	{"graph { a [repeat=\"-1\"] }",
	 ":1: host a: repeat: '-1' is no number from 0 to 255"},
	{"graph { a [repeat=2]\n a -- b }",
	 ":1: host a: a repeated host has two links, not 1"},
	{"graph { a [repeat=2]\n b -- a -- c -- a }",
	 ":1: host a: a repeated host has two links, not 3"},
	{"graph {\n b -- a\n a -- b\n a [repeat=0] }",
	 ":3: link a -- b: this joins a host to itself"},

	/* sysctls */
	{"graph { a [sysctls=\"net.x\"] }",
	 ":1: host a: sysctls: 'net.x' is not NAME=VALUE"},
	{"graph { a [sysctls=\"net.x= ; net.y=1\"] }",
	 ":1: host a: sysctls: 'net.x=' is not NAME=VALUE"},
	{"graph {\n a [\n sysctls=\"kernel.panic=1\"] }",
	 ":3: host a: sysctls: 'kernel.panic' is no sysctl of a host's own: "
	 "those begin with net."},
	{"graph { a [sysctls=\"net.../x=1\"] }",
	 ":1: host a: sysctls: 'net.../x' is no sysctl of a host's own: those "
	 "begin with net."},
	{"graph { a [sysctls=\"net.x=1;net.x=2\"] }",
	 ":1: host a: sysctls: net.x is given twice"},

	/* addresses */
	{"graph { a [addresses=\"192.0.2.1\"] }",
	 ":1: host a: addresses: '192.0.2.1' lacks its /LENGTH"},
	{"graph { a [addresses=\"192.0.2.256/24\"] }",
	 ":1: host a: addresses: '192.0.2.256' is no address"},
	{"graph { a [addresses=\"192.0.2.1/33\"] }",
	 ":1: host a: addresses: 192.0.2.1/33: '33' is no number from 1 to 32"},
	{"graph { a [addresses=\"2001:db8::1/129\"] }",
	 ":1: host a: addresses: 2001:db8::1/129: '129' is no number from 1 to "
	 "128"},
	{"graph { a [addresses=\"127.0.0.2/8\"] }",
	 ":1: host a: addresses: 127.0.0.2/8 is not for hosts to have"},
	{"graph { a [addresses=\"ff02::1/64\"] }",
	 ":1: host a: addresses: ff02::1/64 is not for hosts to have"},
	{"graph { a [addresses=\"192.0.2.0/24\"] }",
	 ":1: host a: addresses: 192.0.2.0/24 is the network, not a host"},
	{"graph { a [addresses=\"192.0.2.255/24\"] }",
	 ":1: host a: addresses: 192.0.2.255/24 is the broadcast address"},
	{"graph {\n a [addresses=\"192.0.2.1/32\"]\n"
	 " b [addresses=\"192.0.2.1/32\"] }",
	 ":3: hosts a and b both have address 192.0.2.1/32"},
	{"graph { a [addresses=\"192.0.2.1/32 192.0.2.1/32\"] }",
	 ":1: host a has address 192.0.2.1/32 twice"},
	{"graph {\n a -- b\n c [addresses=\"10.0.1.2/32\"] }",
	 ":3: hosts b and c both have address 10.0.1.2/32"},

	/* networks */
	{"graph { a -- b [net=\"10.0.1.1/24\"] }",
	 ":1: link a -- b: net: 10.0.1.1/24 is an address within the network "
	 "10.0.1.0/24"},
	{"graph { a -- b [net=\"10.0.1.0/24 10.0.2.0/24\"] }",
	 ":1: link a -- b: net: 10.0.2.0/24 is a second one of its family"},
	{"graph { a -- b [net=\"10.0.1.0/24 x\"] }",
	 ":1: link a -- b: net: 'x' lacks its /LENGTH"},
	{"graph {\n a -- b\n b -- c [net=\"10.0.0.0/16\"] }",
	 ":3: network 10.0.0.0/16 of link b -- c overlaps 10.0.1.0/24 of link "
	 "a "
	 "-- b"},
	{"graph {\n a -- b\n b -- c [net=\"fd00:0:1::/64\"] }",
	 ":3: network fd00:0:1::/64 of link b -- c overlaps fd00:0:1::/64 of "
	 "link a -- b"},
	{"graph { a -- b [net=\"10.0.1.0/24\" tailaddr=\"10.0.2.1/24\"] }",
	 ":1: address 10.0.2.1/24 of host a is not in the link's network "
	 "10.0.1.0/24"},
	{"graph { a -- b [tailaddr=\"10.0.1.1/24\" headaddr=\"10.0.1.2/25\"] }",
	 ":1: address 10.0.1.2/25 of host b is not in the link's network "
	 "10.0.1.0/24"},
	{"graph { a -- b [net=\"10.0.1.0/31\"] }",
	 ":1: address 10.0.1.2/31 of host b is not in the link's network "
	 "10.0.1.0/31"},
	{"graph { a -- b [headaddr=\"10.0.1.1/24\"] }",
	 ":1: hosts a and b both have address 10.0.1.1/24"},
	{"graph { a -- b -- b }",
	 ":1: link b -- b: this joins a host to itself"},
	{"graph { a -- abcdefghijklmno; a -- abcdefghijklmno }",
	 ":1: interface of host a: 'abcdefghijklmno2' is no name for a host: "
	 "it "
	 "is longer than 15 characters"},

	/* netem */
	{"graph { a -- b [netem=\"dealy 1ms\"] }",
	 ":1: link a -- b: netem: 'dealy' is none of delay, loss, duplicate, "
	 "reorder and limit"},
	{"graph { a -- b [netem=\"delay\"] }",
	 ":1: link a -- b: netem: delay lacks its value"},
	{"graph { a -- b [netem=\"delay 20\"] }",
	 ":1: link a -- b: netem: delay: '20' is no time such as 20ms, 1.5s or "
	 "100us"},
	{"graph { a -- b [netem=\"delay 1ms 5xs\"] }",
	 ":1: link a -- b: netem: jitter: '5xs' is no time such as 20ms, 1.5s "
	 "or 100us"},
	{"graph { a -- b [netem=\"delay 1.ms\"] }",
	 ":1: link a -- b: netem: delay: '1.ms' is no time such as 20ms, 1.5s "
	 "or 100us"},
	{"graph { a -- b [netem=\"delay 275s\"] }",
	 ":1: link a -- b: netem: delay: '275s' is longer than 274s, up to "
	 "which netem counts"},
	{"graph { a -- b [netem=\"delay 1ms 274001ms\"] }",
	 ":1: link a -- b: netem: jitter: '274001ms' is longer than 274s, up "
	 "to which netem counts"},
	{"graph { a -- b [tailnetem=\"loss 1\"] }",
	 ":1: link a -- b: tailnetem: loss: '1' is no share from 0% to 100%"},
	{"graph { a -- b [headnetem=\"loss 100.1%\"] }",
	 ":1: link a -- b: headnetem: loss: '100.1%' is no share from 0% to "
	 "100%"},
	{"graph { a -- b [netem=\"loss 1% 25%\"] }",
	 ":1: link a -- b: netem: '25%' is none of delay, loss, duplicate, "
	 "reorder and limit"},
	{"graph { a -- b [netem=\"loss 1% loss 2%\"] }",
	 ":1: link a -- b: netem: loss is given twice"},
	{"graph { a -- b [netem=\"limit 0\"] }",
	 ":1: link a -- b: netem: limit: '0' is no number from 1 to 10000000"},
	{"graph { a -- b [netem=\"limit 99999999999999999999\"] }",
	 ":1: link a -- b: netem: limit: '99999999999999999999' is no number "
	 "from 1 to 10000000"},
	{"graph { a -- b [netem=\"reorder 1%\"] }",
	 ":1: link a -- b: netem: reorder needs a delay: what is reordered "
	 "overtakes what is delayed"},
	{"graph {\n edge [netem=\"oops 1\"]\n a -- b [tailnetem=\"loss 1%\"] }",
	 ":2: link a -- b: netem: 'oops' is none of delay, loss, duplicate, "
	 "reorder and limit"},

	/* NAT */
	{"graph { a -- b [tailnat=\"nat\"] }",
	 ":1: link a -- b: tailnat: 'nat' is none of masquerade, snat and "
	 "dnat"},
	{"graph { a -- b [tailnat=\"masquerade 80\"] }",
	 ":1: link a -- b: tailnat: masquerade: '80' is not understood"},
	{"graph { a -- b [tailnat=\"masquerade 2000-1000\"] }",
	 ":1: link a -- b: tailnat: masquerade: ports: 2000-1000 runs "
	 "backwards"},
	{"graph { a -- b [tailnat=\"masquerade 0-1000\"] }",
	 ":1: link a -- b: tailnat: masquerade: ports: '0' is no number from 1 "
	 "to 65535"},
	{"graph { a -- b [tailnat=\"masquerade random x\"] }",
	 ":1: link a -- b: tailnat: masquerade: 'x' is not understood"},
	{"graph { a -- b [tailnat=\"snat random\"] }",
	 ":1: link a -- b: tailnat: snat: the address is missing"},
	{"graph { a -- b [tailnat=\"snat 1.2.3\"] }",
	 ":1: link a -- b: tailnat: snat: '1.2.3' is no address"},
	{"graph { a -- b [tailnat=\"snat 10.0.1.1 10.0.1.2\"] }",
	 ":1: link a -- b: tailnat: snat: '10.0.1.2' is a second address of "
	 "its "
	 "family"},
	{"graph { a -- b [tailnat=\"snat 10.0.1.2\"] }",
	 ":1: snat to 10.0.1.2, which host a does not have"},
	{"graph {\n a -- b [\n headnat=\"dnat 80 c\"] }",
	 ":3: link a -- b: headnat: dnat: there is no host 'c'"},
	{"graph { a -- b [headnat=\"dnat 80\"] }",
	 ":1: link a -- b: headnat: dnat: a port and a host are needed"},
	{"graph { a -- b [headnat=\"dnat 65536 a\"] }",
	 ":1: link a -- b: headnat: dnat: port: '65536' is no number from 1 to "
	 "65535"},
	{"graph { a -- b [headnat=\"dnat 80 a:\"] }",
	 ":1: link a -- b: headnat: dnat: port of a: '' is no number from 1 to "
	 "65535"},
	{"graph { a -- b [headnat=\"masquerade; dnat 80 a b\"] }",
	 ":1: link a -- b: headnat: dnat: 'b' is not understood"},
};

static void says_what_is_wrong(int row)
{
	char *message = refusal(bad[row].text, strlen(bad[row].text), NULL);

	ck_assert_str_eq(message, bad[row].message);
	free(message);
}

static void refuses_unknown_parameters(int row)
{
	(void)row;
	static const char text[] = "graph {\n params=\"k=1\"\n a }";
	const struct lg_topology_param given[] = {
		{"k", "2"}, {"n", "1"}, {NULL, NULL}};
	char *message = refusal(text, strlen(text), given);

	ck_assert_str_eq(message, ":2: params: there is no parameter 'n'");
	free(message);
}

static void refuses_what_is_no_text(int row)
{
	(void)row;
	char *message = refusal("graph { \0 }", 11, NULL), *error = NULL;

	ck_assert_str_eq(message, ": this is no text");
	free(message);

	ck_assert_ptr_null(lg_topology_read("/nowhere/x.gv", NULL, &error));
	ck_assert_str_eq(error, "/nowhere/x.gv: cannot open: No such file or "
				"directory");
	free(error);
	ck_assert_ptr_null(lg_topology_read("/", NULL, &error));
	ck_assert_str_eq(error, "/: cannot read: Is a directory");
	free(error);
}

static void a_bad_file_does_not_spoil_the_next(int row)
{
	static const char *const spoiling[] = {"graph { a -- \"b",
					       "graph { a -- }",
					       "graph { a } graph { b }"};
	static const char text[] = "graph g {\n a -- b }";
	char path[NAMELESS_ROOM], *error = NULL;

	free(refusal(spoiling[row], strlen(spoiling[row]), NULL));

	FILE *file = nameless(text, strlen(text), path);
	struct lg_topology *topology = lg_topology_read(path, NULL, &error);
	ck_assert_msg(topology != NULL, "%s", error);
	ck_assert_uint_eq(topology->n_hosts, 2);
	ck_assert_int_eq(topology->links[0].line, 2);
	lg_topology_free(topology);
	fclose(file);
}

static const struct lg_unit units[] = {
	{.name = "says_what_is_wrong",
	 .run = says_what_is_wrong,
	 .rows = N_ROWS(bad)},
	{.name = "refuses_unknown_parameters",
	 .run = refuses_unknown_parameters},
	{.name = "refuses_what_is_no_text", .run = refuses_what_is_no_text},
	{.name = "a_bad_file_does_not_spoil_the_next",
	 .run = a_bad_file_does_not_spoil_the_next,
	 .rows = 3},
	{.name = NULL},
};

int main(int argc, char **argv)
{
	return lg_unit_main(argc, argv, units);
}

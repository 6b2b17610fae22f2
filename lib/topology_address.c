// SPDX-License-Identifier: GPL-2.0-or-later
#include "error.h"
#include "topology_parts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned family_bits(int family)
{
	return family == AF_INET ? 32 : 128;
}

static bool bits_equal(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole))
		return false;
	return !rest || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

const char *lg_prefix_print(const struct lg_prefix *prefix,
			    char text[LG_PREFIX_TEXT])
{
	inet_ntop(prefix->family, prefix->bytes, text, LG_PREFIX_TEXT);
	size_t length = strlen(text);
	snprintf(text + length, LG_PREFIX_TEXT - length, "/%u", prefix->length);
	return text;
}

/* ---- reading ------------------------------------------------------------ */

int lg_address_parse(const char *word, struct lg_prefix *address)
{
	struct lg_prefix read = {.family = AF_INET};

	if (strchr(word, ':'))
		read.family = AF_INET6;
	if (inet_pton(read.family, word, read.bytes) != 1)
		return lg_error(0, "'%s' is no address", word);
	read.length = family_bits(read.family);
	*address = read;
	return 0;
}

/* What cannot be the address of an interface or leads out of no host. */
static bool is_special(const struct lg_prefix *prefix)
{
	static const struct lg_prefix special[] = {
		{AF_INET, {0}, 8},
		{AF_INET, {127}, 8},
		{AF_INET, {224}, 3},
		{AF_INET6, {0}, 96},
		{AF_INET6, {[10] = 0xff, [11] = 0xff}, 96},
		{AF_INET6, {0xfe, 0x80}, 10},
		{AF_INET6, {0xff}, 8},
	};

	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (lg_prefix_covers(&special[i], prefix) ||
		    lg_prefix_covers(prefix, &special[i]))
			return true;
	return false;
}

/* "ADDRESS/LENGTH"; cuts the word. */
static int parse_prefix(char *word, struct lg_prefix *prefix)
{
	char *slash = strchr(word, '/');
	unsigned length;

	if (!slash)
		return lg_error(0, "'%s' lacks its /LENGTH", word);
	*slash = '\0';
	if (lg_address_parse(word, prefix))
		return -EIO;
	*slash = '/';
	if (lg_number_parse(slash + 1, 1, family_bits(prefix->family), &length))
		return lg_error_in(-EIO, "%s", word);
	prefix->length = length;
	if (is_special(prefix))
		return lg_error(0, "%s is not for hosts to have", word);
	return 0;
}

static int parse_network(char *word, struct lg_prefix *network)
{
	if (parse_prefix(word, network))
		return -EIO;
	struct lg_prefix exact = lg_network_of(network);
	if (!lg_prefix_same_address(network, &exact)) {
		char text[LG_PREFIX_TEXT];
		return lg_error(0, "%s is an address within the network %s",
				word, lg_prefix_print(&exact, text));
	}
	return 0;
}

/* The all-zeros address of a network is the network (RFC 1812, 4.2.3.1) or
 * its routers' anycast address (RFC 4291, 2.6.1), all ones in IPv4 its
 * broadcast; not so where a network has but two addresses or one. */
static int parse_host_address(char *word, struct lg_prefix *address)
{
	if (parse_prefix(word, address))
		return -EIO;

	unsigned host_bits = family_bits(address->family) - address->length;
	struct lg_prefix first = lg_network_of(address), last = first;
	for (unsigned bit = address->length; bit < family_bits(address->family);
	     bit++)
		last.bytes[bit / 8] |= 0x80 >> bit % 8;

	if (host_bits < 2)
		return 0;
	if (lg_prefix_same_address(address, &first))
		return lg_error(0, "%s is the network, not a host", word);
	if (address->family == AF_INET &&
	    lg_prefix_same_address(address, &last))
		return lg_error(0, "%s is the broadcast address", word);
	return 0;
}

/* One a family. */
static int parse_pair(char *text, int (*parse)(char *, struct lg_prefix *),
		      struct lg_prefix prefixes[LG_FAMILIES])
{
	bool seen[LG_FAMILIES] = {false};
	char *rest;

	for (char *word = strtok_r(text, LG_BLANKS, &rest); word;
	     word = strtok_r(NULL, LG_BLANKS, &rest)) {
		struct lg_prefix prefix;
		if (parse(word, &prefix))
			return -EIO;
		enum lg_family_index f = lg_family_index(prefix.family);
		if (seen[f])
			return lg_error(0, "%s is a second one of its family",
					word);
		seen[f] = true;
		prefixes[f] = prefix;
	}
	return 0;
}

int lg_networks_parse(char *text, struct lg_prefix networks[LG_FAMILIES])
{
	return parse_pair(text, parse_network, networks);
}

int lg_link_addresses_parse(char *text, struct lg_prefix addresses[LG_FAMILIES])
{
	return parse_pair(text, parse_host_address, addresses);
}

int lg_host_addresses_parse(char *text, struct lg_topology_host *host)
{
	char *rest;

	for (char *word = strtok_r(text, LG_BLANKS, &rest); word;
	     word = strtok_r(NULL, LG_BLANKS, &rest)) {
		struct lg_prefix *addresses =
			reallocarray(host->addresses, host->n_addresses + 1,
				     sizeof(*addresses));
		if (!addresses)
			return lg_error(0, "out of memory");
		host->addresses = addresses;
		if (parse_host_address(word, &addresses[host->n_addresses]))
			return -EIO;
		host->n_addresses++;
	}
	return 0;
}

/* ---- reckoning ---------------------------------------------------------- */

void lg_network_default(unsigned n, struct lg_prefix networks[LG_FAMILIES])
{
	networks[LG_V4] = (struct lg_prefix){
		AF_INET, {10, (uint8_t)(n >> 8), (uint8_t)n}, 24};

	/* n is to look the same in both: the digits of link 12 are :12: */
	unsigned digits = n % 10 | n / 10 % 10 << 4 | n / 100 % 10 << 8 |
			  n / 1000 % 10 << 12;
	networks[LG_V6] = (struct lg_prefix){
		AF_INET6,
		{0xfd, [4] = (uint8_t)(digits >> 8), [5] = (uint8_t)digits},
		64};
}

struct lg_prefix lg_network_of(const struct lg_prefix *address)
{
	struct lg_prefix network = *address;

	for (unsigned bit = address->length; bit < 128; bit++)
		network.bytes[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
	return network;
}

struct lg_prefix lg_network_address(const struct lg_prefix *network, unsigned n)
{
	struct lg_prefix address = *network;

	address.bytes[family_bits(network->family) / 8 - 1] |= (uint8_t)n;
	return address;
}

bool lg_prefix_covers(const struct lg_prefix *outer,
		      const struct lg_prefix *inner)
{
	return outer->family == inner->family &&
	       outer->length <= inner->length &&
	       bits_equal(outer->bytes, inner->bytes, outer->length);
}

bool lg_prefix_same_address(const struct lg_prefix *a,
			    const struct lg_prefix *b)
{
	return a->family == b->family &&
	       bits_equal(a->bytes, b->bytes, family_bits(a->family));
}

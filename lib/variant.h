/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The variants of a case: its families, rows, topology parameters, inputs and
 * sysctl values in all their combinations.
 */
#ifndef LG_VARIANT_H
#define LG_VARIANT_H

#include "linger.h"

struct lg_setting {
	char *host; /* NULL: a parameter of the topology, or an input */
	char *name;
	char *value;
	bool input;
};

struct lg_variant {
	char *name; /* "ipv4,ack_lost,client.tcp_tw_reuse=1" */
	int family;
	const struct lg_row *row;    /* NULL if the case has no rows */
	struct lg_setting *settings; /* the later ones are stronger */
	size_t n_settings;
	unsigned lasts_ms;
	bool bulk;
};

struct lg_variants {
	struct lg_variant *list;
	size_t n;
};

/*
 * The variants of a case.  `vary` are n_vary texts "HOST.SYSCTL=VALUE,VALUE"
 * from the command line, which replace what the case and its rows say of that
 * sysctl or add to it ("net.ipv4." may be left out; HOST "*" is every host), or
 * "NAME=VALUE,VALUE" of a parameter or an input that the case has;
 * `families` is LG_IPV4 | LG_IPV6.
 * Returns 0, or -EINVAL with lg_error_text(): for a text that is none, and if
 * the case gives something of its own no value.
 */
int lg_variants_make(const struct lg_case *of, unsigned families,
		     char *const *vary, size_t n_vary,
		     struct lg_variants *variants);
void lg_variants_free(struct lg_variants *variants);

#endif

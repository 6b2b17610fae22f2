// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel that it runs on can do, and what it does by default: one line
 * of JSON.
 *
 *  {"release":"7.2.13",
 *   "needs":{"netem":null,"recycle":"why it is not met",...},
 *   "counters":{"PAWSTimewait":true,...},
 *   "sysctls":{"net.ipv4.tcp_tw_reuse":"2","net...":null,...}}
 *
 * `linger kernel show` runs it.
 */
#include "counter.h"
#include "error.h"
#include "loopback.h"
#include "need.h"
#include "sysctl.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* That tell kernels apart: what came with a change of behaviour, or went. */
static const char *const counters[] = {
	"PAWSOldAck",		 /* since 6.14: bare old ACKs are ignored */
	"PAWSPassive",		 /* up to 4.11: tcp_tw_recycle */
	"PAWSTimewait",		 /* since 6.16: old segments to a TIME_WAIT */
	"TCPACKSkippedTimeWait", /* since 4.0: a TIME_WAIT's ACKs are limited */
	"TCPSYNChallenge",	 /* since 3.6: RFC 5961 */
};

static const char *const sysctls[] = {
	"net.ipv4.ip_local_port_range",	    "net.ipv4.ip_local_port_step_width",
	"net.ipv4.tcp_fin_timeout",	    "net.ipv4.tcp_invalid_ratelimit",
	"net.ipv4.tcp_max_tw_buckets",	    "net.ipv4.tcp_rfc1337",
	"net.ipv4.tcp_syn_linear_timeouts", "net.ipv4.tcp_timestamps",
	"net.ipv4.tcp_tw_recycle",	    "net.ipv4.tcp_tw_reuse",
	"net.ipv4.tcp_tw_reuse_delay",
};

static json_t *find_needs(void)
{
	json_t *needs = json_object();
	const char *name;
	for (size_t i = 0; (name = lg_need_name(i)); i++) {
		char why[512] = "";
		int met = lg_need_probe(name, why, sizeof(why));
		json_object_set_new(
			needs, name,
			met > 0 ? json_null()
				: json_string(met < 0 ? lg_error_text() : why));
	}
	return needs;
}

static json_t *find_counters(void)
{
	json_t *found = json_object();
	struct lg_counters *now = lg_counters_read(NULL);
	if (!now)
		return NULL;
	for (size_t i = 0; i < LENGTH(counters); i++) {
		uint64_t value;
		bool there = !lg_counters_get(now, counters[i], &value);
		json_object_set_new(found, counters[i], json_boolean(there));
	}
	lg_counters_free(now);
	return found;
}

static json_t *find_sysctls(void)
{
	json_t *found = json_object();
	for (size_t i = 0; i < LENGTH(sysctls); i++) {
		char value[128];
		int error =
			lg_sysctl_read(NULL, sysctls[i], value, sizeof(value));
		json_object_set_new(found, sysctls[i],
				    error ? json_null() : json_string(value));
	}
	return found;
}

int main(void)
{
	struct utsname system;
	uname(&system);
	json_t *needs = find_needs();
	/* Their defaults are those of a new namespace. */
	int error = lg_loopback_enter();
	json_t *found_counters = error ? NULL : find_counters();
	if (!found_counters) {
		fprintf(stderr, "linger-probe: %s\n", lg_error_text());
		return EXIT_FAILURE;
	}
	json_t *all = json_pack("{s:s, s:o, s:o, s:o}", "release",
				system.release, "needs", needs, "counters",
				found_counters, "sysctls", find_sysctls());
	error = json_dumpf(all, stdout, JSON_COMPACT);
	putchar('\n');
	return error || fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The life of a variant, from an empty world to its verdict. */
#define LG_IMPLEMENTATION
#include "bundle.h"

#include "canonical.h"
#include "counter.h"
#include "describe.h"
#include "event.h"
#include "judge.h"
#include "recycle.h"
#include "report.h"
#include "sysctl.h"
#include "topology.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* One that is read, from this file, for all variants of this process. */
static struct {
	char file[PATH_MAX];
	struct lg_topology *topology; /* NULL: it is not */
} ready;

static void name_file(char file[PATH_MAX], const char *topology_dir)
{
	snprintf(file, PATH_MAX, "%s/%s.gv", topology_dir, lg_case.topology);
}

void lg_body_prepare(const char *topology_dir)
{
	const struct lg_topology_param none = {0};
	char *error = NULL;

	/* With parameters it is another one for each of their values. */
	if (lg_case.params[0].name)
		return;
	name_file(ready.file, topology_dir);
	ready.topology = lg_topology_read(ready.file, &none, &error);
	free(error);
}

static struct lg_topology *read_topology(const struct lg_job *job)
{
	const struct lg_variant *variant = job->variant;
	struct lg_topology_param params[LENGTH(lg_case.params) + 1] = {0};
	char file[PATH_MAX], *error = NULL;

	name_file(file, job->topology_dir);
	if (ready.topology && !strcmp(file, ready.file))
		return ready.topology;

	for (size_t i = 0, n = 0; i < variant->n_settings; i++) {
		const struct lg_setting *setting = &variant->settings[i];
		if (!setting->host && !setting->input)
			params[n++] = (struct lg_topology_param){
				setting->name, setting->value};
	}
	struct lg_topology *topology = lg_topology_read(file, params, &error);
	if (!topology)
		lg_broken("%s", error);
	return topology;
}

static void set(struct lg_host *host, const struct lg_setting *setting)
{
	int result = lg_sysctl_write(host, setting->name, setting->value);
	if (result == -ENOENT)
		lg_skip_for("needs sysctl %s: this kernel has none",
			    setting->name);
	if (result)
		lg_broken("%s", lg_error_text());
}

static void apply_settings(struct lg_net *net, const struct lg_variant *variant)
{
	for (size_t i = 0; i < variant->n_settings; i++) {
		const struct lg_setting *setting = &variant->settings[i];
		if (!setting->host)
			continue;
		if (strcmp(setting->host, "*")) {
			set(lg_host(net, setting->host), setting);
			continue;
		}
		for (size_t j = 0; j < net->topology->n_hosts; j++)
			set(&net->hosts[j], setting);
	}
}

static struct lg_net *build(const struct lg_job *job)
{
	struct lg_topology *topology = read_topology(job);

	bool has_netem = topology->has_netem;
	if (has_netem)
		lg_skip_without("netem");
	if (topology->has_nat)
		lg_skip_without("nat");
	if (topology->has_strip)
		lg_skip_without("strip");
	for (size_t i = 0; i < LENGTH(lg_case.needs) && lg_case.needs[i]; i++)
		lg_skip_without(lg_case.needs[i]);

	struct lg_net *net = lg_net_build(topology, job->variant->family);
	if (!net && errno == EAFNOSUPPORT)
		lg_skip_for("needs %s", lg_error_text());
	if (!net) {
		/* What joins the halves of a link.  Not tried before: a guest's
		 * dice for netem would fall differently. */
		if (has_netem)
			lg_skip_without("netdev");
		lg_broken_by("cannot build topology %s", lg_case.topology);
	}
	net->variant = job->variant;
	apply_settings(net, job->variant);
	for (size_t i = 0; i < net->topology->n_hosts; i++) {
		struct lg_host *host = &net->hosts[i];
		if (!job->variant->bulk && lg_trace_host(host))
			lg_broken_by("cannot capture");
		if (lg_counters_begin(host))
			lg_broken_by("cannot read the counters of %s",
				     host->name);
	}
	return net;
}

/* What TCP counts is compared from kernel to kernel; what IPv6 and ICMP do by
 * themselves (MLD) is none of a case's doing. */
static bool is_tcp(const struct lg_counter_move *move)
{
	return !strncmp(move->group, "Tcp", 3);
}

static void say_counters(struct lg_host *host)
{
	struct lg_counters *now = lg_counters_read_tcp(host);
	struct lg_counter_move move;
	json_t *moved = json_object();

	if (!now)
		lg_broken_by("cannot read the counters of %s", host->name);
	for (size_t position = 0; lg_counters_next_move(host->counted_from, now,
							&position, &move);) {
		if (is_tcp(&move))
			json_object_set_new(moved, move.name,
					    json_integer((json_int_t)move.by));
	}
	lg_counters_free(now);
	lg_event("counters",
		 json_pack("{s:s, s:o}", "host", host->name, "moved", moved));
}

static void say_trace(const struct lg_net *net)
{
	json_t *trace = lg_trace_canonical(net);

	if (!trace)
		lg_broken("out of memory");
	lg_event("trace", trace);
}

/* What is observed of every variant, asserted or not. */
static void say_observed(struct lg_net *net, const struct lg_variant *variant)
{
	lg_net_wait(net, -1, 0, 0);
	unsigned lost = lg_trace_lost(net);
	if (lost)
		lg_broken("%u frames could not be captured", lost);
	for (size_t i = 0; i < net->topology->n_hosts; i++)
		say_counters(&net->hosts[i]);
	if (!variant->bulk)
		say_trace(net);
}

void lg_body_run(const struct lg_job *job)
{
	lg_at(lg_case_name(), 0);
	lg_verdict_on_failure(lg_report_failure);
	lg_report_to(job->out, job->pcap_always);
	lg_bundle_begin();
	lg_recycle_off();

	struct lg_net *net = build(job);
	lg_case.run(net);
	say_observed(net, job->variant);
	lg_report_success(net);
	lg_pass_verdict();
}

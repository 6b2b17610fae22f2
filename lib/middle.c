// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "middle.h"

#include "error.h"

#include <errno.h>
#include <netlink/netlink.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/qdisc/netem.h>
#include <netlink/route/tc.h>
#include <stdio.h>
#include <stdlib.h>

/* What tc(8) sets if it is told nothing; 0 would drop every frame. */
#define LIMIT 1000

bool lg_middle_has(const struct lg_topology_link *link)
{
	return lg_netem_is_given(&link->ends[0].netem) ||
	       lg_netem_is_given(&link->ends[1].netem);
}

struct lg_device lg_middle_device(const struct lg_build *build, size_t link,
				  int end, char name[LG_NAME_MAX + 1])
{
	const struct lg_net *net = build->net;

	snprintf(name, LG_NAME_MAX + 1, "%s%u", end ? "head" : "tail",
		 (unsigned)link + 1);
	return (struct lg_device){.netns = build->middle->netns,
				  .index = net->links[link][end].near_ifindex,
				  .name = name};
}

/* libnl takes the kernel's 32 bits of a probability as an int. */
static int probability(double p)
{
	return (int)(uint32_t)(p * UINT32_MAX);
}

static struct nl_msg *add_netem(unsigned index, const struct lg_netem *netem)
{
	struct nl_msg *message = NULL;
	struct rtnl_qdisc *qdisc = rtnl_qdisc_alloc();
	if (!qdisc)
		return NULL;

	rtnl_tc_set_ifindex(TC_CAST(qdisc), (int)index);
	rtnl_tc_set_parent(TC_CAST(qdisc), TC_H_ROOT);
	rtnl_tc_set_kind(TC_CAST(qdisc), "netem");
	rtnl_netem_set_limit(qdisc, netem->limit ? (int)netem->limit : LIMIT);
	rtnl_netem_set_delay(qdisc, (int)netem->delay_us);
	rtnl_netem_set_jitter(qdisc, (int)netem->jitter_us);
	if (netem->loss > 0)
		rtnl_netem_set_loss(qdisc, probability(netem->loss));
	if (netem->duplicate > 0)
		rtnl_netem_set_duplicate(qdisc, probability(netem->duplicate));
	if (netem->reorder > 0) {
		/* Without a gap the kernel reorders nothing. */
		rtnl_netem_set_gap(qdisc, 1);
		rtnl_netem_set_reorder_probability(qdisc,
						   probability(netem->reorder));
	}
	rtnl_qdisc_build_add_request(qdisc, NLM_F_CREATE | NLM_F_EXCL,
				     &message);
	rtnl_qdisc_put(qdisc);
	return message;
}

static void configure_link(const struct lg_build *build, size_t link,
			   struct lg_batch *batch)
{
	const struct lg_topology *topology = build->net->topology;
	struct lg_about about = {.topology = topology,
				 .link = &topology->links[link]};

	for (int e = 0; e < 2; e++) {
		unsigned index = build->net->links[link][e].near_ifindex;
		/* What the other end sends leaves the middle here. */
		const struct lg_netem *netem = &about.link->ends[!e].netem;
		if (lg_netem_impairs(netem))
			lg_batch_add(batch, add_netem(index, netem), &about,
				     "add netem (the kernel needs sch_netem)");
		lg_link_up(build, batch, index, &about);
	}
}

static void write_chain(FILE *rules, const struct lg_device *from,
			const struct lg_device *to)
{
	fprintf(rules,
		"chain %s {\n"
		"type filter hook ingress device \"%s\" priority 0\n"
		"fwd to \"%s\"\n"
		"}\n",
		from->name, from->name, to->name);
}

static void write_rules(FILE *rules, const struct lg_build *build)
{
	const struct lg_topology *topology = build->net->topology;

	fputs("table netdev linger {\n", rules);
	for (size_t i = 0; i < topology->n_links; i++) {
		if (!lg_middle_has(&topology->links[i]))
			continue;
		char tail_name[LG_NAME_MAX + 1], head_name[LG_NAME_MAX + 1];
		struct lg_device tail =
			lg_middle_device(build, i, 0, tail_name);
		struct lg_device head =
			lg_middle_device(build, i, 1, head_name);
		write_chain(rules, &tail, &head);
		write_chain(rules, &head, &tail);
	}
	fputs("}\n", rules);
}

/* Not a bridge: that would learn addresses, and keep some frames to itself. */
static int hand_on(const struct lg_build *build)
{
	char *text = NULL;
	size_t size;
	FILE *rules = open_memstream(&text, &size);
	if (!rules)
		return lg_error(errno, "nft rules");
	write_rules(rules, build);

	int result = fclose(rules) ? lg_error(ENOMEM, "nft rules")
				   : lg_nft_run(build->middle, text);
	free(text);
	if (result)
		lg_error_in(result,
			    "%s: join links with netem (the kernel needs "
			    "nft_fwd_netdev)",
			    build->net->topology->file);
	return result;
}

int lg_middle_configure(const struct lg_build *build)
{
	const struct lg_topology *topology = build->net->topology;
	struct lg_batch batch = lg_batch(build->middle->route);

	for (size_t i = 0; i < topology->n_links; i++) {
		if (lg_middle_has(&topology->links[i]))
			configure_link(build, i, &batch);
	}
	int result = lg_batch_finish(&batch);
	return result ? result : hand_on(build);
}

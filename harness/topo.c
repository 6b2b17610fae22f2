// SPDX-License-Identifier: GPL-2.0-or-later
/* linger topo */
#include "command.h"
#include "terminal.h"
#include "text.h"
#include "topology_option.h"
#include "visit.h"

#include <argp.h>
#include <arpa/inet.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
	struct lg_topology_option topology;
	const char *shell; /* host; NULL: not asked for */
	char *const *command;
};

static const struct argp_option option_table[] = {
	{"param", 'p', "NAME=VALUE", 0,
	 "Give a parameter of the topology a value", 0},
	{"shell", 's', "HOST", 0,
	 "Build it and run CMD, or a shell, on that host", 0},
	{0}};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'p':
		lg_topology_option_param(&options->topology, state, value);
		return 0;
	case 's':
		options->shell = value;
		return 0;
	case ARGP_KEY_ARGS:
		options->topology.given = state->argv[state->next];
		options->command = state->argv + state->next + 1;
		if (*options->command && !options->shell)
			argp_error(state,
				   "a command needs --shell HOST to run on");
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- one thing in words ------------------------------------------------ */

static void print_prefix(FILE *to, const struct lg_prefix *prefix)
{
	char text[INET6_ADDRSTRLEN];
	inet_ntop(prefix->family, prefix->bytes, text, sizeof(text));
	fprintf(to, "%s/%u", text, prefix->length);
}

/* Those of `n` prefixes that are there. */
static char *prefixes(const struct lg_prefix *list, size_t n)
{
	char *text;
	size_t size;
	FILE *to = lg_there(open_memstream(&text, &size));
	const char *separator = "";
	for (size_t i = 0; i < n; i++) {
		if (!list[i].family)
			continue;
		fputs(separator, to);
		print_prefix(to, &list[i]);
		separator = " ";
	}
	fclose(to);
	return lg_there(text);
}

static void print_percent(FILE *to, const char *what, double probability)
{
	if (probability > 0)
		fprintf(to, " %s %g%%", what, probability * 100);
}

/* As tc-netem(8) spells it; "" for none. */
static char *netem_words(const struct lg_netem *netem)
{
	char *text;
	size_t size;
	FILE *to = lg_there(open_memstream(&text, &size));
	if (netem->delay_us || netem->jitter_us)
		fprintf(to, " delay %gms", netem->delay_us / 1000.0);
	if (netem->jitter_us)
		fprintf(to, " %gms", netem->jitter_us / 1000.0);
	print_percent(to, "loss", netem->loss);
	print_percent(to, "duplicate", netem->duplicate);
	print_percent(to, "reorder", netem->reorder);
	if (netem->limit)
		fprintf(to, " limit %u", netem->limit);
	fclose(to);
	char *words = lg_text("%s", text + (*text == ' '));
	free(text);
	return words;
}

static void print_nat(FILE *to, const struct lg_nat *nat,
		      const struct lg_topology *topology)
{
	switch (nat->kind) {
	case LG_MASQUERADE:
		fputs("masquerade", to);
		break;
	case LG_SNAT:
		fputs("snat", to);
		for (int i = 0; i < LG_FAMILIES; i++) {
			char address[INET6_ADDRSTRLEN];
			if (!nat->address[i].family)
				continue;
			inet_ntop(nat->address[i].family, nat->address[i].bytes,
				  address, sizeof(address));
			fprintf(to, " %s", address);
		}
		break;
	case LG_DNAT:
		fprintf(to, "dnat %u %s", nat->port,
			topology->hosts[nat->to_host].name);
		if (nat->to_port && nat->to_port != nat->port)
			fprintf(to, ":%u", nat->to_port);
		return;
	}
	if (nat->first_port)
		fprintf(to, " %u-%u", nat->first_port, nat->last_port);
	if (nat->random)
		fputs(" random", to);
}

static char *nat_words(const struct lg_nat *nat,
		       const struct lg_topology *topology)
{
	char *text;
	size_t size;
	FILE *to = lg_there(open_memstream(&text, &size));
	for (; nat; nat = nat->next) {
		print_nat(to, nat, topology);
		if (nat->next)
			fputs("; ", to);
	}
	fclose(to);
	return lg_there(text);
}

/* ---- tables ------------------------------------------------------------ */

static char *host_words(const struct lg_topology_host *host)
{
	char *text;
	size_t size;
	FILE *to = lg_there(open_memstream(&text, &size));
	if (host->forward)
		fputs("; forwards", to);
	if (host->strip_timestamp)
		fputs("; strips timestamps from SYNs", to);
	for (size_t i = 0; i < host->n_sysctls; i++)
		fprintf(to, "; %s=%s", host->sysctls[i].name,
			host->sysctls[i].value);
	fclose(to);
	char *words = lg_text("%s", text + (*text ? 2 : 0));
	free(text);
	return words;
}

static void print_hosts(const struct lg_topology *topology,
			const struct lg_terminal *terminal)
{
	struct libscols_table *table =
		lg_table(terminal, "HOST", "OWN ADDRESSES", "SETTINGS", NULL);
	for (size_t i = 0; i < topology->n_hosts; i++) {
		const struct lg_topology_host *host = &topology->hosts[i];
		char *addresses = prefixes(host->addresses, host->n_addresses);
		char *words = host_words(host);
		struct libscols_line *line = lg_table_line(table);
		lg_table_cell(line, 0, "%s", host->name);
		lg_table_cell(line, 1, "%s", addresses);
		lg_table_cell(line, 2, "%s", words);
		free(addresses);
		free(words);
	}
	lg_table_print(table);
}

static void add_end(struct libscols_table *table,
		    const struct lg_topology *topology,
		    const struct lg_topology_link *link, int which)
{
	const struct lg_topology_end *end = &link->ends[which];
	char *addresses = prefixes(end->address, LG_FAMILIES);
	char *netem = netem_words(&end->netem);
	char *nat = nat_words(end->nat, topology);

	struct libscols_line *line = lg_table_line(table);
	lg_table_cell(line, 0, "%s", topology->hosts[end->host].name);
	lg_table_cell(line, 1, "%s",
		      topology->hosts[link->ends[!which].host].name);
	lg_table_cell(line, 2, "%s", end->name);
	lg_table_cell(line, 3, "%s", addresses);
	lg_table_cell(line, 4, "%s", netem);
	lg_table_cell(line, 5, "%s", nat);
	free(addresses);
	free(netem);
	free(nat);
}

static void print_links(const struct lg_topology *topology,
			const struct lg_terminal *terminal)
{
	struct libscols_table *table =
		lg_table(terminal, "FROM", "TO", "INTERFACE", "ADDRESSES",
			 "NETEM", "NAT", NULL);
	for (size_t i = 0; i < topology->n_links; i++) {
		add_end(table, topology, &topology->links[i], 0);
		add_end(table, topology, &topology->links[i], 1);
	}
	lg_table_print(table);
}

/* The end of the host's link that a route leaves by. */
static const struct lg_topology_end *
route_end(const struct lg_topology *topology, size_t host,
	  const struct lg_route *route)
{
	const struct lg_topology_link *link = &topology->links[route->link];
	return &link->ends[link->ends[0].host != host];
}

static void print_routes(const struct lg_topology *topology,
			 const struct lg_terminal *terminal)
{
	struct libscols_table *table = lg_table(terminal, "HOST", "ROUTE TO",
						"VIA", "INTERFACE", NULL);
	for (size_t i = 0; i < topology->n_hosts; i++) {
		const struct lg_topology_host *host = &topology->hosts[i];
		for (size_t j = 0; j < host->n_routes; j++) {
			const struct lg_route *route = &host->routes[j];
			char via[INET6_ADDRSTRLEN];
			char *to = prefixes(&route->to, 1);
			inet_ntop(route->to.family, route->via, via,
				  sizeof(via));
			struct libscols_line *line = lg_table_line(table);
			lg_table_cell(line, 0, "%s", host->name);
			lg_table_cell(line, 1, "%s",
				      route->to.length ? to : "default");
			lg_table_cell(line, 2, "%s", via);
			lg_table_cell(line, 3, "%s",
				      route_end(topology, i, route)->name);
			free(to);
		}
	}
	lg_table_print(table);
}

static void print_topology(const struct lg_topology *topology)
{
	struct lg_terminal terminal = lg_terminal();
	printf("%s%s%s\n\n", topology->name, *topology->story ? ": " : "",
	       topology->story);
	print_hosts(topology, &terminal);
	putchar('\n');
	print_links(topology, &terminal);
	size_t n_routes = 0;
	for (size_t i = 0; i < topology->n_hosts; i++)
		n_routes += topology->hosts[i].n_routes;
	if (n_routes) {
		putchar('\n');
		print_routes(topology, &terminal);
	}
}

static int run(const struct options *options,
	       const struct lg_topology *topology)
{
	if (!options->shell) {
		print_topology(topology);
		return LG_STATUS_FINE;
	}
	if (lg_topology_host_index(topology, options->shell) < 0) {
		fprintf(stderr, "linger: %s has no host '%s'\n", topology->name,
			options->shell);
		return LG_STATUS_USAGE;
	}
	return lg_visit_run(&(struct lg_visit){.topology = topology,
					       .host = options->shell,
					       .argv = options->command});
}

int lg_command_topo(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse,
		.args_doc = "FILE [-- CMD...]",
		.doc = "Checks a topology and says what is in it: hosts, "
		       "addresses, routes, NAT and netem."};
	struct options options = {0};
	argp_parse(&argp, argc, argv, 0, NULL, &options);

	char *error = NULL;
	struct lg_topology *topology =
		lg_topology_option_read(&options.topology, &error);
	int status = LG_STATUS_USAGE;
	if (topology)
		status = run(&options, topology);
	else
		fprintf(stderr, "linger: %s\n", error);
	free(error);
	lg_topology_free(topology);
	lg_topology_option_free(&options.topology);
	return status;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* linger report */
#include "baselines.h"
#include "claim_list.h"
#include "command.h"
#include "error.h"
#include "folder.h"
#include "json.h"
#include "kernel_exec.h"
#include "report_data.h"
#include "report_page.h"
#include "report_topology.h"
#include "schedule.h"
#include "text.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct options {
	const char *output, *claims, *folder;
	char *const *names;
};

static const struct argp_option option_table[] = {
	{"output", 'o', "FILE", 0,
	 "Write the page there (default: ./" LG_REPORT_DEFAULT ")", 0},
	{"baselines", 'b', "DIR", 0,
	 "Where the baselines of kernels are that are only named (default: "
	 "./" LG_BASELINE_FOLDER ")",
	 0},
	{"claims", 'c', "FILE", 0,
	 "Judge these claims (default: $LINGER_CLAIMS, or those of the cases)",
	 0},
	{0}};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'o':
		options->output = value;
		return 0;
	case 'b':
		options->folder = value;
		return 0;
	case 'c':
		options->claims = value;
		return 0;
	case ARGP_KEY_ARGS:
		options->names = state->argv + state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* What there is of claims goes with the data. */
static int add_claims(const struct options *options, json_t *data)
{
	struct lg_claim_list claims = {0};
	char *path = lg_claim_list_path(options->claims);
	int result = path ? lg_claim_list_read(&claims, path) : 0;

	if (claims.root)
		lg_json_set(data, "claims", json_incref(claims.root));
	lg_claim_list_free(&claims);
	free(path);
	return result;
}

static int find_baselines(const struct options *options,
			  struct lg_baselines *baselines)
{
	int result = 0;
	if (!options->names)
		return lg_baselines_find(baselines, options->folder,
					 LG_FOLDER_DEFAULT);
	for (char *const *name = options->names; *name && !result; name++)
		result = lg_baselines_find(baselines, options->folder, *name);
	return result;
}

static int add_topologies(json_t *data)
{
	json_t *drawings;
	lg_schedule_signals();
	int result =
		lg_report_topologies(json_object_get(data, "cases"), &drawings);
	if (!result)
		lg_json_set(data, "topologies", drawings);
	return result;
}

static void say_what_is_there(const char *path, const json_t *data)
{
	struct stat about = {.st_size = 0};
	size_t variants = 0, i;
	json_t *one;

	stat(path, &about);
	json_array_foreach(json_object_get(data, "cases"), i, one) variants +=
		json_array_size(json_object_get(one, "variants"));
	printf("%s: %zu kernel%s, %zu variant%s, %.1f MB\n", path,
	       json_array_size(json_object_get(data, "kernels")),
	       json_array_size(json_object_get(data, "kernels")) == 1 ? ""
								      : "s",
	       variants, variants == 1 ? "" : "s", (double)about.st_size / 1e6);
}

static int write_report(const struct options *options,
			const struct lg_baselines *baselines)
{
	json_t *data = lg_report_data(baselines);
	int result = add_claims(options, data);
	if (!result)
		result = add_topologies(data);
	if (!result)
		result = lg_report_page_write(options->output, data);
	if (!result)
		say_what_is_there(options->output, data);
	json_decref(data);
	return result;
}

int lg_command_report(int argc, char **argv)
{
	static const struct argp argp = {
		.options = option_table,
		.parser = parse,
		.args_doc = "[BASELINE...]",
		.doc = "Makes one HTML page of what kernels were seen to do."
		       "\vBASELINE is a file that `linger run --baseline' has "
		       "written, a kernel that has one in DIR, or a results "
		       "folder (default: ./" LG_FOLDER_DEFAULT ")."};
	struct options options = {.output = LG_REPORT_DEFAULT,
				  .folder = LG_BASELINE_FOLDER};
	struct lg_baselines baselines = {0};

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	int result = find_baselines(&options, &baselines);
	if (!result)
		result = write_report(&options, &baselines);
	lg_baselines_free(&baselines);
	if (result == LG_EXEC_STOPPED)
		return LG_STATUS_SIGNAL + lg_exec_signal();
	if (result)
		fprintf(stderr, "linger: %s\n", lg_error_text());
	return result ? LG_STATUS_BROKEN : LG_STATUS_FINE;
}

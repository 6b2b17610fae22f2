// SPDX-License-Identifier: GPL-2.0-or-later
/* linger report */
#include "baselines.h"
#include "command.h"
#include "error.h"
#include "folder.h"
#include "json.h"
#include "kernel_exec.h"
#include "path.h"
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
	 "Write the page there (default: ./linger-report.html)", 0},
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

/* ---- claims ------------------------------------------------------------ */

static int check_claims(const char *path, const json_t *claims)
{
	size_t i;
	json_t *claim;

	if (!json_is_array(claims)) {
		lg_error(0, "%s: this is no list of claims", path);
		return -EINVAL;
	}
	json_array_foreach(claims, i, claim)
	{
		json_error_t error;
		if (!json_unpack_ex(claim, &error, JSON_VALIDATE_ONLY,
				    "{s:i, s:s, s?[*], s?s}", "number", "claim",
				    "said_by", "true_if"))
			continue;
		lg_error(0, "%s: claim at place %zu: %s", path, i + 1,
			 error.text);
		return -EINVAL;
	}
	return 0;
}

/* Those that were asked for, or those of the cases; NULL: there are none. */
static char *find_claims(const struct options *options)
{
	const char *given =
		options->claims ? options->claims : getenv("LINGER_CLAIMS");
	if (given)
		return lg_text("%s", given);
	char *beside = lg_path_beside("cases/claims.json");
	if (!access(beside, F_OK))
		return beside;
	free(beside);
	return access(LG_DATADIR "/claims.json", F_OK)
		       ? NULL
		       : lg_text(LG_DATADIR "/claims.json");
}

static int read_claims(const char *path, json_t **claims)
{
	json_error_t error;
	*claims = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!*claims) {
		lg_error(0, "%s:%d:%d: %s", path, error.line, error.column,
			 error.text);
		return -EINVAL;
	}
	return check_claims(path, *claims);
}

/* ---- the report -------------------------------------------------------- */

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
	json_t *claims = NULL;
	json_t *data = lg_report_data(baselines);
	char *path = find_claims(options);

	int result = path ? read_claims(path, &claims) : 0;
	free(path);
	if (claims)
		lg_json_set(data, "claims", claims);
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
	struct options options = {.output = "linger-report.html",
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

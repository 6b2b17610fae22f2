/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of `linger`. */
#ifndef LG_COMMAND_H
#define LG_COMMAND_H

enum lg_exit_status {
	LG_STATUS_FINE = 0,
	LG_STATUS_FAILED = 1,
	LG_STATUS_USAGE = 2,
	LG_STATUS_BROKEN = 3,
	LG_STATUS_NOTHING_RAN = 77,
	LG_STATUS_SIGNAL = 128, /* and its number */
};

/* The page that `linger report' writes if it is not told where. */
#define LG_REPORT_DEFAULT "linger-report.html"

/* Each is a main() of its own: argv[0] is "linger COMMAND". */
int lg_command_list(int argc, char **argv);
int lg_command_run(int argc, char **argv);
int lg_command_bisect(int argc, char **argv);
int lg_command_compare(int argc, char **argv);
int lg_command_show(int argc, char **argv);
int lg_command_report(int argc, char **argv);
int lg_command_claims(int argc, char **argv);
int lg_command_topo(int argc, char **argv);
int lg_command_exec(int argc, char **argv);
int lg_command_kernel(int argc, char **argv);
int lg_command_doctor(int argc, char **argv);
int lg_command_guest(int argc, char **argv);
int lg_command_help(int argc, char **argv);
int lg_command_complete(int argc, char **argv);

/* What linger was called as, so that a command that is to be typed again
 * works. */
extern const char *lg_called_as;

struct lg_command {
	const char *name;
	const char *does; /* in one line; NULL: not for people */
	int (*run)(int argc, char **argv);
};

/* Ends with a NULL name. */
extern const struct lg_command lg_commands[];

#endif

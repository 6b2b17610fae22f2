// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first process of a guest: loads modules, runs programs one after the
 * other, hands out what they wrote, and turns the machine off.
 *
 * It is linked statically and uses no system call newer than Linux 4.9.  What
 * it is to do stands in /jobs (lg_payload_jobs() writes it), and it speaks to
 * the runner on a terminal, in lines of JSON among those of the programs:
 *
 *  {"event":"begin"}                             before each program
 *  {"event":"output","to":1,"base64":"..."}      what it prints, if it is the
 *                                                user's; a case speaks itself
 *  {"event":"file","name":"...","base64":"..."}  for each file it has left
 *  {"event":"end","status":0,"late":false}       as waitpid(2) has it
 *
 * On the console it marks the beginning and the end of each, too.
 */
#include "guest_modules.h"
#include "guest_output.h"
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define BUNDLE "/bundle"
#define INPUT "/input"
#define JOBS "/jobs"
#define MODULES "/modules"

static void turn_off(void) __attribute__((noreturn));
static void turn_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

/* The console is kept by the runner and shown when a guest goes wrong. */
static void give_up(const char *what) __attribute__((noreturn));
static void give_up(const char *what)
{
	printf("linger-init: %s: %s\n", what, strerror(errno));
	fflush(stdout);
	turn_off();
}

static void mount_all(void)
{
	if (mount("proc", "/proc", "proc", 0, NULL))
		give_up("mount /proc");
	if (mount("sysfs", "/sys", "sysfs", 0, NULL))
		give_up("mount /sys");
	/* The kernel may have done it (CONFIG_DEVTMPFS_MOUNT). */
	if (mount("devtmpfs", "/dev", "devtmpfs", 0, NULL) && errno != EBUSY)
		give_up("mount /dev");
}

/* What udev or the like would do; a case needs none of it. */
static void set_up_for_users(void)
{
	static const char *const links[][2] = {
		{"/proc/self/fd", "/dev/fd"},
		{"/proc/self/fd/0", "/dev/stdin"},
		{"/proc/self/fd/1", "/dev/stdout"},
		{"/proc/self/fd/2", "/dev/stderr"},
	};
	struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &loopback))
		give_up("loopback");
	close(fd);
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (symlink(links[i][0], links[i][1]))
			give_up(links[i][1]);
	}
}

#define RANDOM_SIZE 64

/*
 * Programs wait for the kernel to have gathered randomness, and in virtual time
 * a kernel without a source of it works for that for most of a second.  Nothing
 * here is secret: a number does, by which all those that the kernel draws are
 * the same in every run.
 */
static void feed_randomness(const char *seed)
{
	/* The structure, and the bytes behind it. */
	static int random[(sizeof(struct rand_pool_info) + RANDOM_SIZE) /
			  sizeof(int)];
	struct rand_pool_info *info = (struct rand_pool_info *)random;
	info->entropy_count = 8 * RANDOM_SIZE;
	info->buf_size = RANDOM_SIZE;
	/* It is short. */
	memcpy(info->buf, seed, strlen(seed));

	int fd = open("/dev/random", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, RNDADDENTROPY, random))
		printf("linger-init: /dev/random: %s\n", strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* The first port of virtio_console, if the machine has one. */
#define PORT "/dev/vport0p1"

/* Or else a terminal that changes nothing of what is written to it. */
static int open_channel(const char *name)
{
	char path[64];
	struct termios raw;

	snprintf(path, sizeof(path), "/dev/%s", name);
	int fd = open(PORT, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		give_up(path);
	if (!tcgetattr(fd, &raw)) {
		cfmakeraw(&raw);
		tcsetattr(fd, TCSANOW, &raw);
	}
	return fd;
}

/* ---- what to do -------------------------------------------------------- */

struct jobs {
	char *next, *end;
};

static struct jobs read_jobs(void)
{
	struct stat is;
	int fd = open(JOBS, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &is))
		give_up(JOBS);
	size_t size = (size_t)is.st_size;
	char *text = malloc(size + 1);
	if (!text || read(fd, text, size) != (ssize_t)size)
		give_up(JOBS);
	close(fd);
	text[size] = '\0';
	return (struct jobs){.next = text, .end = text + size};
}

/* NULL at the end. */
static char *next_word(struct jobs *jobs)
{
	if (jobs->next >= jobs->end)
		return NULL;
	char *word = jobs->next;
	jobs->next += strlen(word) + 1;
	return word;
}

static char *need_word(struct jobs *jobs)
{
	char *word = next_word(jobs);
	if (!word) {
		errno = EINVAL;
		give_up(JOBS);
	}
	return word;
}

/* The program of the next job; NULL: there is none. */
static const char *peek_program(struct jobs jobs)
{
	if (!next_word(&jobs))
		return NULL;
	need_word(&jobs);
	return need_word(&jobs);
}

/* ---- a program --------------------------------------------------------- */

struct program {
	char **argv;
	const char *folder;
	bool is_case;
	int input;    /* descriptor of its standard input; -1: as it comes */
	int terminal; /* descriptor of that at which somebody types; -1: none */
};

static int open_input(void)
{
	int fd = open(INPUT, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? open("/dev/null", O_RDONLY | O_CLOEXEC) : fd;
}

/* A session has it to itself: that is what sends signals to its programs. */
static void take_terminal(int terminal)
{
	setsid();
	ioctl(terminal, TIOCSCTTY, 0);
	dup2(terminal, STDIN_FILENO);
	dup2(terminal, STDOUT_FILENO);
	dup2(terminal, STDERR_FILENO);
}

/* Each of many variants is a fork of it: what its libraries call is to be found
 * once, not in each of those again. */
static void become_server(int socket)
{
	setenv("LD_BIND_NOW", "1", 1);
	dup2(socket, STDIN_FILENO);
}

static void become(const struct program *program, const int to[2])
	__attribute__((noreturn));
static void become(const struct program *program, const int to[2])
{
	char **argv = program->argv;
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(to[0], STDOUT_FILENO);
	dup2(to[1], STDERR_FILENO);
	if (program->terminal >= 0)
		take_terminal(program->terminal);
	else if (!program->is_case)
		dup2(open_input(), STDIN_FILENO);
	else if (program->input >= 0)
		become_server(program->input);
	if (!chdir(program->folder))
		execv(argv[0], argv);
	fprintf(stderr, "linger-init: %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static pid_t start(const struct program *program, struct lg_relay *relay)
{
	int to[2] = {fileno(relay->out), STDERR_FILENO};
	if (!program->is_case && lg_relay_open(relay, to))
		give_up("pipe");
	pid_t child = fork();
	if (child < 0)
		give_up("fork");
	if (!child)
		become(program, to);
	if (!program->is_case) {
		close(to[0]);
		close(to[1]);
	}
	return child;
}

/* ---- a case that runs several of its variants -------------------------- */

/* It is started once for all of them: see ../lib/serve.h. */
struct server {
	const char *program; /* NULL: there is none */
	pid_t pid;
	int socket;
};

static void start_server(struct server *server, const struct program *program,
			 struct lg_relay *relay)
{
	static char serve[] = LG_SERVE;
	int ends[2];
	/* A kernel may be without: then each variant is started by itself. */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return;
	struct program it = *program;
	it.argv = (char *[]){program->argv[0], serve, NULL};
	it.input = ends[1];
	*server = (struct server){.program = program->argv[0],
				  .pid = start(&it, relay),
				  .socket = ends[0]};
	close(ends[1]);
}

/* The words of an argv stand one behind the other.  One that can't be asked
 * ends: we are told of that. */
static void ask(const struct server *server, char **argv)
{
	char **last = argv;
	while (last[1])
		last++;
	const char *end = *last + strlen(*last) + 1;
	size_t size = (size_t)(end - *argv);
	if (size > LG_SERVE_MOST ||
	    send(server->socket, *argv, size, MSG_NOSIGNAL) < 0)
		kill(server->pid, SIGKILL);
}

/* As if it had exited. */
static bool has_answered(const struct server *server, int *status)
{
	int result;
	if (recv(server->socket, &result, sizeof(result), MSG_DONTWAIT) !=
	    sizeof(result))
		return false;
	*status = W_EXITCODE(result, 0);
	return true;
}

static void forget(struct server *server)
{
	if (server->program)
		close(server->socket);
	*server = (struct server){.socket = -1};
}

/* What is left running does not meet the next one. */
static void end_others(struct server *server)
{
	forget(server);
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}

/* Whether the program is to run by way of one, which then is there. */
static bool is_served(struct server *server, const struct program *program,
		      const char *next, struct lg_relay *relay)
{
	const char *name = program->argv[0];
	if (server->program && !strcmp(server->program, name))
		return true;
	if (server->program)
		end_others(server);
	if (program->is_case && next && !strcmp(next, name))
		start_server(server, program, relay);
	return server->program;
}

/* ---- until it ends ----------------------------------------------------- */

/* From now until then; at worst none. */
static struct timespec left(const struct timespec *deadline)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	long ms = (deadline->tv_sec - now.tv_sec) * 1000 +
		  (deadline->tv_nsec - now.tv_nsec) / 1000000;
	if (ms < 0)
		return (struct timespec){0};
	return (struct timespec){.tv_sec = ms / 1000,
				 .tv_nsec = ms % 1000 * 1000000 + 1};
}

/* As the first process we are told of all that end here.  False: the program
 * had to be killed.  A deadline of 0 is none. */
static bool wait_for(pid_t child, struct server *server, long deadline_s,
		     struct lg_relay *relay, int *status)
{
	struct timespec deadline;
	bool in_time = true, readable = false;

	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += deadline_s;
	for (;;) {
		pid_t pid;
		if (readable && has_answered(server, status))
			return in_time;
		while ((pid = waitpid(-1, status, WNOHANG)) > 0) {
			if (pid == server->pid)
				forget(server);
			if (pid == child)
				return in_time;
		}
		struct timespec wait = left(&deadline);
		bool late = deadline_s && !wait.tv_sec && !wait.tv_nsec;
		if (late && in_time)
			kill(child, SIGKILL);
		in_time &= !late;
		/* Once it is killed there is but its end to wait for. */
		bool ticks = deadline_s && in_time;
		readable = lg_relay_some(relay, in_time ? server->socket : -1,
					 ticks ? &wait : NULL);
	}
}

/* ---- all of it --------------------------------------------------------- */

/* A line of ours; the program may have left one unfinished. */
static void say(FILE *out, const char *line)
{
	fprintf(out, "\n%s\n", line);
	fflush(out);
}

static char **read_argv(struct jobs *jobs)
{
	int n = atoi(need_word(jobs));
	char **argv = calloc((size_t)n + 1, sizeof(*argv));
	if (n < 1 || !argv)
		give_up(JOBS);
	for (int i = 0; i < n; i++)
		argv[i] = need_word(jobs);
	return argv;
}

/* A world goes after the last of its processes has gone, and what the kernel
 * says then is of this job. */
static void await_its_end(void)
{
	if (getenv("LINGER_VIRTUAL_TIME"))
		nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
}

/* `next`: the program of the next job. */
static void run_job(const struct program *program, struct server *server,
		    long deadline_s, const char *next, FILE *out)
{
	struct lg_relay relay = {.from = {-1, -1}, .out = out};
	int status;

	puts("linger-init: begin");
	fflush(stdout);
	say(out, "{\"event\":\"begin\"}");
	bool served = is_served(server, program, next, &relay);
	if (served)
		ask(server, program->argv);
	pid_t child = served ? server->pid : start(program, &relay);
	bool in_time = wait_for(child, server, deadline_s, &relay, &status);
	/* One that serves leaves nothing of a variant. */
	if (!server->program)
		end_others(server);
	lg_relay_rest(&relay);
	lg_hand_out(out, BUNDLE);
	if (program->is_case)
		await_its_end();

	puts("linger-init: end");
	fflush(stdout);
	char line[80];
	snprintf(line, sizeof(line),
		 "{\"event\":\"end\",\"status\":%d,\"late\":%s}", status,
		 in_time ? "false" : "true");
	say(out, line);
	tcdrain(fileno(out));
}

/* What is typed before it is open would wait for what is typed then.  -1: there
 * is none. */
static int open_terminal(const char *name, const char *rows_and_columns)
{
	char path[64];
	struct winsize size = {0};

	if (!*name)
		return -1;
	snprintf(path, sizeof(path), "/dev/%s", name);
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		give_up(path);
	sscanf(rows_and_columns, "%hu %hu", &size.ws_row, &size.ws_col);
	ioctl(fd, TIOCSWINSZ, &size);
	return fd;
}

static void set_terminal_type(const char *type)
{
	if (*type)
		setenv("TERM", type, 1);
}

static void set_environment(const char *clock)
{
	setenv("LINGER_TOPOLOGIES", "/topologies", 1);
	if (!strcmp(clock, "virtual"))
		setenv("LINGER_VIRTUAL_TIME", "1", 1);
}

/* Not every kernel has it. */
static void set(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0 && write(fd, value, strlen(value)) < 0)
		printf("linger-init: %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/*
 * What a kernel wakes up for while nothing happens is what days of virtual time
 * cost: twice a second to compact memory in advance, every second to count free
 * pages, every 5 s to look for managed neighbours (since 5.16), of which there
 * are none, every 15 s for others, of which none ages; every two minutes to see
 * whether a process hangs, which its deadline tells; and where the processor is
 * emulated, every minute to go through a table of connections of thousands of
 * places, nearly all of them empty.
 */
static void let_sleep(bool emulated)
{
	static const char *const neighbours[] = {
		"/proc/sys/net/ipv4/neigh/default/base_reachable_time_ms",
		"/proc/sys/net/ipv6/neigh/default/base_reachable_time_ms",
		"/proc/sys/net/ipv4/neigh/default/interval_probe_time_ms",
		"/proc/sys/net/ipv6/neigh/default/interval_probe_time_ms",
	};
	set("/proc/sys/vm/compaction_proactiveness", "0");
	set("/proc/sys/vm/stat_interval", "86400");
	set("/proc/sys/kernel/hung_task_timeout_secs", "0");
	for (size_t i = 0; i < sizeof(neighbours) / sizeof(*neighbours); i++)
		set(neighbours[i], "86400000");
	if (emulated)
		set("/proc/sys/net/netfilter/nf_conntrack_buckets", "256");
}

/* TCP takes a timestamp that came when the clock stood at 0 s for none at all
 * (ts_recent_stamp): nothing may happen in the first second. */
static void await_first_second(void)
{
	struct timespec now, rest = {.tv_sec = 2};
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec < rest.tv_sec)
		nanosleep(&rest, NULL);
}

static void ignore(int signal)
{
	(void)signal;
}

/* Children that end are told of only while we wait for that. */
static void await_children(void)
{
	struct sigaction action = {.sa_handler = ignore};
	sigset_t ended;

	sigaction(SIGCHLD, &action, NULL);
	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ended, NULL);
}

int main(void)
{
	await_children();
	mount_all();
	struct jobs jobs = read_jobs();
	const char *kind = need_word(&jobs);
	setenv("LINGER_GUEST", kind, 1);
	feed_randomness(need_word(&jobs));
	lg_modules_load(MODULES);
	let_sleep(!strcmp(kind, "qemu"));
	FILE *out = fdopen(open_channel(need_word(&jobs)), "w");
	/* A line in one go, if it can be: each takes a turn of the machine. */
	setvbuf(out, NULL, _IOFBF, 1 << 17);
	set_environment(need_word(&jobs));
	struct program program = {.is_case = !strcmp(need_word(&jobs), "cases"),
				  .input = -1};
	struct server server = {.socket = -1};
	program.folder = need_word(&jobs);
	setenv("PATH", need_word(&jobs), 1);
	const char *terminal = need_word(&jobs);
	program.terminal = open_terminal(terminal, need_word(&jobs));
	set_terminal_type(need_word(&jobs));
	if (!program.is_case)
		set_up_for_users();
	await_first_second();

	char *deadline_s;
	while ((deadline_s = next_word(&jobs))) {
		program.argv = read_argv(&jobs);
		run_job(&program, &server, atol(deadline_s), peek_program(jobs),
			out);
		free(program.argv);
	}
	turn_off();
}

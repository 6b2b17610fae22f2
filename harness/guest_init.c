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
 *  {"event":"file","name":"...","base64":"..."}  for each file it has left
 *  {"event":"end","status":0,"late":false}       as waitpid(2) has it
 *
 * On the console it marks the beginning and the end of each, too.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define BUNDLE "/bundle"
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

#define SEED_SIZE 64

/*
 * Programs wait for the kernel to have gathered randomness, and in virtual time
 * a kernel without a source of it works for that for most of a second.  Nothing
 * here is secret: a constant does.
 */
static void feed_randomness(void)
{
	/* The structure, and the bytes behind it. */
	static int
		seed[(sizeof(struct rand_pool_info) + SEED_SIZE) / sizeof(int)];
	struct rand_pool_info *info = (struct rand_pool_info *)seed;
	info->entropy_count = 8 * SEED_SIZE;
	info->buf_size = SEED_SIZE;

	int fd = open("/dev/random", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, RNDADDENTROPY, seed))
		printf("linger-init: /dev/random: %s\n", strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void load_module(const char *name)
{
	char path[512];
	snprintf(path, sizeof(path), MODULES "/%s", name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	/* What is there already, or finds no hardware, is no harm; what is
	 * missing, the cases that need it say. */
	if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
		printf("linger-init: %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void load_modules(void)
{
	char name[256];
	FILE *order = fopen(MODULES "/order", "r");
	if (!order)
		return;
	while (fgets(name, sizeof(name), order)) {
		name[strcspn(name, "\n")] = '\0';
		load_module(name);
	}
	fclose(order);
}

/* A terminal that changes nothing of what is written to it. */
static int open_channel(const char *name)
{
	char path[64];
	struct termios raw;

	snprintf(path, sizeof(path), "/dev/%s", name);
	int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
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

/* ---- a program --------------------------------------------------------- */

static void become(char **argv, int channel) __attribute__((noreturn));
static void become(char **argv, int channel)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(channel, STDOUT_FILENO);
	execv(argv[0], argv);
	fprintf(stderr, "linger-init: %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static long left_ms(const struct timespec *deadline)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (deadline->tv_sec - now.tv_sec) * 1000 +
	       (deadline->tv_nsec - now.tv_nsec) / 1000000;
}

/* As the first process we are told of all that end here.  False: the program
 * had to be killed. */
static bool wait_for(pid_t child, long deadline_s, int *status)
{
	sigset_t ended;
	struct timespec deadline;
	bool in_time = true;

	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += deadline_s;
	for (;;) {
		pid_t pid;
		while ((pid = waitpid(-1, status, WNOHANG)) > 0) {
			if (pid == child)
				return in_time;
		}
		long left = left_ms(&deadline);
		if (left <= 0 && in_time) {
			in_time = false;
			kill(child, SIGKILL);
		}
		struct timespec wait = {.tv_sec = 1};
		if (left > 0)
			wait = (struct timespec){
				.tv_sec = left / 1000,
				.tv_nsec = left % 1000 * 1000000 + 1};
		sigtimedwait(&ended, NULL, &wait);
	}
}

/* What it has left running does not meet the next one. */
static void end_others(void)
{
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}

/* ---- what it leaves ---------------------------------------------------- */

static void write_base64(FILE *out, FILE *in)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";
	unsigned char bytes[3];
	size_t n;

	while ((n = fread(bytes, 1, sizeof(bytes), in))) {
		unsigned group = bytes[0] << 16 | (n > 1 ? bytes[1] << 8 : 0) |
				 (n > 2 ? bytes[2] : 0);
		fputc(digits[group >> 18], out);
		fputc(digits[group >> 12 & 63], out);
		fputc(n > 1 ? digits[group >> 6 & 63] : '=', out);
		fputc(n > 2 ? digits[group & 63] : '=', out);
	}
}

/* Our own names only: nothing in them needs an escape in JSON. */
static void hand_out_file(FILE *out, const char *name)
{
	char path[512];
	snprintf(path, sizeof(path), BUNDLE "/%s", name);
	FILE *in = fopen(path, "r");
	if (!in)
		return;
	fprintf(out, "{\"event\":\"file\",\"name\":\"%s\",\"base64\":\"", name);
	write_base64(out, in);
	fputs("\"}\n", out);
	fclose(in);
	unlink(path);
}

static void hand_out_bundle(FILE *out)
{
	DIR *folder = opendir(BUNDLE);
	struct dirent *entry;
	if (!folder)
		return;
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] != '.')
			hand_out_file(out, entry->d_name);
	}
	closedir(folder);
	rmdir(BUNDLE);
}

/* ---- all of it --------------------------------------------------------- */

/* A line of ours; the program may have left one unfinished. */
static void say(FILE *out, const char *line)
{
	fprintf(out, "\n%s\n", line);
	fflush(out);
}

static void run_job(struct jobs *jobs, const char *deadline_s, FILE *out)
{
	int n = atoi(need_word(jobs));
	char **argv = calloc((size_t)n + 1, sizeof(*argv));
	if (n < 1 || !argv)
		give_up(JOBS);
	for (int i = 0; i < n; i++)
		argv[i] = need_word(jobs);

	puts("linger-init: begin");
	fflush(stdout);
	say(out, "{\"event\":\"begin\"}");
	pid_t child = fork();
	if (child < 0)
		give_up("fork");
	if (!child)
		become(argv, fileno(out));
	int status;
	bool in_time = wait_for(child, atol(deadline_s), &status);
	end_others();
	hand_out_bundle(out);

	puts("linger-init: end");
	fflush(stdout);
	char line[80];
	snprintf(line, sizeof(line),
		 "{\"event\":\"end\",\"status\":%d,\"late\":%s}", status,
		 in_time ? "false" : "true");
	say(out, line);
	tcdrain(fileno(out));
	free(argv);
}

static void set_environment(const char *clock)
{
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("LINGER_GUEST", "1", 1);
	setenv("LINGER_TOPOLOGIES", "/topologies", 1);
	setenv("LINGER_CLOCK", clock, 1);
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

int main(void)
{
	sigset_t ended;
	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ended, NULL);

	mount_all();
	feed_randomness();
	load_modules();
	struct jobs jobs = read_jobs();
	FILE *out = fdopen(open_channel(need_word(&jobs)), "w");
	set_environment(need_word(&jobs));
	await_first_second();

	char *deadline_s;
	while ((deadline_s = next_word(&jobs)))
		run_job(&jobs, deadline_s, out);
	turn_off();
}

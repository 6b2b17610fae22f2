// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first process of a guest: loads modules, runs one program, hands out
 * what it wrote, and turns the machine off.
 *
 * It is linked statically and uses no system call newer than Linux 4.9.  Its
 * arguments come from the kernel's command line, behind `--`: CHANNEL TIME N
 * ARGUMENT..., where CHANNEL is the terminal that events go to ("tty1"), TIME
 * is "virtual" or "real", and the next N are the program's.  What follows them
 * is not ours: UML appends parameters of its own.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
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
#include <unistd.h>

#define PROGRAM "/program"
#define BUNDLE "/tmp/bundle"
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
	if (mount("tmpfs", "/tmp", "tmpfs", 0, NULL))
		give_up("mount /tmp");
	if (mount("devtmpfs", "/dev", "devtmpfs", 0, NULL))
		give_up("mount /dev");
}

/*
 * Programs wait for the kernel to have gathered randomness, and in virtual time
 * a kernel without a source of it works for that for most of a second.  Nothing
 * here is secret: a constant does.
 */
static void feed_randomness(void)
{
	struct {
		struct rand_pool_info info;
		unsigned char bytes[64];
	} seed = {.info = {.entropy_count = 8 * sizeof(seed.bytes),
			   .buf_size = sizeof(seed.bytes)}};

	int fd = open("/dev/random", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, RNDADDENTROPY, &seed))
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

static int run_program(char **argv, int channel, const char *clock)
{
	int status;

	setenv("PATH", "/", 1);
	setenv("LINGER_GUEST", "1", 1);
	setenv("LINGER_TOPOLOGIES", "/topologies", 1);
	if (!strcmp(clock, "virtual"))
		setenv("LINGER_VIRTUAL_TIME", "1", 1);

	pid_t child = fork();
	if (child < 0)
		give_up("fork");
	if (!child) {
		dup2(channel, STDOUT_FILENO);
		execv(PROGRAM, argv);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

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
}

int main(int argc, char **argv)
{
	int n = argc > 3 ? atoi(argv[3]) : 0;
	if (argc < 4 || n < 0 || n > argc - 4) {
		errno = EINVAL;
		give_up("init CHANNEL TIME N ARGUMENT...");
	}
	mount_all();
	feed_randomness();
	load_modules();
	int channel = open_channel(argv[1]);
	FILE *out = fdopen(channel, "w");

	char *clock = argv[2];
	argv[3] = PROGRAM;
	argv[4 + n] = NULL;
	int status = run_program(argv + 3, channel, clock);
	hand_out_bundle(out);
	fprintf(out, "{\"event\":\"guest\",\"status\":%d}\n", status);
	fflush(out);
	tcdrain(channel);
	turn_off();
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_machine.h"

#include "error.h"
#include "guest_seal.h"
#include "text.h"
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* 2026-01-01: a guest's clock starts at the same time in every run. */
#define CLOCK_AT_BOOT_NS "1767225600000000000"
#define DATE_AT_BOOT "2026-01-01T00:00:00"

#define QEMU "qemu-system-x86_64"

/* A guest has what it boots into twice until it has unpacked it. */
#define MEMORY_MB 256
#define TIMES_PAYLOAD 3

/* UML keeps its memory and its sockets in files: in a tmpfs that only its
 * world has. */
#define FILES "/dev/shm"

/* What a command may be long. */
#define MOST_WORDS 48

/* What is asked of every kernel: to say what went wrong, and to end then. */
#define SAY "quiet loglevel=5 printk.time=1 panic=-1 oops=panic"

/* From the first: what unpacks the kernel speaks, too. */
#define CONSOLE "console=ttyS0 earlyprintk=serial,ttyS0,115200 "

/* What an emulated machine need not measure, test or guard against: that takes
 * it a second of the three that it boots for... */
#define EMULATED                                                               \
	CONSOLE "mitigations=off nowatchdog tsc=reliable lpj=1000000 "         \
		"no_timer_check noreplace-smp cryptomgr.notests "

/* ...and more of what a variant takes, as does RCU when it waits for ticks of
 * the clock.  Without one LSM the next comes up: `lsm=' is none of them (since
 * 5.1). */
#define UNGUARDED                                                              \
	"cgroup_disable=memory psi=0 audit=0 lsm= apparmor=0 selinux=0 "       \
	"init_on_alloc=0 hardened_usercopy=off randomize_kstack_offset=off "   \
	"rcupdate.rcu_expedited=1"

/* An instruction takes 4 ns: with less, boot code that waits by counting would
 * wait for longer. */
#define ICOUNT "shift=2,sleep=off"

/* Its descriptors: as they stand in what a kernel is told, and that goes into
 * the numbers that it chooses, they are the same in every run. */
enum {
	INITRAMFS_FD = STDERR_FILENO + 1,
	CONSOLE_FD,
	EVENTS_FD,
	IMAGE_FD,
	TERMINAL_FD,
	FREE_FD
};

const char *lg_machine_channel(const struct lg_guest *guest)
{
	return guest->kernel->kind == LG_KERNEL_UML ? "tty1" : "ttyS1";
}

const char *lg_machine_terminal(const struct lg_guest *guest)
{
	if (!guest->pty)
		return "";
	return guest->kernel->kind == LG_KERNEL_UML ? "tty2" : "ttyS2";
}

bool lg_machine_may_use_kvm(const struct lg_guest *guest)
{
	return guest->kernel->kind == LG_KERNEL_QEMU && guest->real_time &&
	       !access("/dev/kvm", R_OK | W_OK);
}

static long memory_mb(const struct lg_guest *guest)
{
	struct stat payload;
	long mb = fstat(guest->initramfs, &payload)
			  ? 0
			  : TIMES_PAYLOAD * (payload.st_size >> 20);
	return MEMORY_MB / 2 + (mb > MEMORY_MB / 2 ? mb : MEMORY_MB / 2);
}

static char **uml_command(const struct lg_machine *machine)
{
	char **argv = lg_room(MOST_WORDS, sizeof(*argv));
	size_t n = 0;

	argv[n++] = lg_text("linux");
	argv[n++] = lg_text("mem=%ldM", memory_mb(machine->guest));
	argv[n++] = lg_text("initrd=/proc/self/fd/%d", INITRAMFS_FD);
	argv[n++] = lg_text("con=null");
	argv[n++] = lg_text("con0=null,fd:%d", CONSOLE_FD);
	argv[n++] = lg_text("con1=null,fd:%d", EVENTS_FD);
	if (machine->guest->pty)
		argv[n++] = lg_text("con2=fd:%d", TERMINAL_FD);
	argv[n++] = lg_text("uml_dir=" FILES);
	/* Half the time, since 6.16; others don't know it. */
	argv[n++] = lg_text("seccomp=auto");
	if (!machine->guest->real_time) {
		argv[n++] = lg_text("time-travel=inf-cpu");
		argv[n++] = lg_text("time-travel-start=" CLOCK_AT_BOOT_NS);
	}
	argv[n++] = lg_text(SAY);
	return argv;
}

static char **qemu_command(const struct lg_machine *machine)
{
	const struct lg_guest *guest = machine->guest;
	char **argv = lg_room(MOST_WORDS, sizeof(*argv));
	size_t n = 0;

	argv[n++] = lg_text(QEMU);
	argv[n++] = lg_text("-nodefaults");
	argv[n++] = lg_text("-no-user-config");
	argv[n++] = lg_text("-no-reboot");
	argv[n++] = lg_text("-display");
	argv[n++] = lg_text("none");
	argv[n++] = lg_text("-m");
	argv[n++] = lg_text("%ldM", memory_mb(guest));
	argv[n++] = lg_text("-accel");
	argv[n++] = lg_text(machine->kvm ? "kvm" : "tcg");
	argv[n++] = lg_text("-rtc");
	argv[n++] = lg_text("base=" DATE_AT_BOOT ",clock=vm");
	if (!guest->real_time) {
		argv[n++] = lg_text("-icount");
		argv[n++] = lg_text(ICOUNT);
	}
	argv[n++] = lg_text("-serial");
	argv[n++] = lg_text("file:/proc/self/fd/%d", CONSOLE_FD);
	argv[n++] = lg_text("-serial");
	argv[n++] = lg_text("file:/proc/self/fd/%d", EVENTS_FD);
	/* Byte by byte there; all in one go, if the kernel has this. */
	argv[n++] = lg_text("-device");
	argv[n++] = lg_text("virtio-serial-pci,ioeventfd=off");
	argv[n++] = lg_text("-chardev");
	argv[n++] = lg_text("file,id=events,path=/proc/self/fd/%d", EVENTS_FD);
	argv[n++] = lg_text("-device");
	argv[n++] = lg_text("virtserialport,chardev=events");
	if (guest->pty) {
		argv[n++] = lg_text("-chardev");
		argv[n++] = lg_text("serial,id=terminal,path=/proc/self/fd/%d",
				    TERMINAL_FD);
		argv[n++] = lg_text("-serial");
		argv[n++] = lg_text("chardev:terminal");
	}
	argv[n++] = lg_text("-kernel");
	argv[n++] = lg_text("%s", guest->kernel->image);
	argv[n++] = lg_text("-initrd");
	argv[n++] = lg_text("/proc/self/fd/%d", INITRAMFS_FD);
	argv[n++] = lg_text("-append");
	argv[n++] = lg_text(SAY " " EMULATED UNGUARDED);
	return argv;
}

struct launch {
	const struct lg_machine *machine;
	char **argv;
	int image; /* of UML, open: what stands before it may be covered */
};

/* With large pages UML takes a fifth less time; they may be refused. */
static int cover_files(void)
{
	return mount("tmpfs", FILES, "tmpfs", 0, "huge=always") &&
	       mount("tmpfs", FILES, "tmpfs", 0, NULL);
}

static void place_descriptors(const struct launch *launch)
{
	const struct lg_machine *machine = launch->machine;
	int image = fcntl(launch->image, F_DUPFD_CLOEXEC, FREE_FD);
	int initramfs =
		fcntl(machine->guest->initramfs, F_DUPFD_CLOEXEC, FREE_FD);
	int console = fcntl(machine->console, F_DUPFD_CLOEXEC, FREE_FD);
	int events = fcntl(machine->events, F_DUPFD_CLOEXEC, FREE_FD);
	struct lg_pty *pty = machine->guest->pty;
	int terminal = pty ? fcntl(pty->guests, F_DUPFD_CLOEXEC, FREE_FD) : -1;

	dup2(open("/dev/null", O_RDWR | O_CLOEXEC), STDIN_FILENO);
	dup2(console, STDOUT_FILENO);
	dup2(console, STDERR_FILENO);
	dup2(initramfs, INITRAMFS_FD);
	dup2(console, CONSOLE_FD);
	dup2(events, EVENTS_FD);
	dup2(terminal, TERMINAL_FD);
	/* Stays open: it may be a script, which is opened again. */
	dup2(image, IMAGE_FD);
}

static void become(const struct launch *launch) __attribute__((noreturn));
static void become(const struct launch *launch)
{
	place_descriptors(launch);

	if (launch->image < 0) {
		execvp(launch->argv[0], launch->argv);
	} else if (cover_files()) {
		dprintf(CONSOLE_FD, "linger: mount " FILES ": %s\n",
			strerror(errno));
		_exit(EXIT_FAILURE);
	} else {
		if (!launch->machine->guest->real_time)
			lg_guest_seal(CONSOLE_FD, EVENTS_FD);
		setenv("TMPDIR", FILES, 1);
		fexecve(IMAGE_FD, launch->argv, environ);
	}
	dprintf(CONSOLE_FD, "linger: cannot run %s: %s%s\n", launch->argv[0],
		strerror(errno),
		errno == ENOENT ? "; `linger doctor' says what to install"
				: "");
	_exit(127);
}

bool lg_machine_takes_turns(const struct lg_kernel *kernel, bool real_time)
{
	return kernel->kind == LG_KERNEL_UML || !real_time;
}

static void keep_to_one_core(void)
{
	cpu_set_t set;
	int core = sched_getcpu();

	CPU_ZERO(&set);
	if (core < 0)
		return;
	CPU_SET(core, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static int inside(void *argument)
{
	const struct launch *launch = argument;

	const struct lg_guest *guest = launch->machine->guest;

	if (lg_machine_takes_turns(guest->kernel, guest->real_time))
		keep_to_one_core();
	/* The world's first process gets no signals but those it has handlers
	 * for: so the guest is the second. */
	pid_t child = fork();
	if (child < 0)
		return EXIT_FAILURE;
	if (!child)
		become(launch);
	/* It must not keep open what it doesn't write to. */
	close(launch->machine->events);
	int status = 0;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		dprintf(launch->machine->console, "linger: it ended in: %s%s\n",
			strsignal(WTERMSIG(status)),
			WTERMSIG(status) == SIGKILL ||
					WTERMSIG(status) == SIGBUS
				? "; there may be too little memory"
				: "");
	return EXIT_SUCCESS;
}

static pid_t start(struct launch *launch, char **error)
{
	const struct lg_kernel *kernel = launch->machine->guest->kernel;
	bool uml = kernel->kind == LG_KERNEL_UML;

	if (kernel->real_time && !launch->machine->guest->real_time) {
		*error = lg_text("%s has " LG_KERNEL_REAL_TIME, kernel->name);
		return -EINVAL;
	}
	launch->image = uml ? open(kernel->image, O_RDONLY | O_CLOEXEC) : -1;
	if (uml && launch->image < 0) {
		int number = errno;
		*error = lg_text("%s: %s", kernel->image, strerror(number));
		return -number;
	}
	launch->argv = uml ? uml_command(launch->machine)
			   : qemu_command(launch->machine);
	pid_t world = lg_world_start(inside, launch);
	if (world < 0)
		*error = lg_text("%s", lg_error_text());
	for (char **word = launch->argv; *word; word++)
		free(*word);
	free(launch->argv);
	if (uml)
		close(launch->image);
	return world;
}

pid_t lg_machine_start(const struct lg_machine *machine, char **error)
{
	return start(&(struct launch){.machine = machine}, error);
}

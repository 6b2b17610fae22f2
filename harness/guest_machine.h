/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest runs on: an ordinary process (UML), or QEMU. */
#ifndef LG_GUEST_MACHINE_H
#define LG_GUEST_MACHINE_H

#include "guest.h"

#include <sys/types.h>

struct lg_machine {
	const struct lg_guest *guest;
	bool kvm;
	int console, events; /* where it writes to */
};

/* The terminal in the guest on which init speaks. */
const char *lg_machine_channel(const struct lg_guest *guest);

/* That of its programs; "" if they have none. */
const char *lg_machine_terminal(const struct lg_guest *guest);

/* Whether KVM may be tried: the clock of a guest in virtual time jumps, which
 * it can't. */
bool lg_machine_may_use_kvm(const struct lg_guest *guest);

/*
 * Whether it is better kept to one core: UML and the programs in it are
 * processes that take turns, as in virtual time an emulated processor and its
 * timers are threads that do; on several cores each turn wakes one up, which
 * takes longer than most turns.
 */
bool lg_machine_takes_turns(const struct lg_kernel *kernel, bool real_time);

/*
 * Starts it in a world of its own, which ends with it and with this process.
 * Returns its number, or -errno with a message in *error, to be freed.  What
 * goes wrong later stands on its console.
 */
pid_t lg_machine_start(const struct lg_machine *machine, char **error);

#endif

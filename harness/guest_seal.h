/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of the host would make one run in virtual time differ from another. */
#ifndef LG_GUEST_SEAL_H
#define LG_GUEST_SEAL_H

/*
 * Keeps it from this process, which is about to become a UML kernel that writes
 * to these two descriptors.  Where the host forbids that, runs may differ in
 * the ports, sequence numbers and timestamps that the kernel chooses.
 */
void lg_guest_seal(int console, int events);

#endif

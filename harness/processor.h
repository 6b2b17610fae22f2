/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LG_PROCESSOR_H
#define LG_PROCESSOR_H

#include <stdint.h>
#include <sys/types.h>

/*
 * For how long the processes of a world (lg_world_start()) that live could have
 * run and had no processor, all together; of each, its busiest thread counts.
 * 0 where the kernel does not say (CONFIG_SCHED_INFO).
 */
int64_t lg_processor_wait_ms(pid_t world);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel in a bzImage, which else unpacks itself whenever it boots: on an
 * emulated machine that takes up to a fifth of the time. */
#ifndef LG_KERNEL_UNPACK_H
#define LG_KERNEL_UNPACK_H

/*
 * Puts the kernel in the place of the bzImage, if it can boot as it is (PVH)
 * and there is the tool to unpack it; otherwise the image stays.  `aside` is a
 * folder for what is needed on the way.  Returns 0, or -errno with
 * lg_error_text().
 */
int lg_kernel_unpack(const char *image, const char *aside);

#endif

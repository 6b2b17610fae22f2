/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LG_BASE64_H
#define LG_BASE64_H

#include <stddef.h>

/* The bytes that it stands for, to be freed; all before what is no digit. */
char *lg_base64_decode(const char *base64, size_t *size);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers in network byte order, at any address.  Each that writes one returns
 * where the next goes. */
#ifndef LG_BYTES_H
#define LG_BYTES_H

#include <stdint.h>

static inline uint16_t lg_get16(const uint8_t *from)
{
	return (uint16_t)(from[0] << 8 | from[1]);
}

static inline uint32_t lg_get32(const uint8_t *from)
{
	return (uint32_t)lg_get16(from) << 16 | lg_get16(from + 2);
}

static inline uint8_t *lg_put8(uint8_t *to, uint8_t value)
{
	*to = value;
	return to + 1;
}

static inline uint8_t *lg_put16(uint8_t *to, uint16_t value)
{
	return lg_put8(lg_put8(to, (uint8_t)(value >> 8)), (uint8_t)value);
}

static inline uint8_t *lg_put32(uint8_t *to, uint32_t value)
{
	return lg_put16(lg_put16(to, (uint16_t)(value >> 16)), (uint16_t)value);
}

#endif

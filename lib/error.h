/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors of the core: a call that fails returns -errno (or NULL with errno) and
 * leaves one message, to which its callers add from the outside:
 * "cannot lose the last ACK: nft: Operation not supported".
 * The core never prints and never exits.
 */
#ifndef LG_ERROR_H
#define LG_ERROR_H

/* Sets the message: the text, and behind a colon what `error` (an errno; 0:
 * nothing) means.  Returns -error, or -EIO for 0. */
int lg_error(int error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Puts the text and a colon in front of the message.  Returns `result`. */
int lg_error_in(int result, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The message of the last call that failed; valid until the next does. */
const char *lg_error_text(void);

#endif

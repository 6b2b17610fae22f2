// SPDX-License-Identifier: GPL-2.0-or-later
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char message[2048];

int lg_error(int error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);

	if (error && length >= 0 && (size_t)length < sizeof(message))
		snprintf(message + length, sizeof(message) - (size_t)length,
			 ": %s", strerror(error));
	return error ? -error : -EIO;
}

int lg_error_in(int result, const char *format, ...)
{
	char inner[sizeof(message)];
	memcpy(inner, message, sizeof(inner));

	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);

	/* What does not fit any more is the innermost end. */
	int left = (int)sizeof(message) - length - (int)sizeof(": ");
	if (length >= 0 && left > 0)
		sprintf(message + length, ": %.*s", left, inner);
	return result;
}

const char *lg_error_text(void)
{
	return message;
}

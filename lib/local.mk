# SPDX-License-Identifier: GPL-2.0-or-later
lib_LIBRARIES = lib/liblinger.a
include_HEADERS = lib/linger.h
pkgconfig_DATA = lib/linger.pc

lib_liblinger_a_SOURCES = \
	%D%/error.c %D%/error.h \
	%D%/ladder.h \
	%D%/net.h %D%/verdict.h \
	%D%/event.h \
	%D%/linger.h \
	%D%/notation.h \
	%D%/segment.h \
	%D%/topology.h

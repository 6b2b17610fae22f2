# SPDX-License-Identifier: GPL-2.0-or-later
lib_LIBRARIES = lib/liblinger.a
include_HEADERS = lib/linger.h
pkgconfig_DATA = lib/linger.pc

lib_liblinger_a_SOURCES = \
	%D%/body.c \
	%D%/bundle.c \
	%D%/bundle.h \
	%D%/canonical.c \
	%D%/capture.c \
	%D%/capture.h \
	%D%/case.c \
	%D%/conntrack.c \
	%D%/conntrack.h \
	%D%/describe.c \
	%D%/describe.h \
	%D%/drawing.c \
	%D%/drawing.h \
	%D%/error.c \
	%D%/error.h \
	%D%/event.c \
	%D%/event.h \
	%D%/host_case.c \
	%D%/judge.c \
	%D%/judge.h \
	%D%/ladder.h \
	%D%/linger.h \
	%D%/net.h \
	%D%/notation.h \
	%D%/notes.c \
	%D%/notes.h \
	%D%/pcap.c \
	%D%/pcap.h \
	%D%/raw.c \
	%D%/report.c \
	%D%/report.h \
	%D%/rule.c \
	%D%/rule.h \
	%D%/rule_case.c \
	%D%/segment.h \
	%D%/socket.c \
	%D%/socket.h \
	%D%/tap.c \
	%D%/tap.h \
	%D%/topology.h \
	%D%/trace.c \
	%D%/trace.h \
	%D%/variant.c \
	%D%/variant.h \
	%D%/verdict.c \
	%D%/verdict.h \
	%D%/wait.c \
	%D%/wire.c \
	%D%/world.c \
	%D%/world.h

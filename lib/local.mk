# SPDX-License-Identifier: GPL-2.0-or-later
lib_LIBRARIES = lib/liblinger.a
include_HEADERS = lib/linger.h lib/linger_at.h lib/linger_random.h
pkgconfig_DATA = lib/linger.pc

lib_liblinger_a_SOURCES = \
	%D%/address.c \
	%D%/address.h \
	%D%/batch.c \
	%D%/batch.h \
	%D%/body.c \
	%D%/bundle.c \
	%D%/bundle.h \
	%D%/bytes.h \
	%D%/canonical.c \
	%D%/canonical.h \
	%D%/capture.c \
	%D%/capture.h \
	%D%/case.c \
	%D%/claim_case.c \
	%D%/clock.c \
	%D%/conntrack.c \
	%D%/conntrack.h \
	%D%/counter.c \
	%D%/counter.h \
	%D%/counter_case.c \
	%D%/describe.c \
	%D%/describe.h \
	%D%/diag.c \
	%D%/diag.h \
	%D%/drawing.c \
	%D%/drawing.h \
	%D%/error.c \
	%D%/error.h \
	%D%/event.c \
	%D%/event.h \
	%D%/host_case.c \
	%D%/inherited.c \
	%D%/inherited.h \
	%D%/judge.c \
	%D%/judge.h \
	%D%/ladder.h \
	%D%/linger.h \
	%D%/linger_at.h \
	%D%/linger_random.h \
	%D%/link.c \
	%D%/link.h \
	%D%/loopback.c \
	%D%/loopback.h \
	%D%/memory.c \
	%D%/memory.h \
	%D%/middle.c \
	%D%/middle.h \
	%D%/nat.c \
	%D%/nat.h \
	%D%/nearest.c \
	%D%/nearest.h \
	%D%/need.c \
	%D%/need.h \
	%D%/need_case.c \
	%D%/net.c \
	%D%/net.h \
	%D%/notation.c \
	%D%/notation.h \
	%D%/notes.c \
	%D%/notes.h \
	%D%/observe.h \
	%D%/observe_case.c \
	%D%/patience.c \
	%D%/patience.h \
	%D%/pattern.c \
	%D%/pcap.c \
	%D%/pcap.h \
	%D%/play.c \
	%D%/play.h \
	%D%/play_check.c \
	%D%/play_path.c \
	%D%/play_program.c \
	%D%/play_verbs.c \
	%D%/probe.c \
	%D%/probe.h \
	%D%/proc_case.c \
	%D%/raw.c \
	%D%/report.c \
	%D%/report.h \
	%D%/rule.c \
	%D%/rule.h \
	%D%/rule_case.c \
	%D%/run_variants.c \
	%D%/run_variants.h \
	%D%/script.c \
	%D%/script.h \
	%D%/script_case.c \
	%D%/segment.c \
	%D%/segment_build.c \
	%D%/segment.h \
	%D%/serve.c \
	%D%/serve.h \
	%D%/settle.c \
	%D%/settle.h \
	%D%/socket.c \
	%D%/socket.h \
	%D%/state_case.c \
	%D%/sysctl.c \
	%D%/sysctl.h \
	%D%/sysctl_case.c \
	%D%/tap.c \
	%D%/tap.h \
	%D%/timer_case.c \
	%D%/topology.c \
	%D%/topology.h \
	%D%/topology_address.c \
	%D%/topology_check.c \
	%D%/topology_host.c \
	%D%/topology_link.c \
	%D%/topology_name.c \
	%D%/topology_object.c \
	%D%/topology_param.c \
	%D%/topology_parts.h \
	%D%/topology_reader.h \
	%D%/topology_route.c \
	%D%/topology_source.c \
	%D%/topology_value.c \
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

check_PROGRAMS += lib/test/test_segment lib/test/test_notation \
	lib/test/segment_dump
UNIT_TESTS += lib/test/test_segment lib/test/test_notation
SHELL_TESTS += lib/test/tshark.sh lib/test/fuzz.sh
lib_test_test_segment_SOURCES = %D%/test/test_segment.c \
	%D%/test/sample.c %D%/test/sample.h %D%/test/unit.c %D%/test/unit.h
lib_test_test_notation_SOURCES = %D%/test/test_notation.c \
	%D%/test/sample.c %D%/test/sample.h %D%/test/unit.c %D%/test/unit.h
lib_test_segment_dump_SOURCES = %D%/test/segment_dump.c \
	%D%/test/sample.c %D%/test/sample.h
lib_test_segment_dump_CPPFLAGS = $(AM_CPPFLAGS) $(PCAP_CFLAGS)
lib_test_segment_dump_LDADD = $(LDADD) $(PCAP_LIBS)
EXTRA_DIST += %D%/test/tshark.sh %D%/test/fuzz.sh \
	%D%/test/fuzz_segment.c %D%/test/fuzz_notation.c %D%/test/corpus

check_PROGRAMS += lib/test/test_diag lib/test/test_counter \
	lib/test/test_sysctl lib/test/test_need
UNIT_TESTS += lib/test/test_diag lib/test/test_counter \
	lib/test/test_sysctl lib/test/test_need
ORACLE = %D%/test/oracle.c %D%/test/oracle.h %D%/test/unit.c %D%/test/unit.h
lib_test_test_diag_SOURCES = %D%/test/test_diag.c \
	%D%/test/situation.c %D%/test/situation.h $(ORACLE)
lib_test_test_counter_SOURCES = %D%/test/test_counter.c $(ORACLE)
lib_test_test_sysctl_SOURCES = %D%/test/test_sysctl.c $(ORACLE)
lib_test_test_need_SOURCES = %D%/test/test_need.c $(ORACLE)

check_PROGRAMS += lib/test/test_variant
UNIT_TESTS += lib/test/test_variant
lib_test_test_variant_SOURCES = %D%/test/test_variant.c \
	%D%/test/unit.c %D%/test/unit.h

check_PROGRAMS += lib/test/test_serve
UNIT_TESTS += lib/test/test_serve
lib_test_test_serve_SOURCES = %D%/test/test_serve.c \
	%D%/test/unit.c %D%/test/unit.h

check_PROGRAMS += lib/test/test_script
UNIT_TESTS += lib/test/test_script
lib_test_test_script_SOURCES = %D%/test/test_script.c \
	%D%/test/unit.c %D%/test/unit.h

check_PROGRAMS += lib/test/test_topology lib/test/test_refusal
UNIT_TESTS += lib/test/test_topology lib/test/test_refusal
NAMELESS = %D%/test/nameless.c %D%/test/nameless.h \
	%D%/test/unit.c %D%/test/unit.h
lib_test_test_topology_SOURCES = %D%/test/test_topology.c $(NAMELESS)
lib_test_test_refusal_SOURCES = %D%/test/test_refusal.c $(NAMELESS)
EXTRA_DIST += %D%/test/topologies/full.gv

# The model of tcp_tw_recycle.
lib_liblinger_a_SOURCES += %D%/recycle.c %D%/recycle.h \
	%D%/recycle_case.c %D%/recycle_shared.h \
	%D%/recycle_time_wait.c %D%/recycle_time_wait.h
EXTRA_DIST += %D%/recycle.bpf.c
if BPF
AM_CPPFLAGS += $(BPF_CFLAGS)
BUILT_SOURCES += %D%/recycle.skel.h
CLEANFILES += %D%/recycle.bpf.o %D%/recycle.skel.h
nodist_lib_liblinger_a_SOURCES = %D%/recycle.skel.h

# <asm/types.h> is in a directory that only the compiler for this machine knows.
%D%/recycle.bpf.o: $(srcdir)/%D%/recycle.bpf.c $(srcdir)/%D%/recycle_shared.h
	@$(MKDIR_P) %D%
	$(AM_V_GEN)$(BPF_CLANG) -g -O2 -target bpf -Wall -Wextra \
		-I/usr/include/`$(CC) -print-multiarch` $(BPF_CFLAGS) \
		-c $(srcdir)/%D%/recycle.bpf.c -o $@
%D%/recycle.skel.h: %D%/recycle.bpf.o
	$(AM_V_GEN)$(BPFTOOL) gen skeleton %D%/recycle.bpf.o \
		name recycle_bpf >$@.tmp && mv $@.tmp $@
%D%/recycle.$(OBJEXT): %D%/recycle.skel.h
endif

check_PROGRAMS += %D%/test/test_recycle %D%/test/test_recycle_case \
	%D%/test/test_recycle_memory
UNIT_TESTS += %D%/test/test_recycle %D%/test/test_recycle_case \
	%D%/test/test_recycle_memory
RECYCLE_MODEL = %D%/test/recycle_model.c %D%/test/recycle_model.h \
	%D%/test/recycle_peer.c %D%/test/recycle_peer.h \
	%D%/test/unit.c %D%/test/unit.h
lib_test_test_recycle_SOURCES = %D%/test/test_recycle.c $(RECYCLE_MODEL)
lib_test_test_recycle_memory_SOURCES = %D%/test/test_recycle_memory.c \
	$(RECYCLE_MODEL)
lib_test_test_recycle_case_SOURCES = %D%/test/test_recycle_case.c \
	%D%/test/recycle_peer.c %D%/test/recycle_peer.h \
	%D%/test/unit.c %D%/test/unit.h

check_PROGRAMS += %D%/test/test_net %D%/test/test_link
UNIT_TESTS += %D%/test/test_net %D%/test/test_link
NETWORK = %D%/test/network.c %D%/test/network.h \
	%D%/test/unit.c %D%/test/unit.h
lib_test_test_net_SOURCES = %D%/test/test_net.c $(NETWORK)
lib_test_test_link_SOURCES = %D%/test/test_link.c $(NETWORK)

lib_liblinger_a_SOURCES += %D%/cells.c %D%/cells.h \
	%D%/ladder.c %D%/ladder_page.c %D%/ladder_page.h \
	%D%/ladder_picture.c %D%/ladder_picture.h %D%/ladder_steps.h \
	%D%/ladder_arrow.c %D%/ladder_arrow.h \
	%D%/ladder_svg.c %D%/ladder_text.c %D%/svg.c %D%/svg.h %D%/utf8.c %D%/utf8.h
check_PROGRAMS += lib/test/test_ladder
UNIT_TESTS += lib/test/test_ladder
lib_test_test_ladder_SOURCES = %D%/test/test_ladder.c \
	%D%/test/ladder_sample.c %D%/test/ladder_sample.h \
	%D%/test/unit.c %D%/test/unit.h
EXTRA_DIST += %D%/test/ladders

# The wire, by programs that are written as cases are.
WIRE_TESTS = \
	%D%/test/wire/at_nat \
	%D%/test/wire/at_router \
	%D%/test/wire/duplicate \
	%D%/test/wire/hold \
	%D%/test/wire/impair \
	%D%/test/wire/late \
	%D%/test/wire/match \
	%D%/test/wire/netem \
	%D%/test/wire/not_yet \
	%D%/test/wire/passed_on \
	%D%/test/wire/raw_knocks \
	%D%/test/wire/raw_peer \
	%D%/test/wire/refuse_invalid \
	%D%/test/wire/rewrite \
	%D%/test/wire/several_rules \
	%D%/test/wire/skewed_timestamps \
	%D%/test/wire/socket_of_family \
	%D%/test/wire/successor
check_PROGRAMS += $(WIRE_TESTS)
SHELL_TESTS += %D%/test/traces.sh
dist_check_SCRIPTS += %D%/test/traces.sh
EXTRA_DIST += %D%/test/wire/.clang-format %D%/test/wire/traces

# Cases as they should not be, and what has to become of them.
check_PROGRAMS += \
	%D%/test/fixture/evidence/fails \
	%D%/test/fixture/oracle/agrees \
	%D%/test/fixture/process/ends \
	%D%/test/fixture/process/forks \
	%D%/test/fixture/process/waits \
	%D%/test/fixture/setup/has_no_ipv6 \
	%D%/test/fixture/setup/has_no_netdev \
	%D%/test/fixture/setup/has_no_world \
	%D%/test/fixture/setup/needs_more \
	%D%/test/fixture/setup/needs_nonsense \
	%D%/test/fixture/setup/runs_out \
	%D%/test/fixture/verdict/breaks \
	%D%/test/fixture/verdict/fails \
	%D%/test/fixture/verdict/keeps \
	%D%/test/fixture/verdict/passes \
	%D%/test/fixture/verdict/skips
lib_test_fixture_oracle_agrees_SOURCES = \
	%D%/test/fixture/oracle/agrees.c $(ORACLE)
lib_test_fixture_oracle_agrees_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/lib/test
CASE_TESTS = \
	%D%/test/leave_nothing.sh \
	%D%/test/bundle.sh \
	%D%/test/case.sh \
	%D%/test/oracle_case.sh \
	%D%/test/usage.sh
SHELL_TESTS += $(CASE_TESTS)
EXTRA_DIST += $(CASE_TESTS) %D%/test/tap.sh %D%/test/fixture/.clang-format

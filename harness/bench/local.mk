# SPDX-License-Identifier: GPL-2.0-or-later
noinst_PROGRAMS += %D%/bench_topology
BENCHES += %D%/bench_topology

%C%_bench_topology_SOURCES = %D%/bench_topology.c
EXTRA_DIST += %D%/topology.sh
%C%_bench_topology_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSOURCE='"$(abs_top_srcdir)"'

noinst_PROGRAMS += %D%/bench_ports
BENCHES += %D%/bench_ports
%C%_bench_ports_SOURCES = %D%/bench_ports.c
%C%_bench_ports_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSOURCE='"$(abs_top_srcdir)"'

noinst_PROGRAMS += %D%/bench_wire
BENCHES += %D%/bench_wire
%C%_bench_wire_SOURCES = %D%/bench_wire.c
%C%_bench_wire_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSOURCE='"$(abs_top_srcdir)"'

SHELL_BENCHES += %D%/compare.sh %D%/report.sh %D%/kernel.sh
EXTRA_DIST += %D%/compare.sh %D%/report.sh %D%/kernel.sh %D%/baseline.awk

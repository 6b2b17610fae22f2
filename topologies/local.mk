# SPDX-License-Identifier: GPL-2.0-or-later
topologiesdir = $(pkgdatadir)/topologies
dist_topologies_DATA = \
	%D%/addresses.gv \
	%D%/balancer.gv \
	%D%/chain.gv \
	%D%/farm.gv \
	%D%/nat.gv \
	%D%/pair.gv \
	%D%/routed.gv \
	%D%/slow.gv \
	%D%/snat.gv \
	%D%/twofold.gv \
	%D%/unruly.gv

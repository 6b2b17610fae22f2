# SPDX-License-Identifier: GPL-2.0-or-later
topologiesdir = $(pkgdatadir)/topologies
dist_topologies_DATA =

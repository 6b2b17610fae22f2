# SPDX-License-Identifier: GPL-2.0-or-later
# The manual: a text for each command and each topic.  `linger help` shows them,
# and the pages for man(1) are made of them.  A new one is a file and a line.
MANUAL_COMMANDS = \
	%D%/command/list.md \
	%D%/command/run.md \
	%D%/command/show.md \
	%D%/command/compare.md \
	%D%/command/report.md \
	%D%/command/claims.md \
	%D%/command/bisect.md \
	%D%/command/topo.md \
	%D%/command/exec.md \
	%D%/command/kernel.md \
	%D%/command/doctor.md \
	%D%/command/help.md
MANUAL_TOPICS = \
	%D%/topic/globs.md \
	%D%/topic/kernels.md \
	%D%/topic/formats.md \
	%D%/topic/verdicts.md \
	%D%/topic/results.md \
	%D%/topic/baselines.md \
	%D%/topic/environment.md \
	%D%/topic/exit-status.md
# What has a page of its own.
MANUAL_CASES = %D%/topic/cases.md
MANUAL_TOPOLOGIES = %D%/topic/topologies.md

MANUAL_TEXTS = $(MANUAL_COMMANDS) $(MANUAL_TOPICS) $(MANUAL_CASES) \
	$(MANUAL_TOPOLOGIES)
MANUAL_LINGER = %D%/page/linger.md $(MANUAL_COMMANDS) $(MANUAL_TOPICS) \
	%D%/page/see_also.md
# Of the texts: a page depends on nothing else that changes.
MANUAL_DATE = 2026-11-21

EXTRA_DIST += %D%/manual.awk %D%/page/linger.md %D%/page/see_also.md \
	$(MANUAL_TEXTS)
nodist_man_MANS = %D%/linger.1 %D%/linger-case.7 %D%/linger-topology.7
BUILT_SOURCES += %D%/manual.inc
CLEANFILES += %D%/manual.inc $(nodist_man_MANS)

# The script and the texts are named from the top of the sources.
MANUAL = $(AM_V_GEN)$(MKDIR_P) %D% && to=$(abs_builddir)/$@ && \
	cd $(srcdir) && $(AWK) -f %D%/manual.awk -v date=$(MANUAL_DATE) \
	-v version=$(VERSION)

%D%/manual.inc: %D%/manual.awk $(MANUAL_TEXTS)
	$(MANUAL) -v to=c $(MANUAL_TEXTS) >$$to.new && mv $$to.new $$to
%D%/linger.1: %D%/manual.awk $(MANUAL_LINGER)
	$(MANUAL) -v to=man -v page='LINGER 1' $(MANUAL_LINGER) >$$to.new && \
		mv $$to.new $$to
%D%/linger-case.7: %D%/manual.awk $(MANUAL_CASES)
	$(MANUAL) -v to=man -v page='LINGER-CASE 7' \
		-v name='linger-case - write a case for linger' \
		$(MANUAL_CASES) >$$to.new && mv $$to.new $$to
%D%/linger-topology.7: %D%/manual.awk $(MANUAL_TOPOLOGIES)
	$(MANUAL) -v to=man -v page='LINGER-TOPOLOGY 7' \
		-v name='linger-topology - a network for linger' \
		$(MANUAL_TOPOLOGIES) >$$to.new && mv $$to.new $$to

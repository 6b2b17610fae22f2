# SPDX-License-Identifier: GPL-2.0-or-later

# The runner.
bin_PROGRAMS += linger
linger_SOURCES = \
	%D%/cases.c %D%/cases.h %D%/child.c %D%/child.h %D%/command.h \
	%D%/doctor.c %D%/folder.c %D%/folder.h %D%/help.c %D%/item.c \
	%D%/item.h %D%/jsonl.c %D%/linger.c %D%/list.c %D%/option.c \
	%D%/option.h %D%/path.c %D%/path.h %D%/pretty.c %D%/pty.c %D%/pty.h \
	%D%/progress.c %D%/progress.h %D%/result.c %D%/result.h %D%/run.c \
	%D%/run.h %D%/schedule.c %D%/schedule.h %D%/select.c %D%/select.h \
	%D%/show.c %D%/tap.c %D%/terminal.c %D%/terminal.h %D%/text.c \
	%D%/text.h %D%/topo.c %D%/topology_option.c %D%/topology_option.h \
	%D%/visit.c %D%/visit.h
linger_SOURCES += \
	%D%/complete.c %D%/synopsis.c %D%/synopsis.h \
	%D%/diagnosis.c %D%/diagnosis.h %D%/estimate.c %D%/estimate.h \
	%D%/group.c %D%/group.h %D%/help.h %D%/junit.c %D%/ktap.c %D%/output.c \
	%D%/output.h %D%/pretty.h %D%/summary.c %D%/summary.h %D%/xml.c \
	%D%/xml.h
linger_SOURCES += \
	%D%/keeper.c %D%/keeper.h \
	%D%/kernel.c %D%/kernel_apt.c %D%/kernel_apt.h %D%/kernel_build.c \
	%D%/kernel_build.h %D%/kernel_config.c %D%/kernel_config.h \
	%D%/kernel_exec.c %D%/kernel_exec.h %D%/kernel_hash.c \
	%D%/kernel_hash.h %D%/kernel_image.c %D%/kernel_image.h \
	%D%/kernel_import.c %D%/kernel_import.h %D%/kernel_modules.c \
	%D%/kernel_modules.h %D%/kernel_news.c %D%/kernel_news.h \
	%D%/kernel_probe.c %D%/kernel_probe.h \
	%D%/kernel_record.c %D%/kernel_record.h %D%/kernel_shelf.c \
	%D%/kernel_shelf.h %D%/kernel_show.c %D%/kernel_show.h \
	%D%/kernel_source.c %D%/kernel_source.h %D%/kernel_store.c \
	%D%/kernel_store.h %D%/kernel_unpack.c %D%/kernel_unpack.h
linger_SOURCES += \
	%D%/archives.c %D%/archives.h %D%/base64.c %D%/base64.h \
	%D%/boot.c %D%/boot.h %D%/cargo.c %D%/cargo.h %D%/cpio.c \
	%D%/cpio.h %D%/errand.c %D%/errand.h %D%/exec.c %D%/guest.c %D%/guest.h \
	%D%/guest_cases.c %D%/guest_cases.h \
	%D%/guest_console.c %D%/guest_console.h %D%/guest_file.c \
	%D%/guest_file.h %D%/guest_machine.c %D%/guest_machine.h \
	%D%/guest_run.c %D%/guest_seal.c %D%/guest_seal.h %D%/kernels.c \
	%D%/kernels.h %D%/payload.c %D%/payload.h %D%/processor.c \
	%D%/processor.h
linger_SOURCES += \
	%D%/against.c %D%/against.h %D%/aspect.c %D%/aspect.h \
	%D%/baseline.c %D%/baseline.h %D%/baseline_check.c \
	%D%/baseline_check.h %D%/baseline_real.c %D%/baseline_real.h \
	%D%/baselines.c %D%/baselines.h %D%/bisect.c %D%/compare.c %D%/compare.h \
	%D%/compare_json.c %D%/compare_ladders.c %D%/compare_ladders.h \
	%D%/compare_matrix.c %D%/compare_text.c %D%/compare_value.c \
	%D%/comparison.c %D%/comparison.h %D%/json.c \
	%D%/json.h %D%/known.c %D%/known.h %D%/trace_diff.c \
	%D%/trace_diff.h %D%/variant_names.c %D%/variant_names.h
linger_SOURCES += \
	%D%/report.c %D%/report_data.c %D%/report_data.h %D%/report_page.c \
	%D%/report_page.h %D%/report_topology.c %D%/report_topology.h
linger_SOURCES += \
	%D%/claim_list.c %D%/claim_list.h %D%/claim_ruling.c \
	%D%/claim_ruling.h %D%/claims.c %D%/claims.h %D%/claims_account.c \
	%D%/claims_markdown.c %D%/claims_table.c %D%/variant_split.c \
	%D%/variant_split.h
linger_LDADD = $(SMARTCOLS_LIBS) $(LDADD)

# The first process of a guest.  It finds no library there.
pkglibexec_PROGRAMS = linger-init
linger_init_SOURCES = %D%/guest_init.c \
	%D%/guest_modules.c %D%/guest_modules.h \
	%D%/guest_output.c %D%/guest_output.h
linger_init_CFLAGS = -std=gnu11 $(WARNINGS)
linger_init_LDFLAGS = -static
linger_init_LDADD =

# What `linger kernel show` asks a kernel.
pkglibexec_PROGRAMS += linger-probe
linger_probe_SOURCES = %D%/guest_probe.c

# What completes words for shells: `linger complete` behind each.
bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = %D%/completion/bash/linger
zshcompletiondir = $(datadir)/zsh/site-functions
dist_zshcompletion_DATA = %D%/completion/zsh/_linger
fishcompletiondir = $(datadir)/fish/vendor_completions.d
dist_fishcompletion_DATA = %D%/completion/fish/linger.fish

# The options of UML kernels, as a string.
nodist_linger_SOURCES = %D%/uml_config.inc
BUILT_SOURCES += %D%/uml_config.inc
CLEANFILES += %D%/uml_config.inc
EXTRA_DIST += %D%/uml.config
%D%/uml_config.inc: %D%/uml.config
	$(AM_V_GEN)$(MKDIR_P) %D% && sed 's/.*/"&\\n"/' \
		$(srcdir)/%D%/uml.config >$@.new && mv $@.new $@
%D%/kernel_config.$(OBJEXT): %D%/uml_config.inc

# What `linger help` shows.
%D%/help.$(OBJEXT): docs/manual/manual.inc

# The page of `linger report`, as a string.  Modules stand behind those that they
# use.
REPORT_MODULES = \
	dom.js data.js names.js verdict.js difference.js route.js list.js \
	filter.js ladder.js layout.js picture.js plot.js variant.js compare.js \
	claim.js matrix.js page.js
REPORT_PARTS = $(REPORT_MODULES:%=%D%/report/%) \
	%D%/report/page.html %D%/report/page.css %D%/report/views.css \
	%D%/report/ladder.css %D%/report/small.css \
	%D%/report/uplot/uPlot.iife.min.js %D%/report/uplot/uPlot.min.css
nodist_linger_SOURCES += %D%/report_page.inc
BUILT_SOURCES += %D%/report_page.inc
CLEANFILES += %D%/report_page.inc
EXTRA_DIST += $(REPORT_PARTS) %D%/report/assemble %D%/report/uplot/LICENSE \
	%D%/report/uplot/README.md
%D%/report_page.inc: $(REPORT_PARTS) %D%/report/assemble
	$(AM_V_GEN)$(MKDIR_P) %D% && $(srcdir)/%D%/report/assemble \
		$(srcdir)/%D%/report $(REPORT_MODULES) >$@.new && mv $@.new $@
%D%/report_page.$(OBJEXT): %D%/report_page.inc

check_PROGRAMS += %D%/test/test_result %D%/test/test_select
UNIT_TESTS += %D%/test/test_result %D%/test/test_select
check_PROGRAMS += %D%/test/test_cpio
UNIT_TESTS += %D%/test/test_cpio
check_PROGRAMS += %D%/test/test_baseline
UNIT_TESTS += %D%/test/test_baseline
harness_test_test_baseline_SOURCES = %D%/test/test_baseline.c \
	%D%/baseline.c %D%/baseline.h %D%/baseline_check.c \
	%D%/baseline_check.h %D%/baseline_real.c %D%/baseline_real.h \
	%D%/json.c %D%/json.h %D%/text.c %D%/text.h \
	lib/test/unit.c lib/test/unit.h
check_PROGRAMS += %D%/test/test_compare
UNIT_TESTS += %D%/test/test_compare
harness_test_test_compare_SOURCES = %D%/test/test_compare.c \
	%D%/aspect.c %D%/aspect.h %D%/json.c %D%/json.h %D%/text.c \
	%D%/text.h %D%/trace_diff.c %D%/trace_diff.h %D%/variant_names.c \
	%D%/variant_names.h lib/test/unit.c lib/test/unit.h
harness_test_test_cpio_SOURCES = %D%/test/test_cpio.c \
	%D%/cpio.c %D%/cpio.h %D%/text.c %D%/text.h \
	lib/test/unit.c lib/test/unit.h
harness_test_test_result_SOURCES = %D%/test/test_result.c \
	%D%/result.c %D%/result.h %D%/json.c %D%/json.h %D%/text.c %D%/text.h \
	lib/test/unit.c lib/test/unit.h
harness_test_test_select_SOURCES = %D%/test/test_select.c \
	%D%/select.c %D%/select.h %D%/text.c %D%/text.h \
	lib/test/unit.c lib/test/unit.h

# What Linux 4.9 has, on any kernel: for programs, and for a guest's first one.
check_PROGRAMS += %D%/test/as_4_9 %D%/test/init_4_9
harness_test_as_4_9_SOURCES = %D%/test/as_4_9.c %D%/test/linux_4_9.c
harness_test_as_4_9_LDADD =
harness_test_init_4_9_SOURCES = $(linger_init_SOURCES) %D%/test/linux_4_9.c
harness_test_init_4_9_CFLAGS = $(linger_init_CFLAGS)
harness_test_init_4_9_LDFLAGS = $(linger_init_LDFLAGS)
harness_test_init_4_9_LDADD =

# Some programs under fake/ are cases as they should not be.
RUNNER_TESTS = \
	%D%/test/against.sh \
	%D%/test/claims.sh \
	%D%/test/list.sh \
	%D%/test/run.sh \
	%D%/test/formats.sh \
	%D%/test/manual.sh \
	%D%/test/complete.sh \
	%D%/test/bad.sh \
	%D%/test/bisect.sh \
	%D%/test/claims_page.sh \
	%D%/test/compare.sh \
	%D%/test/determinism.sh \
	%D%/test/guest.sh \
	%D%/test/exec.sh \
	%D%/test/linux_4_9.sh \
	%D%/test/report.sh \
	%D%/test/results.sh \
	%D%/test/schedule.sh \
	%D%/test/terminal.sh \
	%D%/test/show.sh \
	%D%/test/kernel.sh \
	%D%/test/topo.sh \
	%D%/test/usage.sh
SHELL_TESTS += $(RUNNER_TESTS)
dist_check_SCRIPTS += $(RUNNER_TESTS)
EXTRA_DIST += \
	%D%/test/fake-undescribed/describe/crashes \
	%D%/test/fake-undescribed/describe/fails \
	%D%/test/fake-undescribed/describe/has_no_interpreter \
	%D%/test/fake-undescribed/describe/has_no_variants \
	%D%/test/fake-undescribed/describe/has_variants_twice \
	%D%/test/fake-undescribed/describe/is_fine \
	%D%/test/fake-undescribed/describe/is_no_json \
	%D%/test/fake-undescribed/describe/is_of_another_case \
	%D%/test/fake-undescribed/describe/is_of_another_schema \
	%D%/test/fake/bad/crashes %D%/test/fake/bad/crashes_late \
	%D%/test/fake/bad/fails_and_crashes %D%/test/fake/bad/floods \
	%D%/test/fake/bad/forks %D%/test/fake/bad/hangs \
	%D%/test/fake/bad/has_an_odd_verdict \
	%D%/test/fake/bad/has_two_verdicts %D%/test/fake/bad/is_of_another \
	%D%/test/fake/bad/passes_with_a_status \
	%D%/test/fake/bad/prints_garbage \
	%D%/test/fake/bad/prints_half_a_line \
	%D%/test/fake/bad/says_nothing %D%/test/fake/options/are_seen \
	%D%/test/fake/format/has_heart %D%/test/fake/format/needs_escapes \
	%D%/test/fake/options/has_odd_names %D%/test/fake/time/is_bulk \
	%D%/test/fake/time/is_long %D%/test/fake/time/meets \
	%D%/test/fake/verdict/fails %D%/test/fake/verdict/is_broken \
	%D%/test/fake/verdict/is_noisy %D%/test/fake/verdict/passes \
	%D%/test/fake/verdict/skips %D%/test/fake/fake.sh \
	%D%/test/check.sh %D%/test/guests.sh %D%/test/junit.rng \
	%D%/test/report/claims.json %D%/test/report/drive.js \
	%D%/test/report/first.json %D%/test/report/second.json \
	%D%/test/report/watch.html

KERNEL_TESTS += %D%/test/on_kernel.sh
SHELL_TESTS += %D%/test/docs.sh %D%/test/install.sh %D%/test/regressions.sh
dist_check_SCRIPTS += %D%/test/docs.sh %D%/test/install.sh \
	%D%/test/on_kernel.sh %D%/test/regressions.sh

# SPDX-License-Identifier: GPL-2.0-or-later
# One line a case: its program is built from the .c file of that name.
CASES =

casesdir = $(pkglibexecdir)
nobase_cases_PROGRAMS = $(CASES)

# SPDX-License-Identifier: GPL-2.0-or-later

SHELL_TESTS += %D%/test/install.sh
dist_check_SCRIPTS += %D%/test/install.sh

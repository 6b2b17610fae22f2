#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# linger itself, linger help, linger doctor.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

try "$linger" --version
is 'it says its version' "$status:${output% *}" '0:linger'

try "$linger"
is 'without a command it says how it is used' "$status:$output" 2:
try "$linger" dance
is 'what is no command is refused' "$status:$output:$(head -n 1 .errors)" \
	"2::linger: there is no command 'dance'"

try "$linger" --help
is 'its help lists the commands' \
	"$(awk '/^Commands:/ { on = 1; next } !NF { on = 0 } on { print $1 }' \
		<<<"$output")" \
'list
run
show
compare
report
bisect
claims
topo
exec
kernel
doctor
help'
try "$linger" help verdicts
is 'there is help on topics' "$status:$(head -n 1 <<<"$output")" 0:Verdicts
try "$linger" help exit
is 'the beginning of a name is enough' "$status:$(head -n 1 <<<"$output")" \
	'0:Exit status'
try "$linger" help cooking
is 'but not all' "$status:$output:$errors" \
	"2::linger: there is no help on 'cooking'; \`linger help' lists what there is"

try "$linger" doctor
holds 'the doctor names the kernel' grep -q " $(uname -r) " .output
is 'and what is needed, there or not' \
	"$(grep -cE '^(worlds|netem|nat|bpf|socket-destroy|netdev|user-namespaces|qemu|graphviz|kernels) +(yes|no) ' <<<"$output")" 10
missing=$(awk '$2 == "no" { print $1 }' <<<"$output")
explained=$(sed -n 's/ is missing: .*//p' <<<"$output")
is 'whatever is missing is explained' "$explained" "$missing"

try env PATH="$place" "$linger" doctor
holds 'a program that is not there is missing' \
	grep -q '^qemu is missing: there is no qemu-system-' .output
holds 'with what to install' grep -q '^  install qemu-system-' .output

finish

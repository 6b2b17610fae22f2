#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# How long it takes to make a page of 5,000 variants on six kernels, how large it
# is, and how long a browser takes to draw it.
#
#   report.sh LINGER
set -eu

linger=$1
source=$(dirname "$0")
place=$(mktemp -d)
LINGER_TOPOLOGIES=${LINGER_TOPOLOGIES:-$source/../../topologies}
export LINGER_TOPOLOGIES
trap 'rm -rf "$place"' EXIT
trap 'exit 3' HUP INT TERM

for minor in 1 2 3 4 5 6; do
	awk -v kernel=uml-6.$minor -v release=6.$minor.1 \
		-v differs=$((minor / 2)) -f "$source/baseline.awk" \
		>"$place/uml-6.$minor.json"
done

page=$place/page.html
begun=$(date +%s%N)
"$linger" report -b "$place" -o "$page" 6.1 6.2 6.3 6.4 6.5 6.6 >"$place/output"
ended=$(date +%s%N)
printf '%-34s %5d ms   %s\n' 'a page of 6 kernels' \
	$(((ended - begun) / 1000000)) "$(sed 's/.*: //' "$place/output")"

command -v chromium >"$place/which" || exit 0
# It runs behind the page's own script: then the first rows are there.
cat >>"$page" <<'END'
<script type="module">
document.body.textContent = `drawn: ${Math.round(performance.now())} ms`;
</script>
END
HOME=$place chromium --headless --no-sandbox --disable-gpu \
	--disable-dev-shm-usage --user-data-dir="$place/profile" --dump-dom \
	"file://$page" 2>"$place/log" |
	sed -n 's/.*drawn: \([0-9]*\) ms.*/\1/p' |
	xargs printf '%-34s %5d ms\n' 'drawing it'

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# linger report: the page, used in a browser.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"
data=$LINGER_SOURCE/harness/test/report
unset LINGER_CLAIMS

report()
{
	try "$linger" report "$@"
}

# ---- the command

report nothing
is 'what is not there is named' "$status:$errors" \
	"3:linger: 'nothing' is neither a file, nor a results folder, nor a kernel with a baseline in results"
echo '{' >cut.json
report cut.json
holds 'a baseline that is cut off is named' [ "$status" = 3 ]
holds 'and where' grep -q '^linger: cut.json:2:' <<<"$errors"
report -o none/page.html "$data/first.json"
is 'a page that cannot be written' "$status:${errors##*$'\n'}" \
	'3:linger: cannot write none/page.html: No such file or directory'
echo '[{"number": "2"}]' >claims.json
report --claims claims.json "$data/first.json"
is 'claims that are none' "$status:${errors%%$'\n'*}" \
	'3:linger: claims.json: claim at place 1: Expected integer, got string'
echo '[' >claims.json
LINGER_CLAIMS=claims.json report "$data/first.json"
is 'claims that are cut off' "$status:${errors%%$'\n'*}" \
	"3:linger: claims.json:2:0: this is no JSON: ']' expected near end of file"
is 'nothing is left' "$(ls)" 'claims.json
cut.json'

run verdict/passes verdict/fails
report
is 'a run has a page of its own' "$status:${output%,*}" \
	'0:linger-report.html: 1 kernel, 4 variants'

report -o page.html --claims "$data/claims.json" "$data/first.json" \
	"$data/second.json"
is 'so have baselines' "$status:${output%,*}" \
	'0:page.html: 2 kernels, 4 variants'
holds 'a topology that is not there is named' grep -q \
	'^linger: cannot draw topology no_such_topology: ' <<<"$errors"
# What names other places is text in it, or a name space.
is 'the page asks for nothing' \
	"$(grep -oE '(src|href)="?(https?:)?//[^"]*|@import|url\(' page.html)" ''
# shellcheck disable=SC2016
is 'what is in it ends no script' "$(grep -o '<script' page.html | wc -l)" \
	"$(grep -o '</script' page.html | wc -l)"

report -o again.html --claims "$data/claims.json" "$data/first.json" \
	"$data/second.json"
holds 'and is the same each time' cmp page.html again.html
report -o twice.html "$data/first.json" "$data/first.json"
holds 'a kernel that comes twice is two' grep -q '"uml-1.0#2"' twice.html

for n in 1 2 3 4 5 6; do
	awk -v kernel=uml-6.$n -v release=6.$n.1 -v differs=$((n / 4)) \
		-f "$LINGER_SOURCE/harness/bench/baseline.awk" >uml-6.$n.json
done
report -o many.html --baselines . 6.1 6.2 6.3 6.4 6.5 6.6
is '5,000 variants on six kernels' "$status:${output%,*}" \
	'0:many.html: 6 kernels, 5000 variants'
holds 'take less than 10 MB' [ "$(stat -c %s many.html)" -lt 10000000 ]

# The same in real time, which shows no gaps; and a kernel that differs.
real='s/"virtual"/"real"/; s/"uml"/"host"/; s/"+60s /"/; /times_ms/d'
sed "$real; s/uml-1/host-3/" "$data/first.json" >third.json
sed "$real; s/uml-1/host-4/; s/dropped by drop 1/lost/" "$data/first.json" \
	>fourth.json
report -o mixed.html third.json "$data/first.json" fourth.json
is 'real and virtual time on one page' "$status:${output%,*}" \
	'0:mixed.html: 3 kernels, 4 variants'

# ---- the page

for chromium in chromium chromium-browser google-chrome; do
	command -v "$chromium" >/dev/null && break
	chromium=
done

# use PAGE [HASH]: the driver uses it, and says what came of it.
use()
{
	sed "/<meta charset/r $data/watch.html" "$1" >used.html
	{
		echo '<script type="module">'
		cat "$data/drive.js"
		echo '</script>'
	} >>used.html
	# Nothing is shared with anybody's browser, and nobody is asked.
	env HOME="$place" "$chromium" --headless --no-sandbox --disable-gpu \
		--disable-dev-shm-usage --user-data-dir="$place/profile" \
		--window-size=1400,900 --virtual-time-budget=60000 \
		--enable-logging=stderr --dump-dom "file://$place/used.html" \
		>dom 2>log
	sed -n '/<pre id="tap">/,/<\/pre>/p' dom |
		sed 's/<[^>]*>//g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' >tap
	while IFS= read -r line; do
		case $line in
		'ok '*) result ok "${line#* - }" ;;
		'not ok '*) result 'not ok' "${line#* - }" ;;
		'#'*) echo "$line" ;;
		esac
	done <tap
	holds "$1 was used to the end" grep -q 'nothing went wrong' tap
	is "$1 says nothing on the console" "$(grep CONSOLE log)" ''
}

if [ -n "$chromium" ]; then
	use page.html
	use mixed.html
	use many.html
else
	skip 'the page in a browser' 'there is no chromium'
fi

finish

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What fake cases have in common.  They speak as case programs do, and do what
# the runner has to cope with.  A fake sets `variants` (NAME[/LASTS_MS[/bulk]])
# if it has others than these, defines run(), and ends with: main "$@"
#
# shellcheck disable=SC2034

variants='ipv4 ipv6'
topology=pair
case_name=$(basename "$(dirname "$0")")/$(basename "$0")

# event KIND MEMBERS: members are JSON, with a comma in front of each.
event()
{
	printf '{"event":"%s","case":"%s","variant":"%s"%s}\n' \
		"$1" "$case_name" "$variant" "$2"
}

start()
{
	event start ",\"schema\":1,\"topology\":\"$topology\",\"kernel\":\"6.1\",\"lasts_ms\":0"
}

# verdict VERDICT REASON
verdict()
{
	event verdict ",\"verdict\":\"$1\",\"reason\":\"$2\",\"file\":\"cases/$case_name.c\",\"line\":7,\"duration_ms\":12"
}

describe()
{
	printf '{"schema":1,"case":"%s","story":"%s\\n\\nMore of it.",' \
		"$case_name" "$title"
	printf '"title":"%s","topology":"%s","claims":"2 12",' \
		"$title" "$topology"
	printf '"bulk":false,"needs":["netem","nat"],"variants":['
	comma=
	for each in $variants; do
		name=${each%%/*}
		lasts=${each#"$name"}
		lasts=${lasts#/}
		bulk=false
		case $lasts in
		*/bulk) bulk=true ;;
		esac
		printf '%s{"name":"%s","lasts_ms":%d,"bulk":%s}' \
			"$comma" "$name" "${lasts%%/*}" "$bulk"
		comma=,
	done
	echo ']}'
}

main()
{
	title="A fake that is called $case_name."
	describes=false
	variant=
	all_options="$*"
	while [ $# -gt 0 ]; do
		case $1 in
		--describe)
			describes=true
			shift
			;;
		--variant)
			variant=$2
			shift 2
			;;
		--out)
			out=$2
			shift 2
			;;
		--family)
			variants=ipv$2
			shift 2
			;;
		--vary)
			varied=
			for each in $variants; do
				varied="$varied $each,$2"
			done
			variants=$varied
			shift 2
			;;
		*) shift 2 ;;
		esac
	done
	if $describes; then
		describe
	else
		run
	fi
}

# SPDX-License-Identifier: GPL-2.0-or-later
# A baseline of the size that a large catalogue has: 250 cases with 20 variants
# of 24 segments each.
#
#   awk -v kernel=uml-6.1 -v release=6.1.1 -v differs=0 -f baseline.awk
#
# With `differs`, one variant in 50 does something else.

function members(family, n, changed, line, mss, size) {
	mss = family == "ipv4" ? 1460 : 1440
	printf "     \"claims\": {\n      \"%d\": true\n     },\n", n % 93 + 1
	printf "     \"counters\": {\n      \"client\": {\n"
	printf "       \"ActiveOpens\": %d,\n       \"TW\": 1\n      },\n", n % 9
	printf "      \"server\": {\n       \"OutRsts\": %d,\n", changed
	printf "       \"PassiveOpens\": 1\n      }\n     },\n"
	printf "     \"duration_ms\": %d,\n", 60000 + n
	printf "     \"facts\": {\n      \"counter PAWSTimewait\": %s\n     },\n", differs ? "true" : "false"
	printf "     \"hosts\": [\n      \"client\",\n      \"server\"\n     ],\n"
	printf "     \"observations\": {\n      \"connect\": [\n       \"%s\"\n      ]\n     },\n", changed ? "ECONNREFUSED" : "0"
	printf "     \"reason\": \"\",\n"
	printf "     \"states\": [\n      [3,\"client\",0,\"ESTABLISHED\"],\n      [9,\"server\",0,\"CLOSED\"]\n     ],\n"
	printf "     \"times_ms\": [0"
	for (line = 1; line < 24; line++)
		printf ",%d", line * 10
	printf "],\n     \"trace\": [\n"
	for (line = 0; line < 24; line++) {
		size = changed && line == 12 ? 9 : 5
		if (line % 2)
			printf "      \"server:80 > client:4000 . 1:1(0) ack %d <TS ecr>\"%s\n", line + size, line < 23 ? "," : ""
		else
			printf "      \"client:4000 > server:80 P. %d:%d(%d) ack 1 <mss %d,TS ecr>\",\n", line, line + size, size, mss
	}
	printf "     ],\n     \"verdict\": \"pass\"\n"
}

BEGIN {
	printf "{\n \"schema\": 1,\n \"kind\": \"baseline\",\n \"kernel\": {\n"
	printf "  \"guest\": \"uml\",\n  \"name\": \"%s\",\n", kernel
	printf "  \"release\": \"%s\",\n  \"time\": \"virtual\"\n },\n", release
	printf " \"cases\": {\n"
	for (c = 0; c < 250; c++) {
		printf "  \"mechanism%02d/case_%03d\": {\n", c / 10, c
		printf "   \"claims\": [%d],\n", c % 93 + 1
		printf "   \"facts\": {\n    \"counter PAWSTimewait\": \"it is counted by itself\"\n   },\n"
		printf "   \"story\": \"A connection ends in one of many ways.\",\n"
		printf "   \"title\": \"A connection ends\",\n"
		printf "   \"topology\": \"pair\",\n   \"variants\": {\n"
		for (v = 0; v < 20; v++) {
			n = c * 20 + v
			family = v % 2 ? "ipv6" : "ipv4"
			printf "    \"%s,row_%d\": {\n", family, v / 2
			members(family, n, differs && int(n / 2) % 50 == 7)
			printf "    }%s\n", v < 19 ? "," : ""
		}
		printf "   }\n  }%s\n", c < 249 ? "," : ""
	}
	printf " }\n}\n"
}

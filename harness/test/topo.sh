#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# linger topo: what is in a topology, and what is wrong with one.
# shellcheck source=harness/test/check.sh
. "$LINGER_SOURCE/harness/test/check.sh"

cat >lan.gv <<'GV'
graph lan {
	story="A client behind a router."
	client -- router [netem="delay 20ms 5ms loss 1%"]
	router [forward=true]
	router -- server [tailnat="masquerade 1024-2047 random", net="192.0.2.0/24 2001:db8::/64"]
	server [addresses="198.51.100.1/32"]
}
GV
try "$linger" topo lan.gv
is 'hosts, links and routes make tables' "$output" \
'lan: A client behind a router.

HOST    OWN ADDRESSES    SETTINGS
client
router                   forwards
server  198.51.100.1/32

FROM    TO      INTERFACE  ADDRESSES                    NETEM                   NAT
client  router  router     10.0.1.1/24 fd00:0:1::1/64   delay 20ms 5ms loss 1%
router  client  client     10.0.1.2/24 fd00:0:1::2/64   delay 20ms 5ms loss 1%
router  server  server     192.0.2.1/24 2001:db8::1/64                          masquerade 1024-2047 random
server  router  router     192.0.2.2/24 2001:db8::2/64

HOST    ROUTE TO         VIA          INTERFACE
client  default          10.0.1.2     router
client  default          fd00:0:1::2  router
router  198.51.100.1/32  192.0.2.2    server
server  default          192.0.2.1    router
server  default          2001:db8::1  router'
is 'that is all' "$status:$errors" 0:
try env -u LINGER_TOPOLOGIES "$linger" topo pair
is 'a build tree has those of its source' "$status:${output%%:*}" 0:pair

echo 'graph g { a -- a }' >bad.gv
try "$linger" topo bad.gv
is 'what is wrong is said with its place' \
	"$status:$output:${errors%%:[^:]*:*}" "2::linger"
holds 'by file and line' grep -q '^linger: bad.gv:1: ' .errors

try "$linger" topo none.gv
is 'a file that is not there is named' "$status:$output" 2:
holds 'by its name' grep -q '^linger: none.gv: ' .errors

try "$linger" topo lan.gv --shell nobody
is 'a host that is not there is named' "$status:$output:$errors" \
	"2::linger: lan has no host 'nobody'"
try "$linger" topo lan.gv -- ip address
is 'a command needs a host' "$status:$(head -n 1 .errors)" \
	'2:linger topo: a command needs --shell HOST to run on'
try "$linger" topo lan.gv --param k
is 'a parameter needs a value' "$status:$(head -n 1 .errors)" \
	"2:linger topo: --param: 'k' is not NAME=VALUE"

finish

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The networks of bench_topology as one builds them with ip and nft.
#
#   topology.sh HOW up|down NAME nat
#   topology.sh HOW up|down NAME chain HOSTS
#
# HOW is `plain`, an ip process for each setting, or `batch`, one for each
# namespace.  Namespaces are called NAME-HOST.
set -eu

how=$1 action=$2 name=$3 what=$4 hosts=${5:-}

# Does what the lines on stdin say, in the namespace of a host.
settings() {
	if [ "$how" = batch ]; then
		ip -n "$name-$1" -batch -
	else
		while read -r line; do
			# shellcheck disable=SC2086 # a command line
			ip -n "$name-$1" $line
		done
	fi
}

# link TAIL HEAD N: the N-th network, with the tail as .1 and the head as .2
link() {
	ip -n "$name-$1" link add name "$2" type veth peer name "$1" \
		netns "$name-$2"
}

end() {
	echo "addr add 10.0.$2.$3/24 dev $1"
	echo "addr add fd00:0:$2::$3/64 dev $1 nodad"
	echo "link set $1 up"
}

route() {
	echo "route add $1 via 10.0.$2.$3"
}

route6() {
	echo "route add $1 via fd00:0:$2::$3"
}

forwarding() {
	ip netns exec "$name-$1" sysctl -q -w net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1
}

nat_up() {
	for host in client1 client2 router server; do
		ip netns add "$name-$host"
	done
	link client1 router
	link client2 router
	link router server
	for n in 1 2; do
		{
			echo link set lo up
			end router $n 1
			route default $n 2
			route6 ::/0 $n 2
		} | settings client$n
	done
	{
		echo link set lo up
		end client1 1 2
		end client2 2 2
		end server 3 1
	} | settings router
	{
		echo link set lo up
		end router 3 2
		route default 3 1
		route6 ::/0 3 1
	} | settings server
	forwarding router
	ip netns exec "$name-router" nft -f - <<-'END'
		table ip linger {
			chain prerouting {
				type nat hook prerouting priority -100
			}
			chain postrouting {
				type nat hook postrouting priority 100
				oifname "server" masquerade
			}
		}
		table ip6 linger {
			chain prerouting {
				type nat hook prerouting priority -100
			}
			chain postrouting {
				type nat hook postrouting priority 100
				oifname "server" masquerade
			}
		}
	END
}

nat_down() {
	for host in client1 client2 router server; do
		ip netns del "$name-$host"
	done
}

# Host I is joined with host I+1 by network I.
chain_routes() {
	i=$1
	n=1
	while [ $n -lt $((i - 1)) ]; do
		route 10.0.$n.0/24 $((i - 1)) 1
		route6 fd00:0:$n::/64 $((i - 1)) 1
		n=$((n + 1))
	done
	n=$((i + 1))
	while [ $n -lt "$hosts" ]; do
		route 10.0.$n.0/24 "$i" 2
		route6 fd00:0:$n::/64 "$i" 2
		n=$((n + 1))
	done
}

chain_up() {
	for host in $(seq "$hosts"); do
		ip netns add "$name-$host"
	done
	for host in $(seq $((hosts - 1))); do
		link "$host" $((host + 1))
	done
	for host in $(seq "$hosts"); do
		{
			echo link set lo up
			[ "$host" -eq 1 ] ||
				end $((host - 1)) $((host - 1)) 2
			[ "$host" -eq "$hosts" ] ||
				end $((host + 1)) "$host" 1
			chain_routes "$host"
		} | settings "$host"
	done
	for host in $(seq 2 $((hosts - 1))); do
		forwarding "$host"
	done
}

chain_down() {
	for host in $(seq "$hosts"); do
		ip netns del "$name-$host"
	done
}

"${what}_$action"

# SPDX-License-Identifier: GPL-2.0-or-later
"""The network laboratory of the netns stories: a bridge, servers and a client, each in a network
namespace, real daemons on the servers, and observers that note what happens on the wire with the
kernel's time stamps. Python's standard library and iproute2 only.

namespace  one network namespace, and sockets opened inside it
frames     bytes of VRRP, ARP and ICMP, made and taken apart
observe    who notes what: packets, address events, ARP answers, pings, stalls of this machine
mroute6    multicast routes of a namespace
daemon     vipd and keepalived as processes
row        how two servers are one router: version, family, delivery
lan        the machines and their cables
measure    holders over time, outages
story      one test: arguments, privileges, time limits, cleaning up, the verdict
"""

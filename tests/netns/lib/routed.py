# SPDX-License-Identifier: GPL-2.0-or-later
"""Instances without `interface`: from a source of the server's own to that of the other one, by one
of two cables (Lan.second_cable())."""


def source(server, family=4):
    return f"198.51.100.{server.number}" if family == 4 else f"2001:db8:1::{server.number}"


def instance(server, family, name, vrid, vip, more=""):
    length = 24 if family == 4 else 64
    peers = "".join(f"        {source(s, family)}\n" for s in server.lan.servers)
    return (
        f"vrrp_instance {name} {{\n"
        f"    version 3\n"
        f"    state BACKUP\n"
        f"    virtual_router_id {vrid}\n"
        f"    priority {200 - server.number}\n"
        f"    advert_int 0.5\n"
        f"{more}"
        f"    unicast_src_ip {source(server, family)}\n"
        f"    unicast_peer {{\n{peers}    }}\n"
        f"    virtual_ipaddress {{\n        {vip}/{length} dev eth0\n    }}\n"
        f"}}\n"
    )


def route_both(lab, number, table=""):
    one, two = lab.servers
    route(one, two, number, table)
    route(two, one, number, table)


def route(server, other, number, table=""):
    """To the other's sources by cable 0 or 1; `table`: as in "vrf red"."""
    host = 10 + other.number
    via4 = (f"192.0.2.{host}", f"203.0.113.{host}")[number]
    via6 = (f"2001:db8::{host}", f"2001:db8:2::{host}")[number]
    server.run(f"ip route replace {source(other)}/32 via {via4} {table}")
    server.run(f"ip -6 route replace {source(other, 6)}/128 via {via6} {table}")

# SPDX-License-Identifier: GPL-2.0-or-later
"""Addresses, routes and rules in one way of writing, from both sides.

keepalived prints them as iproute2 would; we show the words of the file's language. Both are taken
apart into options and put together in one order, with numbers for names of tables and scopes, so
that two texts are equal when they mean the same. What keepalived works out itself (the interface of
an address that names none, a route that it cannot track) is worked out for ours in the same way:
these are rules of the language, listed here once.
"""
import ipaddress
import os
import re

TABLE_FOLDERS = ["/usr/share/iproute2", "/etc/iproute2"]
TABLES = {"scope": "rt_scopes", "table": "rt_tables", "proto": "rt_protos", "tos": "rt_dsfield"}
# Known without any file.
NAMES = {
    "scope": {"global": 0, "site": 200, "link": 253, "host": 254, "nowhere": 255},
    "table": {"default": 253, "main": 254, "local": 255},
    "proto": {"kernel": 2, "boot": 3, "static": 4, "keepalived": 18},
    "tos": {},
    "ipproto": {"icmp": 1, "tcp": 6, "udp": 17, "ipv6-icmp": 58, "vrrp": 112, "sctp": 132},
}
PROTO_KEEPALIVED = "18"
TABLE_MAIN = "254"

ADDRESS_VALUES = ["dev", "scope", "label", "brd", "peer", "preferred_lft", "track_group"]
ADDRESS_FLAGS = ["home", "-nodad", "mngtmpaddr", "noprefixroute", "autojoin", "no_track",
                 "use_vmac"]  # fmt: skip
# What keepalived adds while it runs.
RUNNING = {"set", "nftable_set", "iptable_rule_set"}

ROUTE_TYPES = ["unicast", "local", "broadcast", "anycast", "multicast", "throw", "unreachable",
               "prohibit", "blackhole", "nat"]  # fmt: skip
OPERATIONS = ["add", "append", "prepend"]
RULE_TYPES = ["blackhole", "unreachable", "prohibit", "nat", "throw"]

ROUTE_ALIASES = {"gw": "via", "oif": "dev", "priority": "metric", "preference": "metric",
                 "protocol": "proto", "dsfield": "tos", "realm": "realms"}  # fmt: skip
RULE_ALIASES = {"table": "lookup", "preference": "priority", "order": "priority", "dev": "iif",
                "dsfield": "tos", "sup_pl": "suppress_prefixlen", "sup_group": "suppress_ifgroup",
                "suppress_prefixlength": "suppress_prefixlen", "realm": "realms"}  # fmt: skip
ROUTE_FLAGS = {"onlink", "no_track"}
RULE_FLAGS = {"not", "nop", "l3mdev", "no_track"}
NUMBERS = {"metric", "priority", "mtu", "window", "advmss", "cwnd", "ssthresh", "reordering",
           "hoplimit", "initcwnd", "initrwnd", "quickack", "tos", "goto", "weight",
           "suppress_prefixlen"}  # fmt: skip


def load_names():
    for kind, file_name in TABLES.items():
        for folder in TABLE_FOLDERS:
            path = os.path.join(folder, file_name)
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    for line in file:
                        words = line.split("#")[0].split()
                        if len(words) == 2:
                            NAMES[kind][words[1]] = int(words[0], 0)


load_names()


def number(text):
    try:
        return str(int(text, 0))
    except ValueError:
        return text


def named(kind, text):
    return str(NAMES[kind][text]) if text in NAMES[kind] else number(text)


def prefix(text):
    """ADDRESS/LENGTH, whatever was left out."""
    if text in ("all", "default", "any"):
        return text
    try:
        return str(ipaddress.ip_interface(text))
    except ValueError:
        return text


def address(text):
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text


def is_address(text):
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def host_address(name):
    """The first address of a name in /etc/hosts."""
    with open("/etc/hosts", encoding="utf-8") as file:
        for line in file:
            words = line.split("#")[0].split()
            if name in words[1:]:
                return address(words[0])
    return None


def is_ipv6(text):
    return ":" in text


def options_of(words, values, flags):
    """{option: value} of an address line; unknown words as they are."""
    found, i = {}, 0
    while i < len(words):
        word = {"broadcast": "brd"}.get(words[i], words[i])
        if word in values and i + 1 < len(words):
            found[word] = words[i + 1]
            i += 1
        elif word in RUNNING:
            pass
        else:
            found[word] = None if word in flags or word == "deprecated" else "?"
        i += 1
    return found


def broadcast(text, option):
    interface = ipaddress.ip_interface(text)
    if option == "+":
        return str(interface.network.broadcast_address)
    return str(interface.network.network_address) if option == "-" else address(option)


def address_line(words, default_dev):
    """An address of either side as one text."""
    if not words:
        return ""
    own = prefix(words[0])
    found = options_of(words[1:], ADDRESS_VALUES, ADDRESS_FLAGS)
    dev = found.get("dev") or default_dev or "?"
    # keepalived: NAME@BASE for a VMAC of its own.
    parts = [own, "dev", dev.split("@")[-1]]
    if not is_ipv6(own):
        parts += ["scope", named("scope", found.get("scope") or "global")]
        if found.get("brd"):
            parts += ["brd", broadcast(own, found["brd"])]
        if found.get("label"):
            parts += ["label", found["label"]]
    else:
        lifetime = found.get("preferred_lft")
        if "deprecated" in found or (lifetime is None and own.endswith("/128")):
            lifetime = "0"
        parts += ["preferred_lft", lifetime or "forever"]
    if found.get("peer"):
        parts += ["peer", prefix(found["peer"])]
    if found.get("track_group"):
        parts += ["track_group", found["track_group"]]
    parts += [flag for flag in ADDRESS_FLAGS if flag in found]
    parts += sorted(word for word, value in found.items() if value == "?")
    return " ".join(parts)


class Words:
    """A line of words, taken from the left."""

    def __init__(self, words):
        self.words, self.at = words, 0

    def left(self):
        return self.at < len(self.words)

    def take(self):
        self.at += 1
        return self.words[self.at - 1] if self.at <= len(self.words) else ""

    def next_is(self, *choices):
        return self.left() and self.words[self.at] in choices


def route_value(option, words):
    """The value behind an option, in one way of writing."""
    if option == "via":
        if words.next_is("inet", "inet6"):
            words.take()
        return address(words.take())
    if option in ("src", "from"):
        return address(words.take()) if option == "src" else prefix(words.take())
    if option in ("scope", "table", "proto"):
        return named(option, words.take())
    lock = "lock " if words.next_is("lock") and words.take() else ""
    value = words.take()
    return lock + (number(value) if option in NUMBERS else value.removesuffix("sec"))


def route_part(words, stop):
    """Options up to `stop` as {option: text}."""
    found = {}
    while words.left() and not words.next_is(stop):
        word = words.take()
        option = ROUTE_ALIASES.get(word, word)
        if option in RUNNING:
            continue
        if option.startswith("["):  # where it was put meanwhile
            while not word.endswith("]") and words.left():
                word = words.take()
            continue
        if option in ROUTE_FLAGS:
            found[option] = ""
        elif option == "encap":
            found[option] = " ".join(words.words[words.at:])
            words.at = len(words.words)
        elif option in ROUTE_TYPES:
            found["type"] = option
        elif option in OPERATIONS:
            found["operation"] = option
        elif option in ("to", "as"):
            found["to"] = prefix(words.take())
        elif option in ("inet", "inet6"):
            continue
        elif "to" not in found and stop == "nexthop" and re.match(r"[0-9a-f]*[.:]|default", option):
            found["to"] = prefix(option)
        else:
            found[option] = route_value(option, words)
    return found


def options_text(found):
    return " ".join(f"{k} {found[k]}".strip() for k in sorted(found))


def route_line(words):
    """A route of either side as one text."""
    words = Words(words)
    found = route_part(words, "nexthop")
    hops = []
    while words.next_is("nexthop"):
        words.take()
        hop = route_part(words, "nexthop")
        # Behind the last hop keepalived says what belongs to the route.
        found.update({k: hop.pop(k) for k in ("no_track", "track_group") if k in hop})
        hops.append(options_text(hop))
    kind = found.pop("type", "unicast")
    operation = found.pop("operation", "prepend" if kind == "unicast" else "add")
    if found.get("to") in ("default", "any"):
        found["to"] = "::/0" if is_ipv6(found.get("via", "")) else "0.0.0.0/0"
    if "dev" not in found:
        found["no_track"] = ""
    for option, default in [("proto", PROTO_KEEPALIVED), ("table", TABLE_MAIN)]:
        if found.get(option) == default:
            del found[option]
    to = found.pop("to", "?")
    if is_ipv6(to):
        found.pop("onlink", None)  # kept, but not printed
    if "or" in found:
        hops += [options_text({"via": found.pop(word)}) for word in ("via", "or")]
    hops = sorted(f"nexthop {hop}" for hop in hops)
    return " ".join([operation, kind, to, options_text(found), *hops])


def rule_value(option, words):
    value = words.take()
    if option in ("from", "to"):
        text = prefix(value)
        return "all" if text in ("any", "default", "0.0.0.0/0", "::/0") else text
    if option == "fwmark":
        mark, _, mask = value.partition("/")
        return f"{number(mark)}/{number(mask)}" if mask else number(mark)
    if option == "lookup":
        return named("table", value)
    if option in ("tos", "ipproto"):
        return named(option, value)
    return number(value) if option in NUMBERS else value


def rule_line(words):
    """A rule of either side as one text."""
    words, found = Words(words), {"from": "all", "tos": "0"}
    while words.left():
        word = words.take()
        option = RULE_ALIASES.get(word, word)
        if option in RUNNING or option in ("inet", "inet6"):
            continue
        if option == "type" or option in RULE_TYPES:
            found["type"] = words.take() if option == "type" else option
        else:
            found[option] = "" if option in RULE_FLAGS else rule_value(option, words)
    if found.get("protocol") in (PROTO_KEEPALIVED, "keepalived"):
        del found["protocol"]
    return options_text(found)

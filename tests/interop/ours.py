# SPDX-License-Identifier: GPL-2.0-or-later
"""Our document (`vipctl config show FILE --json`) as blocks, and what a value needs to know of the
rest of it: the interface of its instance, the weight of a tracked object, who runs a script.

Where keepalived looks something up for a value that does not say it, ours is looked up in our
document, never in the dump: the two sides stay independent.
"""
import lines
from fields import Block
from kinds import Owner, words_of

DEFAULT_SCRIPT_USER = "keepalived_script"
DEFAULT_INTERFACE = "eth0"
# Parts of a block that have no name: their values are the block's.
PARTS = {"authentication", "auth_hmac"}
WEIGHT_DEFAULT = {"track_file": 1}

# Stand outside of global_defs; keepalived prints them there.
PRINTED_AS_GLOBAL = {"net_namespace", "net_namespace_ipvs", "instance"}
TRACKS = {"track_script": "vrrp_script", "track_file": "track_file", "track_bfd": "bfd_instance",
          "track_process": "vrrp_track_process"}  # fmt: skip


def block_words(kind, words):
    """The words behind a block's keyword in one way of writing."""
    if kind == "virtual_server" and words[:1] == ["fwmark"]:
        return ["fwmark", str(int(words[1], 0))]
    if kind == "virtual_server" and words[:1] == ["group"]:
        return words[:2]
    if kind in ("virtual_server", "real_server") and words:
        return [lines.address(words[0]), words[1] if len(words) > 1 else "0"]
    return list(words)


def read_block(raw):
    """What only waits for a later release is in the model like everything that runs."""
    kind = raw["block"]
    block = Block(kind, block_words(kind, raw.get("words") or []))
    block.broken = "" if raw.get("later") else raw.get("broken") or ""
    block.values = list(raw.get("values") or [])
    for inner in raw.get("blocks") or []:
        if inner["block"] in PARTS:
            block.values += inner.get("values") or []
        else:
            block.blocks += with_hosts(read_block(inner))
    return block


def with_hosts(block):
    """`host` in an SMTP_CHECK is one more checker, with what it does not say from around. The
    SMTP_CHECK itself is none when it connects to nobody."""
    if block.kind != "SMTP_CHECK" or not block.blocks:
        return [block]
    hosts, block.blocks = block.blocks, []
    for host in hosts:
        said = {value["keyword"] for value in host.values}
        host.kind = block.kind
        host.values += [value for value in block.values if value["keyword"] not in said]
    return [block] * any(v["keyword"] == "connect_ip" for v in block.values) + hosts


class Ours:
    """The blocks of one document."""

    def __init__(self, document):
        self.blocks, self.top = [], Block("", [])
        self.top.values = list(document.get("values") or [])
        outside = [v for v in self.top.values if v["keyword"] in PRINTED_AS_GLOBAL]
        for raw in document["blocks"]:
            block = read_block(raw)
            if block.kind == "garp_group":
                block.words = sorted(word for value in block.values
                                     if value["keyword"] in ("interface", "interfaces")
                                     for word in words_of(value))
            if block.kind in ("static_ipaddress", "static_routes", "static_rules",
                              "interface_up_down_delays", "linkbeat_interfaces"):  # fmt: skip
                self.top.values += block.values
            else:
                self.blocks.append(block)
        if outside:
            if not self.find("global_defs").values:
                self.blocks.append(Block("global_defs", []))
            self.find("global_defs").values += outside

    def find(self, kind, name=None):
        for block in self.blocks:
            if block.kind == kind and (name is None or block.words == [name]):
                return block
        return Block(kind, [])

    def used(self):
        """(kind, name) of every object that something tracks."""
        found = set()
        for block in self.blocks:
            for value in block.values:
                if value["keyword"] in TRACKS and words_of(value):
                    found.add((TRACKS[value["keyword"]], words_of(value)[0]))
            for real in block.blocks:
                for checker in real.blocks:
                    for value in checker.values:
                        if value["keyword"] in ("track_file", "name"):
                            kind = {"track_file": "track_file", "name": "bfd_instance"}
                            found.add((kind[value["keyword"]], words_of(value)[0]))
        return found


class Context:
    """What is around a value. `path` are the blocks from the outside to the inside."""

    def __init__(self, ours, users, groups, path):
        self.all, self.users, self.groups, self.path = ours, users, groups, path

    def values(self, *keywords):
        return [v for v in self.path[-1].values if v["keyword"] in keywords]

    def word(self, keyword, block=None, at=0):
        found = [v for v in (block or self.path[-1]).values if v["keyword"] == keyword]
        words = words_of(found[-1]) if found else []
        return words[at] if len(words) > at else None

    def outer(self, keyword):
        """The word of the nearest block around that has it."""
        found = [self.word(keyword, block) for block in self.path[-2::-1]]
        return next(filter(None, found), None)

    def interface(self):
        block = self.path[0]
        if block.kind == "vrrp_instance":
            return self.word("interface", block)
        return self.word("default_interface", self.all.find("global_defs")) or DEFAULT_INTERFACE

    def vrid(self):
        return int(self.word("virtual_router_id") or 0)

    def multicast_group(self):
        """Of the instance's family; None with unicast."""
        if self.values("unicast_peer"):
            return None
        addresses = self.values("virtual_ipaddress") or self.values("virtual_ipaddress_excluded")
        six = any(":" in words_of(value)[0] for value in addresses[:1])
        keyword = "vrrp_mcast_group6" if six else "vrrp_mcast_group4"
        group = self.word(keyword, self.all.find("global_defs"))
        return lines.address(group or ("ff02::12" if six else "224.0.0.18"))

    def server(self, at):
        """Address or port of the real server around."""
        return self.path[1].words[at]

    def weight(self, kind, name):
        """(weight, reverse) of something that is tracked without a weight of its own."""
        block = self.all.find(kind, name) if kind else Block("", [])
        weight = self.word("weight", block)
        reverse = self.word("weight", block, 1) == "reverse"
        return (WEIGHT_DEFAULT.get(kind, 0) if weight is None else weight), reverse

    def file_weight(self):
        weight, reverse = self.weight("track_file", self.word("track_file"))
        return f"{weight}{' reverse' if reverse else ''}"

    def owner(self, user, group):
        """user:group as numbers, who is meant when nobody is named: script_user."""
        if user is None:
            found = [v for v in self.all.find("global_defs").values
                     if v["keyword"] == "script_user" and words_of(v)]
            if found and self.path[-1].kind != "script_user":
                words = [word.lstrip(":") for word in words_of(found[-1])]
                return self.owner(*(words + [None])[:2])
            user = DEFAULT_SCRIPT_USER if DEFAULT_SCRIPT_USER in self.users else "root"
        if user not in self.users:
            return f"{user}:{group}"
        uid, gid = self.users[user]
        return f"{uid}:{self.groups.get(group, group) if group else gid}"

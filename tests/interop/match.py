# SPDX-License-Identifier: GPL-2.0-or-later
"""One file's blocks of both sides, put beside each other: which belongs to which, and which of
their fields differ. Nothing is printed here and nothing excused; see explained.py for that.
"""
from dataclasses import dataclass

import fields_global
import fields_lvs
import fields_vrrp
from fields import Block
from kinds import words_of
from ours import Context

TABLES = {
    "global_defs": fields_global.TABLE,
    "vrrp_instance": fields_vrrp.INSTANCE,
    "vrrp_sync_group": fields_vrrp.GROUP,
    "vrrp_script": fields_vrrp.SCRIPT,
    "track_file": fields_vrrp.TRACK_FILE,
    "vrrp_track_process": fields_vrrp.PROCESS,
    "bfd_instance": fields_vrrp.BFD,
    "track_group": fields_vrrp.TRACK_GROUP,
    "garp_group": fields_vrrp.GARP_GROUP,
    "virtual_server": fields_lvs.SERVICE,
    "real_server": fields_lvs.REAL,
    "url": fields_lvs.URL,
    "SSL": fields_lvs.SSL,
    **fields_lvs.CHECKERS,
}
# Known to later versions only, or to us: our document may have them, a dump of 2.2.7 cannot.
LATER = set(
    "active_key anti_replay auth_hmac dbus_no_interface_name iproute_etc_dir iproute_usr_dir "
    "json_dump_file json_version key mode multihop no_virtual_ipaddress owner_ignore_adverts "
    "set_supplementary_groups sni_name snmp_rs_stats_update_interval "
    "snmp_vs_stats_update_interval state_dump_file stats_dump_file time_window "
    "timer_expired_backup tls_compliant use_symlink_paths v3_checksum_as_v2 "
    "vipd_check_unicast_src vipd_yield_to_strangers vrrp_delay_after_boot vrrp_ipsets "
    "vrrp_owner_ignore_adverts".split()
)
# keepalived forgets what nothing uses.
FORGOTTEN_UNUSED = {"vrrp_script", "track_file"}
NEVER_DUMPED = {"global_defs", "SSL"}
# Who prints what. A process that would not run says nothing of its blocks.
PRINTED_BY = {
    "vrrp": {"vrrp_instance", "vrrp_sync_group", "vrrp_script", "vrrp_track_process",
             "track_group", "garp_group"},
    "check": {"virtual_server", "virtual_server_group", "SSL"},
}  # fmt: skip

# Of global_defs, though an instance says it.
ALSO_UNSAID = {"vrrp": {"lvs_sync_daemon"}}


@dataclass
class Difference:
    block: str
    field: str
    theirs: object
    ours: object


class Comparison:
    """`compared` counts the fields that at least one side says."""

    def __init__(self, theirs, ours, result, silent=()):
        """`silent`: the sides of keepalived that do not run."""
        self.theirs, self.ours = theirs, ours
        self.unsaid = set().union(*(PRINTED_BY.get(side, ()) for side in silent))
        self.unsaid_fields = set().union(*(ALSO_UNSAID.get(side, ()) for side in silent))
        self.users, self.groups = result["users"], result["groups"]
        self.compared, self.differences = 0, []

    def differ(self, block, field, theirs, ours):
        self.differences.append(Difference(block, field, theirs, ours))

    def run(self):
        for problem in self.theirs.problems:
            self.differ("dump", "unknown line", problem, None)
        self.compare_top()
        used = self.ours.used()
        for their, our in pairs(self.theirs.blocks, self.ours.blocks):
            if their is None and self.may_be_missing(our, used):
                continue
            if our is None and self.made_by_keepalived(their):
                continue
            if our is None and their.kind == "global_defs":
                our = Block("global_defs", [])
            self.compare(their, our, [])
        return self

    def may_be_missing(self, our, used):
        if our.broken or our.kind in NEVER_DUMPED or our.kind in self.unsaid:
            return True
        if our.kind == "virtual_server_group":
            return not [b for b in self.ours.blocks
                        if b.kind == "virtual_server" and not b.broken]
        if our.kind in FORGOTTEN_UNUSED or our.kind == "bfd_instance":
            return (our.kind, our.words[0] if our.words else "") not in used
        return our.kind == "virtual_server" and not [b for b in our.blocks if not b.broken]

    def made_by_keepalived(self, their):
        """Global intervals of announcements become a garp_group for each interface."""
        if their.kind != "garp_group":
            return False
        context = Context(self.ours, self.users, self.groups, [self.ours.find("global_defs")])
        return bool(context.values("vrrp_garp_interval", "vrrp_gna_interval"))

    def compare_top(self):
        self.theirs.top.fields.get(fields_vrrp.DELAYS.name, []).sort()
        self.compare_fields("top level", fields_vrrp.TOP, self.theirs.top, self.ours.top, [])

    def field(self, title, name, kind, theirs, ours):
        same = getattr(kind, "same", None)
        if theirs in (None, []) and ours in (None, []):
            return
        self.compared += 1
        if not (same(theirs, ours) if same else theirs == ours):
            self.differ(title, name, theirs, ours)

    def compare(self, their, our, path):
        title = " / ".join(block.title() for block in [*path, our or their])
        if our is None or our.broken or their is None:
            said = f"left out: {our.broken}" if our and our.broken else "there"
            self.compared += 1
            if not (their is None and our.broken):
                self.differ(title, "block", "there" if their else None, said if our else None)
            return
        if their.kind == "virtual_server_group":
            context = Context(self.ours, self.users, self.groups, [our])
            entries = self.read_ours(title, fields_lvs.ENTRIES, group_values(our), context)
            self.field(title, "entries", None, their.fields["entries"], entries)
            return
        self.compare_fields(title, TABLES[their.kind], their, our, path)
        for inner_their, inner_our in pairs(their.blocks, our.blocks):
            self.compare(inner_their, inner_our, [*path, our])

    def compare_fields(self, title, table, their, our, path):
        context = Context(self.ours, self.users, self.groups, [*path, our])
        known = set(table.unseen) | LATER
        for row in table.rows:
            known |= set(row.keywords)
            values = context.values(*row.keywords)
            mine = self.read_ours(title, row, values, context)
            if row.only_ours and not values or row.keywords[0] in self.unsaid_fields:
                continue
            theirs = their.fields.get(row.name)
            default = row.default(context) if callable(row.default) else row.default
            if theirs is None and mine is None:
                continue
            self.field(title, row.name, row.kind, default if theirs is None else theirs,
                       default if mine is None else mine)
        for value in our.values:
            if value["keyword"] not in known:
                self.differ(title, value["keyword"], "no row for this keyword", words_of(value))


    def read_ours(self, title, row, values, context):
        try:
            return row.kind.ours(values, context) if values else None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            self.differ(title, row.name, f"cannot read ours: {error!r}", values)
            return None


def group_values(block):
    """Entries of a virtual_server_group: its values, whatever they are called."""
    return [value for value in block.values if words_of(value)]


def key(block):
    return block.kind, tuple(block.words)


def pairs(theirs, ours):
    """(their block, our block): same kind and words, in their order; None for what is missing."""
    left = list(ours)
    found = []
    for their in theirs:
        candidates = [our for our in left if key(our) == key(their)]
        ours_of_it = [our for our in candidates if same_protocol(their, our)] or candidates
        healthy = [our for our in ours_of_it if not our.broken] or ours_of_it
        our = healthy[0] if healthy else None
        if our is not None:
            left.remove(our)
        found.append((their, our))
    return found + [(None, our) for our in left]


def same_protocol(their, our):
    if their.kind != "virtual_server" or not their.fields.get("protocol"):
        return True
    words = [words_of(v) for v in our.values if v["keyword"] == "protocol"]
    return bool(words) and words[-1][:1] == [their.fields["protocol"]] or not words

# SPDX-License-Identifier: GPL-2.0-or-later
"""The rows of everything that keepalived's VRRP and BFD processes print."""
import re
from decimal import Decimal

from fields import Row, Table
from kinds import (Addresses, Choice, Command, Fixed, Interval, Names, Number, Owner, Peers,
                   Routes, Rules, Seconds, Switch, Text, Tracked, Weight)  # fmt: skip
from lines import address

UID_GID = r", uid:gid (\d+):(\d+)"


def command_rows(keyword, label):
    """A command and its owner stand in one line."""
    owner = f"{keyword} owner"
    return [Row(keyword, rf"{label} = ('.*'), uid:gid \d+:\d+", Command()),
            Row(owner, rf"{label} = '.*'{UID_GID}", Owner())]


def tracked_rows():
    return [
        Row("track_interface", "Tracked interfaces :", Tracked(), []),
        Row("track_script", "Tracked scripts :", Tracked("vrrp_script"), []),
        Row("track_file", "Tracked files :", Tracked("track_file"), []),
        Row("track_process", "Tracked process(?:es)? :", Tracked("vrrp_track_process"), []),
        Row("track_bfd", "Tracked BFDs :", Tracked("bfd_instance"), []),
    ]


class Vmac:
    """`Use VMAC, i/f name N` with its MAC below. Ours without a name means the one that keepalived
    makes from a prefix and the VRID."""

    def __init__(self, what):
        self.what = what

    def theirs(self, match, line):
        mac = [t.removeprefix("MAC = ").split()[0] for t in line.texts() if t.startswith("MAC = ")]
        return {"name": match[1], "mac": mac[0] if mac else None}[self.what]

    def ours(self, values, context):
        found = {"name": "", "mac": None}
        for word in values[-1].get("words") or []:
            if word.count(":") >= 4:
                octets = word.lower().split(":")
                full = octets if len(octets) == 6 else [*octets, f"{context.vrid():02x}"]
                found["mac"] = ":".join(full)
            elif word != "name":
                found["name"] = word
        return found[self.what]

    def same(self, theirs, ours):
        return theirs == ours or (ours == "" and re.match(r"\S+\.\d+$", theirs or ""))


class Extra:
    """`garp_extra_if [all] N`. keepalived prints a time of 0 as nothing, and nothing of an instance
    that sends no such announcement: without `all` one that has no address of its VMAC elsewhere,
    with it one that has a VMAC."""

    def theirs(self, match, line):
        return ("all " if match[1] == "i/f" else "") + match[2]

    def ours(self, values, context):
        words = values[-1].get("words") or []
        hidden = words[-1:] == ["0"] or words[:1] != ["all"] or context.values("use_vmac")
        return None if hidden else " ".join(words)


class SourceCheck(Switch):
    """keepalived keeps the global switch apart from the instance's, and prints the latter only with
    unicast. Ours is the one in force."""

    def ours(self, values, context):
        if not context.values("unicast_peer"):
            return None
        said = context.all.find("global_defs").values
        is_global = any(v["keyword"] == "vrrp_check_unicast_src" and
                        super(SourceCheck, self).ours([v], context) == "yes" for v in said)
        return super().ours(values, context), is_global

    def same(self, theirs, ours):
        is_on, is_global = ours if isinstance(ours, tuple) else (ours, False)
        return theirs == is_on or (is_global and is_on == "yes")


class Auth:
    """The password counts with eight characters, and only with its type."""

    def theirs(self, match, line):
        return match[1]

    def ours(self, values, context):
        words = values[-1].get("words") or [""]
        return words[0][:8] if context.word("auth_type") == "PASS" else None


class InFlags:
    """A sentence below `Flags:`."""

    def __init__(self, text):
        self.text = text

    def theirs(self, match, line):
        return "yes" if self.text in line.texts() else "no"

    def ours(self, values, context):
        return Switch().ours(values, context)


class Deleted:
    """Is it told that an instance was deleted? Ours: the keyword is there, with or without a
    command."""

    def theirs(self, match, line):
        return {"Fault": "no", "Deleted": "yes"}[match[1]]

    def ours(self, values, context):
        return "yes"


class State:
    """`Wantstate`: what the instance began with. theirs.py takes it out where something else
    decides."""

    def theirs(self, match, line):
        return match[1]

    def ours(self, values, context):
        return (values[-1].get("words") or [None])[0]

    def same(self, theirs, ours):
        return theirs in (None, "FAULT", ours)


RUNTIME_INSTANCE = (
    r"Using Native IPv6|Sync group = .*|State = .*|Master router = .*|Master priority = .*"
    r"|Master advert int = .*|Flags:.*|Number of .*|Last transition = .*|Read timeout = .*"
    r"|Master down timer = .*|Using src_ip = \S+|Next gratuitous ARP for such secondary = .*"
    r"|Effective priority = .*|Total priority = .*|Master advert interval = .*|Debug level = .*"
    r"|fd_in .*|No sockets allocated|Duplicate VRID|Bfd is .*|Wantstate = .*"
    r"|Gratuitous ARP for each secondary (i/f|VMAC) = 0"
)

INSTANCE = Table([
    Row("version", r"VRRP Version = (\d)", Number()),
    Row("state", r"Wantstate = (.*)", State(), only_ours=True),
    # The second line comes behind the first one, when the first one tells a VMAC's own parent.
    Row("interface", r"(?:Interface = (?:\S+, \S+ on )?|Configured interface = )([^\s,]+)"
        r"(?:, xmit base i/f)?", Text()),
    Row("vrf", r"VRF = (.*)", Text()),
    Row("use_vmac name", r"Use VMAC, i/f name (\S+), is_up = .*", Vmac("name")),
    Row("use_vmac mac", r"Use VMAC, i/f name (\S+), is_up = .*", Vmac("mac")),
    Row("vmac_xmit_base", r"Use VMAC, .*, xmit_base = (\w+)", Switch(), "no"),
    Row("use_vmac_addr", r"Use VMAC for VIPs on other interfaces", Switch(), "no"),
    Row("use_ipvlan", r"Use IPVLAN, i/f (\S+), is_up = .*", Fixed("yes")),
    Row("dont_track_primary", r"VRRP interface tracking disabled", Switch(), "no"),
    Row("skip_check_adv_addr", r"Skip checking advert IP addresses", Switch(), "no"),
    Row("strict_mode", r"Enforcing strict VRRP compliance", Switch(), "no"),
    Row("source", r"Using src_ip = (\S+) \(from configuration\)", Text(form=address),
        keywords=("unicast_src_ip", "mcast_src_ip")),
    Row("mcast_dst_ip", r"Multicast address ([^\s,]+)(?:, ifindex \d+)?", Text(form=address),
        default=lambda context: context.multicast_group()),
    Row("garp_master_delay", r"Gratuitous ARP delay = (\d+)", Number()),
    Row("garp_master_repeat", r"Gratuitous ARP repeat = (\d+)", Number()),
    Row("garp_master_refresh", r"Gratuitous ARP refresh = (\d+)", Number()),
    Row("garp_master_refresh_repeat", r"Gratuitous ARP refresh repeat = (\d+)", Number()),
    Row("garp_lower_prio_delay", r"Gratuitous ARP lower priority delay = (\d+)", Number()),
    Row("garp_lower_prio_repeat", r"Gratuitous ARP lower priority repeat = (\d+)", Number()),
    Row("garp_extra_if", r"Gratuitous ARP for each secondary (i/f|VMAC) = ([1-9]\d*)", Extra()),
    Row("down_timer_adverts", r"Down timer adverts = (\d+)", Number()),
    Row("lower_prio_no_advert", r"Send advert after receive lower priority advert = (\w+)",
        Switch(inverted=True), "no"),
    Row("higher_prio_send_advert", r"Send advert after receive higher priority advert = (\w+)",
        Switch(), "no"),
    Row("virtual_router_id", r"Virtual Router ID = (\d+)", Number()),
    Row("priority", r"Priority = (\d+)", Number()),
    Row("advert_int", r"Advert interval = (\d+) (sec|milli-sec)", Interval()),
    Row("accept", r"Accept = (\w+)", Switch(off="no_accept"), "yes", ("accept", "no_accept")),
    Row("preempt", r"Preempt = (\w+)", Switch(off="nopreempt"), "yes", ("preempt", "nopreempt")),
    Row("preempt_delay", r"Preempt delay = (\S+) secs", Seconds(), "0"),
    Row("promote_secondaries", r"Promote_secondaries = (\w+)", Switch(), "no"),
    Row("auth_type", r"Authentication type = (\w+)",
        Choice({"none": None, "SIMPLE_PASSWORD": "PASS", "IPSEC_AH": "AH"})),
    Row("auth_pass", r"Password = (.*)", Auth()),
    Row("kernel_rx_buf_size", r"Kernel rx buffer size = (\d+)", Number()),
    Row("virtual_ipaddress", r"Virtual IP \(\d+\):", Addresses(), []),
    Row("virtual_ipaddress_excluded", r"Virtual IP Excluded :", Addresses(), []),
    Row("unicast_ttl", r"Unicast TTL = (\d+)", Number(), 255),
    Row("check_unicast_src", r"Check unicast src : (\w+)", SourceCheck(), "no"),
    Row("unicast_peer", r"Unicast Peer :", Peers(), []),
    Row("old_unicast_checksum", r"Unicast checksum compatibility = (\w+)",
        Choice({"no": None, "yes": "", "never": "never"})),
    Row("unicast_fault_no_peer", r"Flags:", InFlags("If unicast go to fault state if no peers"),
        "no"),
    Row("virtual_routes", r"Virtual Routes :", Routes(), []),
    Row("virtual_rules", r"Virtual Rules :", Rules(), []),
    *tracked_rows(),
    Row("smtp_alert", r"Using smtp notification = (\w+)", Switch(), "no"),
    Row("notify_deleted switch", r"Notify deleted = (\w+)", Deleted(), "no"),
    *command_rows("notify_backup", "Backup state transition script"),
    *command_rows("notify_master", "Master state transition script"),
    *command_rows("notify_fault", "Fault state transition script"),
    *command_rows("notify_stop", "Stop state transition script"),
    *command_rows("notify_deleted", "Deleted state transition script"),
    *command_rows("notify", "Generic state transition script"),
    *command_rows("notify_master_rx_lower_pri", "Master rx lower pri state transition script"),
    Row("notify_priority_changes", r"Notify priority changes = (\w+)", Switch(), "no"),
], RUNTIME_INSTANCE, {
    "debug": "has no meaning",
    "native_ipv6": "shown as the addresses' family",
    "track_src_ip": "not printed",
    "linkbeat_use_polling": "shown at the interface only",
    "lvs_sync_daemon_interface": "part of the global synchronisation daemon",
})  # fmt: skip

GROUP = Table([
    Row("group", "VRRP member instances :", Names(), []),
    Row("sync_group_tracking_weight", "sync group tracking weight set", Switch(), "no",
        ("sync_group_tracking_weight", "global_tracking")),
    Row("smtp_alert", r"Using smtp notification = (\w+)", Switch(), "no"),
    Row("notify_priority_changes", r"Notify priority changes = (\w+)", Switch(), "no"),
    *tracked_rows(),
    *command_rows("notify_backup", "Backup state transition script"),
    *command_rows("notify_master", "Master state transition script"),
    *command_rows("notify_fault", "Fault state transition script"),
    *command_rows("notify_stop", "Stop state transition script"),
    *command_rows("notify", "Generic state transition script"),
], r"Num member fault \d+, num member init \d+")

class Timeout(Seconds):
    """keepalived's 0 is worked out when the script runs: its interval, which ours says."""

    def ours(self, values, context):
        interval = context.values("interval")
        return super().ours(values, context), interval and super().ours(interval, context)

    def same(self, theirs, ours):
        time, interval = ours or ("0", "0")
        return time == (interval if theirs == "0" else theirs)


SCRIPT = Table([
    Row("script", r"Command = (.*)", Command()),
    Row("user", r"Script uid:gid = (\d+):(\d+)", Owner(),
        default=lambda context: context.owner(None, None)),
    Row("interval", r"Interval = (\S+) sec", Seconds()),
    Row("timeout", r"Timeout = (\S+) sec", Timeout()),
    Row("weight", r"Weight = (.*)", Weight(), "0"),
    Row("rise", r"Rise = (\d+)", Number(), 1),
    Row("fall", r"Fall = (\d+)", Number(), 1),
], r"Result = .*|Insecure = .*|Init state = .*|Status = .*|State = .*|VRRP instances :"
   r"|Tracking instances :|Last status = .*", {"init_fail": "a running script hides it"})

TRACK_FILE = Table([
    Row("file", r"File = (.*)", Text()),
    Row("weight", r"Weight = (.*)", Weight(), "1"),
], r"Status = .*|Tracking instances :", {"init_file": "done at start"})


class Parameters:
    """Words behind the program; the dump does not tell where one ends."""

    def theirs(self, match, line):
        return match[1]

    def ours(self, values, context):
        return " ".join((values[-1].get("words") or [])[1:]) or None


class Match:
    """`Param match`, ` = initial`, ` = partial`."""

    def theirs(self, match, line):
        return (match[1] or "").removeprefix(" = ") or "none"

    def ours(self, values, context):
        return " ".join(values[-1].get("words") or []) or "none"


PROCESS = Table([
    Row("process", r"Process = (.*)", Text()),
    Row("process parameters", r"Parameters = (.*)", Parameters()),
    Row("param_match", r"Param match( = \w+)?", Match()),
    Row("quorum", r"Min processes = (\d+)", Number(), 1),
    Row("quorum_max", r"Max processes = (\d+)", Number()),
    Row("weight", r"Weight = (.*)", Weight(), "0"),
    Row("terminate_delay", r"Terminate delay = (\S+)s", Seconds(), "0",
        ("delay", "terminate_delay")),
    Row("fork_delay", r"Fork delay = (\S+)s", Seconds(), "0", ("delay", "fork_delay")),
    Row("full_command", r"Full command = (\w+)", Switch(), "no"),
], r"Current processes = .*|Have quorum = .*|Fork delay timer .*|Terminate delay timer .*"
   r"|Tracking instances :")

BFD = Table([
    Row("weight", r"Weight = (.*)", Weight(), "0"),
    Row("neighbor_ip", r"Neighbor IP = (.*)", Text(form=address)),
    Row("source_ip", r"Source IP = (.*)", Text(form=address)),
    Row("min_rx", r"Required min RX interval = (\d+) us", Seconds("0.001")),
    Row("min_tx", r"Desired min TX interval = (\d+) us", Seconds("0.001")),
    Row("idle_tx", r"Desired idle TX interval = (\d+) us", Seconds("0.001")),
    Row("multiplier", r"Detection multiplier = (\d+)", Number()),
    Row("ttl", r"(?:TTL|hoplimit) = (\d+)", Number(), keywords=("ttl", "hoplimit")),
    Row("max_hops", r"max_hops = (-?\d+)", Number(), 0),
    Row("passive", r"passive = (\w+)", Switch(), "no"),
], r"Bfd is .*|Tracking .* :|fd_\w+ .*|thread_.*|sands_.*|send error .*|local .*|remote .*"
   r"|last_seen.*|last seen.*|!?poll, !?final|send event to .*", {
    "vrrp": "shown as who is told",
    "checker": "shown as who is told",
})

TRACK_GROUP = Table([Row("group", "VRRP member instances :", Names(), [])], "")

GARP_GROUP = Table([
    Row("garp_interval", r"GARP interval = (\S+)", Seconds()),
    Row("gna_interval", r"GNA interval = (\S+)", Seconds()),
    Row("interfaces", "Interfaces", Names(), [], ("interface", "interfaces")),
], r"G(ARP|NA) next time .*")


class Delays:
    """`interface_up_down_delays`: keepalived shows them in microseconds at each interface."""

    TIME = re.compile(r"(Up|Down) debounce timer = (\d+)us$")

    def theirs(self, record):
        """`NAME DOWN UP` of a record of an interface, or None."""
        found = dict(self.TIME.match(l.text).groups() for l in record.lines
                     if self.TIME.match(l.text))
        if not any(int(time) for time in found.values()):
            return None
        times = [Decimal(found[side]) / 1000000 for side in ("Down", "Up")]
        return " ".join([record.name, *map(Seconds.exact, times)])

    def ours(self, values, context):
        found = []
        for value in values:
            name, *times = ((value.get("words") or []) + ["0"])[:3]
            found.append(" ".join([name, *(Seconds.exact(Decimal(time)) for time in times)]))
        return sorted(found)


DELAYS = Row("interface_up_down_delays", None, Delays(), [])

# Whole sections that are one list of lines.
STATIC = {
    "Static Addresses": Row("static_ipaddress", None, Addresses(), []),
    "Static Routes": Row("static_routes", None, Routes(), []),
    "Static Rules": Row("static_rules", None, Rules(), []),
}
TOP = Table([*STATIC.values(), DELAYS], "", {
    "linkbeat_interfaces": "the interfaces show what they support instead",
    "linkbeat_use_polling": "the interfaces show what they support instead",
    "namespace_with_ipsets": "not printed",
    "use_pid_dir": "not printed",
    "child_wait_time": "not printed",
    # Read with global_defs, where keepalived prints them.
    "net_namespace": "", "net_namespace_ipvs": "", "instance": "",
})  # fmt: skip

# SPDX-License-Identifier: GPL-2.0-or-later
"""The rows of `Global definitions`, which every process of keepalived prints."""
from fields import Row, Table
from fields_vrrp import UID_GID
from kinds import (Choice, Command, File, Names, Number, Owner, Seconds, Switch, Text,
                   Words)  # fmt: skip
from lines import address, host_address, is_address


def fifo_rows(keyword, label):
    return [
        Row(keyword, rf"{label} = (.*), uid:gid \d+:\d+", Text()),
        Row(f"{keyword} owner", rf"{label} = .*{UID_GID}", File()),
        Row(f"{keyword}_script", rf"{label} script = ('.*'), uid:gid \d+:\d+", FifoCommand()),
        Row(f"{keyword}_script owner", rf"{label} script = .*{UID_GID}", Owner()),
    ]


class FifoCommand(Command):
    """Its last word is the path of the FIFO, once the process that uses it has read all."""

    def ours(self, values, context):
        return {"words": super().ours(values, context),
                "fifo": context.word(values[-1]["keyword"].removesuffix("_script"))}

    def same(self, theirs, ours):
        if not theirs or not ours:
            return theirs == ours
        return theirs in (ours["words"], [*ours["words"], ours["fifo"]])


def start_rows(keyword, label):
    ids = rf"uid:gid (\d+):(\d+),? timeout \d+"
    return [
        Row(keyword, rf"{label} = ('.*'), uid:gid \d+:\d+,? timeout \d+", Command()),
        Row(f"{keyword} owner", rf"{label} = '.*', {ids}", Owner()),
        Row(f"{keyword}_timeout", rf"{label} = '.*', uid:gid \d+:\d+,? timeout (\d+)", Seconds(),
            "10", only_ours=True),
    ]


def process_rows(keyword, label):
    return [
        Row(f"{keyword}_priority", rf"{label} process priority = (-?\d+)", Number(), 0),
        Row(f"{keyword}_no_swap", rf"{label} don't swap = (\w+)", Switch(), "no"),
        Row(f"{keyword}_rt_priority", rf"{label} realtime priority = (\d+)", Number(), 0),
        Row(f"{keyword}_rlimit_rttime", rf"{label} realtime limit = (\d+)", Number(), 10000),
    ]


def buffer_rows(name):
    return [Row(name, rf"{name} = (\d+)", Number(), 0),
            Row(f"{name}_force", rf"{name}_force = (\d+)", Switch(), "no")]


class Extra:
    """`vrrp_garp_extra_if [all] N`."""

    def theirs(self, match, line):
        seconds = int(match[2])
        return ("all " if match[1] == "i/f" else "") + match[2] if seconds else None

    def ours(self, values, context):
        return " ".join(values[-1].get("words") or [])


class Part:
    """The word behind an option: lvs_sync_daemon IF inst I id N …; the first word has none."""

    def __init__(self, *options):
        self.options = options

    def theirs(self, match, line):
        return match[1]

    def ours(self, values, context):
        words = values[-1].get("words") or []
        for option in self.options:
            if option in words[:-1]:
                return words[words.index(option) + 1]
        return None


class SyncId(Part):
    """Without the option it is worked out: the VRID, or 0 in the old way of writing."""

    OPTIONS = {"inst", "instance", "id", "maxlen", "group", "port", "ttl"}

    def ours(self, values, context):
        strange = set((values[-1].get("words") or [])[1::2]) - self.OPTIONS
        return f"strange: {strange}" if strange else super().ours(values, context)

    def same(self, theirs, ours):
        return ours is None or theirs == ours


class Timeouts:
    """keepalived's third line has the first one's label: their order tells them apart, as far as it
    can be told."""

    is_repeated = True

    def theirs(self, match, line):
        return match[1]

    def ours(self, values, context):
        words = values[-1].get("words") or []
        found = dict(zip(words[::2], words[1::2]))
        return [found[name] for name in ("tcp", "tcpfin", "udp") if name in found]


class Umask:
    BITS = {f"I{right}{who}": value << shift
            for who, shift in [("USR", 6), ("GRP", 3), ("OTH", 0)]
            for right, value in [("R", 4), ("W", 2), ("X", 1)]}

    def theirs(self, match, line):
        return int(match[1], 8)

    def ours(self, values, context):
        total = 0
        for word in (values[-1].get("words") or ["0"])[0].split("|"):
            total |= self.BITS[word] if word in self.BITS else int(word, 8)
        return total


class Dynamic(Switch):
    """`dynamic_interfaces [allow_if_changes]`: the switch, or its option."""

    def __init__(self, is_option):
        super().__init__()
        self.is_option = is_option

    def ours(self, values, context):
        words = values[-1].get("words") or []
        if self.is_option:
            return "yes" if "allow_if_changes" in words else "no"
        return "no" if words[:1] in (["no"], ["off"], ["false"]) else "yes"


class WhenUsed(Text):
    """keepalived's line says eth0 until an address needed the interface."""

    def same(self, theirs, ours):
        return theirs is None or theirs == ours


class Server(Text):
    """A name is what /etc/hosts makes of it: keepalived in its sandbox has no other source, and
    forgets a server that it does not find."""

    def ours(self, values, context):
        name = super().ours(values, context)
        return address(name) if is_address(name) else host_address(name)


class Recipients(Names):
    """Printed below the sender only."""

    def same(self, theirs, ours):
        return theirs is None or theirs == ours


class Auto(Number):
    """max_auto_priority: -1 is `Disabled`."""

    def theirs(self, match, line):
        return -1 if match[1] == "Disabled" else int(match[1])


class MayBeUnset(Switch):
    """A switch that may be unset, which is something else than off."""

    def theirs(self, match, line):
        return None if match[1] == "unset" else super().theirs(match, line)


TABLE = Table([
    Row("net_namespace", r"Network namespace = (?!\(default\))(.*)", Text()),
    Row("net_namespace_ipvs", r"Network namespace ipvs = (?!\(main namespace\))(.*)", Text()),
    Row("instance", r"Instance name = (.*)", Text()),
    Row("process_name", r"Parent process name = (.*)", Text()),
    Row("vrrp_process_name", r"VRRP process name = (.*)", Text(), only_ours=True),
    Row("checker_process_name", r"LVS process name = (.*)", Text(), only_ours=True,
        keywords=("checker_process_name", "lvs_process_name")),
    Row("bfd_process_name", r"BFD process name = (.*)", Text(), only_ours=True),
    Row("router_id", r"Router ID = (.*)", Text(), only_ours=True),
    Row("smtp_server", r"Smtp server = (.*)", Server()),
    Row("smtp_server port", r"Smtp server port = (\d+)", Text(1), "25"),
    Row("smtp_helo_name", r"Smtp HELO name = (.*)", Text(), only_ours=True),
    Row("smtp_connect_timeout", r"Smtp server connection timeout = (\d+)", Seconds(), "30",
        only_ours=True),
    Row("notification_email_from", r"Email notification from = (.*)", Text(), only_ours=True),
    Row("notification_email", "Email notification to:", Recipients()),
    Row("smtp_alert", r"Default smtp_alert = (\w+)", MayBeUnset()),
    Row("smtp_alert_vrrp", r"Default smtp_alert_vrrp = (\w+)", MayBeUnset()),
    Row("smtp_alert_checker", r"Default smtp_alert_checker = (\w+)", MayBeUnset()),
    Row("no_email_faults", r"Send emails for fault transitions = off", Switch(), "no"),
    Row("checker_log_all_failures", r"Checkers log all failures = (\w+)", Switch(), "no"),
    Row("reload_check_config", r"Test config before reload, log to (.*)", Text()),
    Row("reload_time_file", r"Reload time file = (\S+)(?: \(repeat\))?", Text()),
    Row("reload_repeat", r"Reload time file = \S+ \(repeat\)", Switch(), "no"),
    Row("dynamic_interfaces", r"Dynamic interfaces = (\w+)", Dynamic(False), "no"),
    Row("dynamic_interfaces changes", r"Allow interface changes = (\w+)", Dynamic(True), "no"),
    Row("default_interface", r"Default interface = (?!eth0$)(.*)", WhenUsed(), only_ours=True),
    Row("disable_local_igmp", r"Disable local IGMP = (yes|no)", Switch(), "no"),
    Row("lvs_sync_daemon", r"LVS syncd interface = (.*)", Text()),
    Row("lvs_sync_daemon inst", r"LVS syncd vrrp (?:instance|name) = (.*)",
        Part("inst", "instance")),
    Row("lvs_sync_daemon id", r"LVS syncd syncid = (\d+)", SyncId("id"), only_ours=True),
    Row("lvs_sync_daemon maxlen", r"LVS syncd maxlen = (\d+)", Part("maxlen")),
    Row("lvs_sync_daemon group", r"LVS mcast group (.*)", Part("group")),
    Row("lvs_sync_daemon port", r"LVS syncd mcast port = (\d+)", Part("port")),
    Row("lvs_sync_daemon ttl", r"LVS syncd mcast ttl = (\d+)", Part("ttl")),
    Row("lvs_timeouts", r"LVS TCP(?: FIN)? timeout = (\d+)", Timeouts(), []),
    Row("lvs_flush", r"LVS flush = (\w+)", Switch(), "no"),
    Row("lvs_flush_on_stop", r"LVS flush on stop = (.*)",
        Choice({"disabled": None, "full": "", "VS": "VS"})),
    *fifo_rows("notify_fifo", "Global notify fifo"),
    *fifo_rows("vrrp_notify_fifo", "VRRP notify fifo"),
    *fifo_rows("lvs_notify_fifo", "LVS notify fifo"),
    *start_rows("startup_script", "Startup script"),
    *start_rows("shutdown_script", "Shutdown script"),
    Row("fifo_write_vrrp_states_on_reload", r"FIFO write vrrp states on reload = (\w+)", Switch(),
        "no"),
    Row("vrrp_notify_priority_changes", r"VRRP notify priority changes = (\w+)", Switch(), "no"),
    Row("vrrp_mcast_group4", r"VRRP IPv4 mcast group = (.*)", Text(form=address), "224.0.0.18"),
    Row("vrrp_mcast_group6", r"VRRP IPv6 mcast group = (.*)", Text(form=address), "ff02::12"),
    Row("vrrp_garp_master_delay", r"Gratuitous ARP delay = (\d+)", Seconds()),
    Row("vrrp_garp_master_repeat", r"Gratuitous ARP repeat = (\d+)", Number()),
    Row("vrrp_garp_master_refresh", r"Gratuitous ARP refresh timer = (\d+)", Seconds(), "0"),
    Row("vrrp_garp_master_refresh_repeat", r"Gratuitous ARP refresh repeat = (\d+)", Number()),
    # 4294967295: the process that has no use for it did not work it out.
    Row("vrrp_garp_lower_prio_delay",
        r"Gratuitous ARP lower priority delay = (?!4294967295)(\d+)", Seconds(), only_ours=True),
    Row("vrrp_garp_lower_prio_repeat",
        r"Gratuitous ARP lower priority repeat = (?!4294967295)(\d+)", Number(), only_ours=True),
    Row("vrrp_down_timer_adverts", r"Num adverts before down = (\d+)", Number(), 3),
    Row("vrrp_garp_extra_if", r"Gratuitous ARP for each secondary (i/f|VMAC) = (\d+)s", Extra()),
    Row("vrrp_lower_prio_no_advert", r"Send advert after receive lower priority advert = (\w+)",
        Switch(inverted=True), "no"),
    Row("vrrp_higher_prio_send_advert",
        r"Send advert after receive higher priority advert = (\w+)", Switch(), "no"),
    Row("vrrp_garp_interval", r"Gratuitous ARP interval = (\S+)", Seconds(), "0"),
    Row("vrrp_gna_interval", r"Gratuitous NA interval = (\S+)", Seconds(), "0"),
    Row("vrrp_version", r"VRRP default protocol version = (\d)", Number(), 2),
    # Without the keyword keepalived takes its firewall when it needs one.
    Row("nftables", r"nftables table name = (.*)", Text(bare="keepalived"), only_ours=True),
    Row("nftables_priority", r"nftables base chain priority = (-?\d+)", Number(), -1,
        only_ours=True),
    Row("nftables_ifindex", r"nftables force use ifindex for link local IPv6", Switch(), "no"),
    Row("nftables_ipvs", r"ipvs nftables table name = (.*)", Text(bare="keepalived_ipvs")),
    Row("nftables_ipvs_priority", r"ipvs nftables base chain priority = (-?\d+)", Number(), -1,
        only_ours=True),
    Row("nftables_ipvs_start_fwmark", r"ipvs nftables start fwmark = (\d+)", Number(), 1000,
        only_ours=True),
    Row("nftables_counters", r"nftables with counters", Switch(), "no"),
    Row("vrrp_check_unicast_src", r"VRRP check unicast_src = (\w+)", Switch(), "no"),
    Row("vrrp_skip_check_adv_addr", r"VRRP skip check advert addresses = (\w+)", Switch(), "no"),
    Row("vrrp_strict", r"VRRP strict mode = (\w+)", Switch(), "no"),
    Row("max_auto_priority", r"Max auto priority = (-?\d+|Disabled)", Auto(), 0),
    Row("min_auto_priority_delay", r"Min auto priority delay = (\d+) usecs", Number(), 1000000),
    *process_rows("vrrp", "VRRP"),
    *process_rows("checker", "Checker"),
    *process_rows("bfd", "BFD"),
    Row("enable_snmp_vrrp", r"SNMP vrrp (\w+)", Switch(), "no",
        ("enable_snmp_vrrp", "enable_snmp_keepalived")),
    Row("enable_snmp_checker", r"SNMP checker (\w+)", Switch(), "no"),
    Row("enable_snmp_rfcv2", r"SNMP RFCv2 (\w+)", Switch(), "no",
        ("enable_snmp_rfcv2", "enable_snmp_rfc")),
    Row("enable_snmp_rfcv3", r"SNMP RFCv3 (\w+)", Switch(), "no",
        ("enable_snmp_rfcv3", "enable_snmp_rfc")),
    Row("enable_traps", r"SNMP traps (\w+)", Switch(), "no"),
    Row("snmp_socket", r"SNMP socket = (?!default \()(.*)", Text(),
        "unix:/var/agentx/master"),
    Row("dbus_service_name", r"DBus service name = (.+)", Text(), "org.keepalived.Vrrp1"),
    Row("enable_script_security", r"Script security (\w+)", Switch(), "no"),
    Row("script_user", r"Default script uid:gid (\d+):(\d+)", Owner(),
        default=lambda context: context.owner(None, None)),
    *buffer_rows("vrrp_netlink_cmd_rcv_bufs"),
    *buffer_rows("vrrp_netlink_monitor_rcv_bufs"),
    *buffer_rows("process_monitor_rcv_bufs"),
    *buffer_rows("lvs_netlink_cmd_rcv_bufs"),
    *buffer_rows("lvs_netlink_monitor_rcv_bufs"),
    Row("rs_init_notifies", r"rs_init_notifies = (\d)", Switch(), "no"),
    Row("no_checker_emails", r"no_checker_emails = (\d)", Switch(), "no"),
    Row("vrrp_rx_bufs_policy", r"rx_bufs_(?:size|policy) = (.*)", Text()),
    Row("vrrp_rx_bufs_multiplier", r"rx_bufs_multiples = (\d+)", Number(), 3),
    Row("umask", r"umask = (\d+)", Umask(), 0o177),
    Row("vrrp_startup_delay", r"vrrp_startup_delay = (\S+)", Seconds(), "0"),
    Row("log_unknown_vrids", r"log_unknown_vrids", Switch(), "no"),
    Row("vmac_prefix", r"VMAC prefix = (.*)", Text(), "vrrp"),
    Row("vmac_addr_prefix", r"VMAC address prefix = (.*)", Text()),
    Row("config_save_dir", r"(?:C|c)onfig save dir(?:ectory)? = (.*)", Text()),
    Row("reload_file", r"Reload_file = (.*)", Text(), only_ours=True),
], r"Network namespace = \(default\)|Network namespace ipvs = \(main namespace\)"
   r"|No test config before reload|No reload scheduled"
   r"|Reload scheduled for .*|Default interface = .*|nftables don't force use ifindex .*"
   r"|libnftnl version .*|nftables without counters|SNMP socket = default .*|DBus (en|dis)abled"
   r"|DBus service name = ?|current realtime .*|\w+ CPU Affinity =.*|.* = 4294967295"
   r"|Use instance name in data dumps", {
    "process_names": "shown as the names that it makes",
    "vrrp_min_garp": "shown as the numbers that it makes",
    "vrrp_cpu_affinity": "printed as blanks",
    "checker_cpu_affinity": "printed as blanks",
    "bfd_cpu_affinity": "printed as blanks",
    "random_seed": "not printed",
    "vrrp_iptables": "not in a build without iptables",
    "enable_dbus": "printed as what came of it",
    "data_use_instance": "not printed by every process",
    "tmp_config_directory": "not printed",
    "include_check": "acts while the file is read",
    "use_pid_dir": "not printed",
    "child_wait_time": "not printed",
    "linkbeat_use_polling": "shown at the interfaces",
})  # fmt: skip

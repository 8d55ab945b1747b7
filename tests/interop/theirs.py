# SPDX-License-Identifier: GPL-2.0-or-later
"""keepalived's dumps as blocks of the configuration language, through the rows of fields_*.py."""
import re

import fields_global
import fields_lvs
import fields_vrrp
import lines
from fields import Block, UnknownLine, read_record
from records import Line, records

# Records that are a block: section → keyword, rows.
BLOCKS = {
    "VRRP Topology": ("vrrp_instance", fields_vrrp.INSTANCE),
    "VRRP Sync groups": ("vrrp_sync_group", fields_vrrp.GROUP),
    "VRRP Scripts": ("vrrp_script", fields_vrrp.SCRIPT),
    "VRRP Track files": ("track_file", fields_vrrp.TRACK_FILE),
    "Checker track files": ("track_file", fields_vrrp.TRACK_FILE),
    "VRRP Track processes": ("vrrp_track_process", fields_vrrp.PROCESS),
    "VRRP Track BFDs": ("bfd_instance", fields_vrrp.BFD),
    "BFD Topology": ("bfd_instance", fields_vrrp.BFD),
    "Static Track groups": ("track_group", fields_vrrp.TRACK_GROUP),
    "Virtual server": ("virtual_server", fields_lvs.SERVICE),
}
# Nothing of them is written in a configuration, or another section says it, too.
PASSED_OVER = {"VRRP Sockpool", "LVS Topology", "BFD Data", "Gratuitous ARP delays",
               "Checker track BFDs"}  # fmt: skip

CHECKED = re.compile(r"(.*) -> \[(.*)\]:\w+:(\d+)$")
METHOD = re.compile(r"Keepalive method = (\w+)")
# Not the configuration decides what the instance wants to be. Scripts fail here, sooner or later.
DECIDED = re.compile(r"Sync group = .*|State = FAULT$|Tracked scripts :$")


class Theirs:
    """Blocks of all dumps of one file. `problems`: lines that no row knows."""

    def __init__(self):
        self.blocks, self.problems = [], []
        self.checked = None  # the real server whose checker was read last
        self.top = Block("", [])

    def block(self, kind, words):
        for block in self.blocks:
            if block.kind == kind and block.words == words:
                return block
        self.blocks.append(Block(kind, words))
        return self.blocks[-1]

    def read(self, table, record):
        try:
            return read_record(table, record)
        except UnknownLine as unknown:
            self.problems.append(str(unknown))
            return {}

    def add(self, dump):
        service = None
        for record in records(dump):
            section = record.section
            if section == "Real server":
                self.add_real(service, record)
            elif section == "Virtual server":
                service = self.add_service(record)
            elif section == "Health checkers":
                self.add_checker(record)
            elif section == "Checker track files":
                self.add_file_weights(record)
            elif section in BLOCKS:
                kind, table = BLOCKS[section]
                fields = self.read(table, record)
                if any(DECIDED.match(line.text) for line in record.lines):
                    fields.pop("state", None)
                self.block(kind, [record.name]).fields.update(fields)
            elif section in fields_vrrp.STATIC:
                row = fields_vrrp.STATIC[section]
                self.top.fields[row.name] = row.kind.theirs(None, Line("", 0, record.lines))
            elif section not in PASSED_OVER:
                self.add_other(section, record)

    def add_other(self, section, record):
        if section == "Global definitions":
            self.add_global(self.read(fields_global.TABLE, record))
        elif section == "SSL definitions":
            found = self.read(fields_lvs.SSL, record)
            if found:
                self.block("SSL", []).fields = found
        elif section == "Virtual server group":
            entries = map(fields_lvs.GroupEntries.line, [line.text for line in record.lines])
            self.block("virtual_server_group", [record.name]).fields["entries"] = sorted(
                filter(None, entries))
        elif section.startswith("GARP delay group"):
            fields = self.read(fields_vrrp.GARP_GROUP, record)
            self.blocks.append(Block("garp_group", sorted(fields["interfaces"]), fields))
        elif section == "Interfaces":
            delay = fields_vrrp.DELAYS.kind.theirs(record)
            if delay:
                self.top.fields.setdefault(fields_vrrp.DELAYS.name, []).append(delay)
        else:
            self.problems.append(f"section {section!r}")

    def add_global(self, fields):
        """Every process prints them. The first one counts; only the parent knows its scripts."""
        known = self.block("global_defs", []).fields
        is_first = not known
        for name, value in fields.items():
            if is_first or name.startswith(("startup_", "shutdown_")):
                known[name] = value

    def add_service(self, record):
        block = Block("virtual_server", service_words(record.name))
        block.fields = self.read(fields_lvs.SERVICE, record)
        block.checked_as = checked_as(record.name, block.fields.get("protocol"))
        self.blocks.append(block)
        return block

    def add_real(self, service, record):
        found = re.match(r"RIP = (.*), RPORT = (\d+), WEIGHT = .*", record.name)
        block = Block("real_server", [lines.address(found[1]), found[2]])
        block.fields = self.read(fields_lvs.REAL, record)
        service.blocks.append(block)

    def add_checker(self, record):
        method = next(METHOD.match(l.text)[1] for l in record.lines if METHOD.match(l.text))
        urls = [line for line in record.lines if line.text.startswith("Checked url = ")]
        record.lines = [line for line in record.lines if line not in urls]
        block = Block(method, [])
        block.fields = self.read(fields_lvs.CHECKERS[method], record)
        for line in urls:
            url = Block("url", [])
            record.lines = line.children
            url.fields = self.read(fields_lvs.URL, record)
            url.fields["path"] = line.text.removeprefix("Checked url = ")
            block.blocks.append(url)
        reals = self.reals(record.name)
        if reals:
            self.next_real(reals).blocks.append(block)
            return
        self.problems.append(f"a checker of nothing: {record.name}")

    def next_real(self, reals):
        """Of several services with one address a record does not tell which: they come in the order
        of the services and their servers."""
        order = [real for service in self.blocks for real in service.blocks]
        later = [real for real in reals
                 if self.checked is None or index(order, real) >= index(order, self.checked)]
        self.checked = (later or reals)[0]
        return self.checked

    def reals(self, checked):
        """The real servers that `VS -> RS` names."""
        name, server, port = CHECKED.match(checked).groups()
        words = [lines.address(server), port]
        return [real for service in self.blocks
                if service.kind == "virtual_server" and service.checked_as == name
                for real in service.blocks if real.words == words]

    def checkers(self, checked):
        return [checker for real in self.reals(checked) for checker in real.blocks]

    def add_file_weights(self, record):
        """A FILE_CHECK's weight stands with its file, below `Tracking instances`."""
        for parent in record.lines:
            for text in parent.texts():
                name, _, weight = text.rpartition(", weight ")
                for checker in self.checkers(name):
                    if checker.fields.get("track_file") == record.name:
                        checker.fields["weight"] = weight
        self.block("track_file", [record.name]).fields.update(
            self.read(fields_vrrp.TRACK_FILE, record))


def index(blocks, block):
    return next(at for at, each in enumerate(blocks) if each is block)


def service_words(name):
    """The words behind virtual_server, from `VIP = A, VPORT = P` and its kin."""
    for pattern, make in [
        (r"VIP = (.*), VPORT = (\d+)$", lambda m: [lines.address(m[1]), m[2]]),
        (r"FWMARK = (\d+)$", lambda m: ["fwmark", m[1]]),
        (r"GROUP = \[(.*)\]:0$", lambda m: ["group", m[1]]),
    ]:
        match = re.match(pattern, name)
        if match:
            return make(match)
    raise UnknownLine(f"virtual server {name!r}")


def checked_as(name, protocol):
    """As the health checkers call it."""
    words = service_words(name)
    if words[0] == "fwmark":
        return f"FWM {words[1]}"
    if words[0] == "group":
        return f"[{words[1]}]:0"
    return f"[{words[0]}]:{protocol or 'none'}:{words[1]}"

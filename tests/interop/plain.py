# SPDX-License-Identifier: GPL-2.0-or-later
"""Two dumps of keepalived against each other, line by line, without knowing what a line means.

Only what changes from run to run is taken out first: times, states, counters, descriptors, what the
kernel gave to interfaces. Sections that consist of nothing else are left out.
"""
import difflib
import re

from match import Difference
from records import records

RUNNING_SECTIONS = {"VRRP Sockpool", "BFD Data"}
RUNNING = re.compile(
    r"State = .*|Wantstate = .*|Master router = .*|Master priority = .*|Flags:.*|Number of .*"
    r"|Last transition = .*|Read timeout = .*|Master down timer = .*|fd_.*|No sockets allocated"
    r"|Using src_ip = \S+|Effective priority = .*|Total priority = .*|Next gratuitous ARP .*"
    r"|Result = .*|Status = .*|Init state = .*|Last status = .*|Num member .*|Have quorum = .*"
    r"|Current processes = .*|.* delay timer (not )?running|Bfd is .*|G(ARP|NA) next time .*"
    r"|Enabled = .*|Up = .*|Has run = .*|Current weight = .*|Last ran = .*|Last errno = .*"
    r"|Retries iterations = .*|alive = .*|quorum_state_up = .*|effective weight = .*"
    r"|previous effective_weight = .*|num failed checkers = .*|RS set = .*|Warmup = \d+ us"
    r"|current realtime .*|Failed URL = .*|Alive: .*|.*Last checked .*"
    # of an interface
    r"|index = .*|IPv[46] address = .*|MAC = .*|MAC broadcast = .*|Seen up = .*|Original .*"
    r"|Delayed state change .*|Reset .*|rp_filter .*|I/f created by keepalived.*"
    r"|(Not )?IPv[46] forwarding.*"
    # of a BFD session
    r"|thread_.*|sands_.*|send error .*|local .*|remote .*|last_seen.*|!?poll, !?final"
)
ENDING = re.compile(r"( set| nftable_set|, ifindex \d+|, is_up = \w+| \[installed.*\]"
                    r"| EFF WEIGHT = .*)")
# A service without lvs_method: its servers use NAT.
SAME = {"forwarding method =  0x7": "default forwarding method = NAT"}
END_OF_PAIR = re.compile(r"vipd-end\d+")


# What instances say themselves; here it is as it was before groups changed the weights.
ELSEWHERE = "Tracking VRRP instances :"


def flat(lines, indent=""):
    for line in lines:
        if line.text == ELSEWHERE:
            continue
        if not RUNNING.fullmatch(line.text):
            text = ENDING.sub("", line.text)
            yield indent + SAME.get(text, text)
        yield from flat(line.children, indent + "  ")


def stable(dump):
    """{title of a record: its lines}."""
    found = {}
    for record in records(dump):
        if record.section in RUNNING_SECTIONS or END_OF_PAIR.fullmatch(record.name):
            continue
        title = f"{record.section}: {ENDING.sub('', record.name)}"
        found.setdefault(title, []).extend(flat(record.lines))
    return found


def differing(side, one, two):
    """Differences between the dump of a file and that of what we print of it."""
    if one["dump"] is None or two["dump"] is None:
        said = ["dump" if result["dump"] else "nothing" if result["nothing"] else "none"
                for result in (one, two)]  # fmt: skip
        return [] if said[0] == said[1] or one["dump"] is None else \
            [Difference(side, "dump", said[0], f"{said[1]}: {last_words(two['log'])}")]
    first, second = stable(one["dump"]), stable(two["dump"])
    found = []
    for title in [*first, *(title for title in second if title not in first)]:
        old, new = first.get(title), second.get(title)
        if old is None or new is None:
            found.append(Difference(title, "record", old and "there", new and "there"))
            continue
        delta = [text for text in difflib.ndiff(old, new) if text[0] in "+-"]
        for text in delta:
            side_of = {"-": (text[2:], None), "+": (None, text[2:])}[text[0]]
            found.append(Difference(title, text[2:].strip(), *side_of))
    return found


def last_words(log):
    said = [line for line in log.splitlines() if "exited with permanent" not in line]
    return " | ".join(said[-4:])

# SPDX-License-Identifier: GPL-2.0-or-later
"""vipd beside keepalived, each on an interface in a VRF, either of them on server 1: one holder,
takeover when its daemon stops, and back.
"""
import vrf
from lib.row import Row
from lib.story import run

WAYS = ((2, 4, "multicast", "PASS"), (3, 4, "unicast", "none"), (3, 6, "multicast", "none"),
        (3, 6, "unicast", "none"))  # fmt: skip


def story(lab):
    vrf.enslaved(lab)
    for version, family, delivery, auth in WAYS:
        for makes in (("vipd", "keepalived"), ("keepalived", "vipd")):
            pair = vrf.Pair(lab, Row(version, family, delivery, makes, auth))
            pair.stop()
            pair.back()
            pair.check_states(pair.two, "BACKUP", "MASTER", "BACKUP")
            pair.end()


run(story)

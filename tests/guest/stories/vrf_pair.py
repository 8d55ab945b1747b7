# SPDX-License-Identifier: GPL-2.0-or-later
"""Two of us, each on an interface in a VRF, over a group and to a peer, in both families: one
holder, takeover when its vipd stops and when its link is cut, and back.
"""
import vrf
from lib.row import Row
from lib.story import VIP, article, run

BOTH = ("vipd", "vipd")
# Server 1 is stopped, comes back, loses its link, gets it back.
STATES_ONE = ("BACKUP", "MASTER", "INIT", "BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER")
STATES_TWO = ("BACKUP", "MASTER", "BACKUP", "MASTER", "BACKUP")


class Article(Row):
    """The article's own files."""

    @property
    def vips(self):
        return [VIP]

    def config(self, server, servers, more=""):
        return article(server.number) + more


ROWS = (
    Article(2, 4, "multicast", BOTH, "PASS"),
    Row(3, 6, "multicast", BOTH, "none"),
    Row(3, 4, "unicast", BOTH, "none"),
    Row(3, 6, "unicast", BOTH, "none"),
)


def story(lab):
    vrf.enslaved(lab)
    for row in ROWS:
        pair = vrf.Pair(lab, row)
        pair.stop()
        pair.back()
        pair.cut()
        pair.check_states(pair.one, *STATES_ONE)
        pair.check_states(pair.two, *STATES_TWO)
        pair.end()


run(story)

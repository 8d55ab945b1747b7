# SPDX-License-Identifier: GPL-2.0-or-later
"""One way for two servers to be one router: version, family, delivery, makes, authentication."""
from dataclasses import dataclass

from . import frames
from .config import instance

VRID = 51
PRIORITIES = (200, 100)
VIPS = {4: ["192.0.2.80/24"], 6: ["fe80::80/64", "2001:db8::80/64"]}
GROUPS = {4: frames.GROUP, 6: frames.GROUP6}
INTERVALS = {2: 1.0, 3: 0.5}


@dataclass
class Row:
    version: int
    family: int
    delivery: str
    makes: tuple
    auth: str

    @property
    def name(self):
        secret = self.auth.lower()
        return f"v{self.version},ip{self.family},{self.delivery},{'+'.join(self.makes)},{secret}"

    @property
    def vip(self):
        return self.vips[-1]

    @property
    def vips(self):
        """All of them, without their lengths."""
        return [v.split("/")[0] for v in VIPS[self.family]]

    @property
    def interval_s(self):
        return INTERVALS[self.version]

    def source(self, server):
        """Where its adverts come from; multicast of IPv6 has to be link-local."""
        if self.family == 4:
            return server.address
        return server.local6 if self.delivery == "multicast" else server.global6

    def config(self, server, servers, more=""):
        more += f"    version {self.version}\n"
        if self.delivery == "unicast":
            peers = "".join(f"        {self.source(s)}\n" for s in servers if s is not server)
            more += f"    unicast_src_ip {self.source(server)}\n"
            more += f"    unicast_peer {{\n{peers}    }}\n"
        return instance("row", PRIORITIES[server.number - 1], VRID, VIPS[self.family],
                        password="" if self.auth == "none" else "SECUREUN", auth=self.auth,
                        interval=f"{self.interval_s:g}", more=more)

    def wrong_adverts(self, server, servers, adverts):
        """Those of this server's adverts that are not as they have to be."""
        wanted = {self.source(s) for s in servers if s is not server}
        if self.delivery == "multicast":
            wanted = {GROUPS[self.family]}
        return [a for a in adverts if not a.good or a.ttl != 255 or a.destination not in wanted
                or a.version != self.version or a.source != self.source(server)
                or a.interval != self.interval_s or a.addresses != self.vips]  # fmt: skip

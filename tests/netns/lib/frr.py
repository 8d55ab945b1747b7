# SPDX-License-Identifier: GPL-2.0-or-later
"""FRR's vrrpd on a server. It wants macvlans with the virtual MAC that hold the addresses, one for
each family, and switches them on and off through zebra; so addresses do not come and go.
"""
import os
import shutil
import subprocess
import time

PROGRAMS = "/usr/sbin:/usr/lib/frr"
ZEBRA_S = 1.5


def find():
    """Where vrrpd is, or None."""
    return shutil.which("vrrpd", path=PROGRAMS)


class Frr:
    """`lines` are those of vrrpd below `interface eth0`, `addresses` with their lengths."""

    def __init__(self, server, vrid, addresses, lines):
        self.server, self.folder = server, os.path.join(server.lan.folder, "frr")
        self.zebra = self.vrrpd = None
        os.makedirs(self.folder, exist_ok=True)
        os.chmod(self.folder, 0o777)
        self._write("zebra", "")
        head = ["log stdout debugging", "debug vrrp", "interface eth0"]
        self._write("vrrpd", "\n".join([*head, *lines]))
        self.macvlans = {}
        for family in sorted({6 if ":" in address else 4 for address in addresses}):
            self._add_macvlan(family, vrid)
        for address in addresses:
            more = " nodad" if ":" in address else ""
            device = self.macvlans[6 if ":" in address else 4]
            server.run(f"ip addr add {address} dev {device}{more}")

    def _add_macvlan(self, family, vrid):
        name = self.macvlans[family] = f"vrrp{family}-2-{vrid}"
        self.server.run(f"ip link add {name} link eth0 type macvlan mode bridge")
        kind = {4: 1, 6: 2}[family]
        self.server.run(f"ip link set {name} address 00:00:5e:00:{kind:02x}:{vrid:02x}")
        self.server.run(f"ip link set {name} up")

    def _write(self, name, text):
        with open(os.path.join(self.folder, f"{name}.conf"), "w", encoding="utf-8") as file:
            file.write(f"hostname {name}\n{text}\n")

    def words(self, name="vrrpd"):
        path = os.path.join(self.folder, name)
        socket = os.path.join(self.folder, "zebra.api")
        return [f"/usr/lib/frr/{name}", "-f", f"{path}.conf", "-i", f"{path}.pid", "-z", socket,
                "--vty_socket", self.folder, "-P", "0", "-u", "frr", "-g", "frr"]  # fmt: skip

    def _run(self, name, output):
        return subprocess.Popen(
            self.server.namespace.command(self.words(name)), stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def start_zebra(self):
        self.zebra = self._run("zebra", subprocess.DEVNULL)
        time.sleep(ZEBRA_S)

    def start(self):
        """vrrpd, with its log in the folder."""
        with open(os.path.join(self.folder, "log"), "ab", buffering=0) as output:
            self.vrrpd = self._run("vrrpd", output)

    def log(self):
        if not os.path.exists(os.path.join(self.folder, "log")):
            return ""
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def close(self):
        for process in (self.vrrpd, self.zebra):
            if process:
                process.kill()
                process.wait()
        for name in self.macvlans.values():
            self.server.run(f"ip link del {name}")

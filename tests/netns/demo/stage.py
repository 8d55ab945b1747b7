# SPDX-License-Identifier: GPL-2.0-or-later
"""The demo's machines: those of the stories, with vipd on the article's files as they lie in the
checkout, host names of their own, and a way to leave everything running.

Without --keep the namespaces have no names and every daemon is told of this process's end by the
kernel, so nothing stays however the demo ends. With --keep they are named; whoever cleans up later
finds everything by these names alone.
"""
import contextlib
import fcntl
import os
import shutil
import subprocess
import time

from lib.daemon import Vipd
from lib.lan import Lan
from lib.probes import ArpProbe, Canary, Ping

FOLDER = "/run/vipd-demo"
LOCK = "/run/vipd-demo.lock"
VIP = "192.0.2.1"
PROBE_SPACING_S = 0.005
NAMES = {f"vipd-demo-{label}": label for label in ("bridge", "server1", "server2", "client")}


class Named(Vipd):
    """vipd with a configuration that stays where it lies, on a host with a name of its own."""

    def __init__(self, server, build, keep):
        self.host, self.keep = server.label, keep
        path = os.path.join("examples", "article", f"{server.label}.conf")
        super().__init__(server.namespace, os.path.join(FOLDER, server.label), path, build)

    def configure(self, path):
        self.config = path

    def words(self):
        tied = [] if self.keep else ["setpriv", "--pdeathsig", "TERM", "--"]
        naming = ["unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', self.host]
        return [*naming, *tied, *super().words()]

    def shown_command(self):
        return " ".join(super().words())

    def start(self):
        # A session of its own: neither Ctrl-C nor the end of the terminal is for the daemon.
        return super().start(start_new_session=True)

    def forget(self):
        """What a reboot does to /run."""
        shutil.rmtree(self.run_dir, ignore_errors=True)


class Busy(Exception):
    """Another demo is playing."""


def lock():
    """One demo at a time; the lock goes with the process."""
    fd = os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        raise Busy from None
    return fd


def unlock(fd):
    os.unlink(LOCK)
    os.close(fd)


def _pids(name):
    done = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True)
    return [int(word) for word in done.stdout.split()]


def clean():
    """Ends what --keep left; returns how many processes and namespaces that were."""
    processes = namespaces = 0
    for name in NAMES:
        if not os.path.exists(f"/run/netns/{name}"):
            continue
        first, deadline = True, time.monotonic() + 5
        while (pids := _pids(name)) and time.monotonic() < deadline:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, 9)
            processes += len(pids) if first else 0
            first = False
            time.sleep(0.01)
        subprocess.run(["ip", "netns", "delete", name], check=False)
        namespaces += 1
    shutil.rmtree(FOLDER, ignore_errors=True)
    return processes, namespaces


class Stage:
    """The bridge, two servers, the client, and who watches."""

    def __init__(self, build, keep):
        self.build, self.keep = build, keep
        os.makedirs(FOLDER, mode=0o755, exist_ok=True)
        self.observers = []
        self.lan = None
        self.canary = Canary()

    def build_lan(self):
        self.lan = Lan(FOLDER, self.build)
        self.client, self.servers = self.lan.client, self.lan.servers
        if self.keep:
            for name, label in NAMES.items():
                next(n for n in self._namespaces() if n.label == label).publish(name)
        for server in self.servers:
            server.daemon = Named(server, self.build, self.keep)

    def probe(self):
        """The client begins to ask for the virtual address, every few milliseconds."""
        self.arp = ArpProbe(self.client, VIP, PROBE_SPACING_S)
        self.ping = Ping(self.client, VIP, PROBE_SPACING_S)
        self.observers = [self.arp, self.ping]

    def _namespaces(self):
        return [self.lan.bridge, *(machine.namespace for machine in self.lan.machines)]

    def leave(self):
        """Lets everything run on: only who watches goes. The names keep the namespaces."""
        self._stop_observers()
        for server in self.servers:
            server.watch.stop()
            server.address_watch.stop()

    def _stop_observers(self):
        for observer in [*self.observers, self.canary]:
            observer.stop()

    def close(self):
        self._stop_observers()
        if self.lan:
            self.lan.close()
        shutil.rmtree(FOLDER, ignore_errors=True)

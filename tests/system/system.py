# SPDX-License-Identifier: GPL-2.0-or-later
"""A booted system: Debian with its own systemd in systemd-nspawn, on the bridge of the test's
network namespace. What is written goes to an overlay that ends with the test; a reboot keeps it.
"""
import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
import time

from lib.story import Failed, wait_until

BOOT_S = 60
LEADER_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
BRIDGE = "br0"
# What systemd-nspawn --keep-unit ends with when the system wants to be booted again.
REBOOTS = 133


def _hierarchies():
    """Where this process is in the hierarchies that systemd uses: folders."""
    mounts = {}
    with open("/proc/self/mounts", encoding="ascii") as file:
        for line in file:
            _, where, kind, options, *_ = line.split()
            if kind == "cgroup2":
                mounts[""] = where
            elif kind == "cgroup" and "name=systemd" in options.split(","):
                mounts["name=systemd"] = where
    with open("/proc/self/cgroup", encoding="ascii") as file:
        for line in file:
            _, controllers, path = line.strip().split(":", 2)
            if controllers in mounts:
                yield mounts[controllers] + path.rstrip("/")


def cgroups_make(name):
    """A group of its own in each hierarchy: two systems in one would be one."""
    folders = [os.path.join(folder, name) for folder in _hierarchies()]
    for folder in folders:
        os.makedirs(folder, exist_ok=True)
    return folders


def cgroups_remove(prefix):
    """The groups whose names begin so; their processes have ended."""
    for folder in _hierarchies():
        for name in os.listdir(folder):
            if not name.startswith(prefix):
                continue
            for where, _, _ in os.walk(os.path.join(folder, name), topdown=False):
                with contextlib.suppress(OSError):
                    wait_until(lambda w=where: _gone(w), 5, "the end of a cgroup")


def _gone(folder):
    try:
        os.rmdir(folder)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


class Plug(threading.Thread):
    """Puts the port of a system on the bridge whenever it boots and has a new one."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.index, self.ended = port, None, threading.Event()
        self.start()

    def run(self):
        while not self.ended.wait(0.02):
            try:
                index = socket.if_nametoindex(self.port)
            except OSError:
                continue
            if index != self.index:
                done = subprocess.run(["ip", "link", "set", self.port, "master", BRIDGE, "up"],
                                      capture_output=True, check=False)  # fmt: skip
                self.index = index if done.returncode == 0 else None


class System:
    def __init__(self, folder, root, number, cgroup):
        self.label = f"server{number}"
        self.number, self.address = number, f"192.0.2.{10 + number}"
        self.folder = os.path.join(folder, self.label)
        self.root = os.path.join(self.folder, "root")
        self.port = f"port{number}"
        self.process = self.leader = None
        for name in ("root", "upper", "work"):
            os.makedirs(os.path.join(self.folder, name))
        subprocess.run(
            ["mount", "-t", "overlay", "overlay", "-o",
             f"lowerdir={root},upperdir={self.folder}/upper,workdir={self.folder}/work", self.root],
            check=True,
        )  # fmt: skip
        self.write("/etc/hostname", self.label + "\n")
        self.write("/etc/hosts", f"127.0.0.1 localhost\n{self.address} {self.label}\n")
        self.write("/etc/machine-id", f"{number:032x}\n")
        self.write("/etc/network/interfaces",
                   "auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet static\n"
                   f"    address {self.address}/24\n")  # fmt: skip
        # Of the container, not of a server.
        self.write("/etc/systemd/system-preset/00-none.preset", "disable *\n")
        self.console = open(os.path.join(self.folder, "console"), "wb")
        self.cgroups = cgroups_make(f"{cgroup}-{self.label}")
        self.plug = Plug(self.port)

    def write(self, path, text, mode=0o644):
        path = self.root + path
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)

    def _join(self):
        for folder in self.cgroups:
            with open(os.path.join(folder, "cgroup.procs"), "w", encoding="ascii") as file:
                file.write("0")

    def start(self):
        self.process = subprocess.Popen(
            ["systemd-nspawn", "-q", "-D", self.root, "--private-network",
             f"--network-veth-extra={self.port}:eth0", "--register=no", "--keep-unit",
             f"--machine={self.label}", f"--hostname={self.label}", "--console=pipe", "--boot"],
            stdin=subprocess.DEVNULL, stdout=self.console, stderr=self.console,
            preexec_fn=self._join,
        )  # fmt: skip

    def _find_leader(self):
        """The process 1 of the system that runs now."""
        with contextlib.suppress(OSError, ValueError):
            with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children",
                      encoding="ascii") as file:  # fmt: skip
                for pid in file.read().split():
                    with open(f"/proc/{pid}/status", encoding="ascii") as status:
                        ids = re.search(r"^NSpid:\s+(.*)$", status.read(), re.MULTILINE)
                    if ids and ids.group(1).split()[-1] == "1":
                        return int(pid)
        return None

    def wait_booted(self, other_than=None):
        """Until everything that is started at a boot runs. The leader before it is not meant."""
        def new_leader():
            if self.process.poll() == REBOOTS:
                self.start()
            elif self.process.returncode is not None:
                raise Failed(f"{self.label} ended with {self.process.returncode}")
            found = self._find_leader()
            return found if found != other_than else None

        def running():
            self.leader = wait_until(new_leader, BOOT_S, f"{self.label} boots")
            state = self.run("systemctl is-system-running", check=False).strip()
            return state if state in ("running", "degraded") else None

        state = wait_until(running, BOOT_S, f"{self.label} has booted", 0.05)
        if state == "degraded":
            raise Failed(f"{self.label}: {self.run('systemctl --failed --no-legend')}")

    def call(self, command, timeout=120):
        """A command line of bash in the running system; of one that is down nothing comes."""
        if not self.leader:
            return subprocess.CompletedProcess(command, 255, "", f"{self.label} is down")
        return subprocess.run(
            ["nsenter", "-a", "-t", str(self.leader), "--", "/usr/bin/env", "-i",
             f"PATH={LEADER_PATH}", "HOME=/root", "LANG=C.UTF-8", "SYSTEMD_PAGER=cat",
             "SYSTEMD_COLORS=0", "DEBIAN_FRONTEND=noninteractive", "bash", "-c", f"cd; {command}"],
            capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=timeout,
            check=False, errors="replace",
        )  # fmt: skip

    def run(self, command, check=True, timeout=120):
        """Its output; what it said besides, when it failed."""
        done = self.call(command, timeout)
        if check and done.returncode:
            raise Failed(f"{self.label}# {command}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def does(self, command):
        return self.call(command).returncode == 0

    def show(self, unit, name):
        return self.run(f"systemctl show --property {name} --value {unit}").strip()

    def holds(self, vip):
        return f" {vip}/" in self.run("ip -o -4 addr show eth0", check=False)

    def journal(self, unit="vipd", since=None):
        more = f"--after-cursor='{since}'" if since else ""
        return self.run(f"journalctl --no-pager -o cat -u {unit} {more}", check=False)

    def cursor(self):
        """This moment in the journal."""
        return re.search(r"-- cursor: (.*)", self.run("journalctl -n 0 --show-cursor")).group(1)

    def reboot(self):
        """Asks for it. Returns for wait_booted() what ran before; who is asked while it goes down
        may never answer."""
        before = self.leader
        self.run("systemctl reboot", check=False)
        self.leader = None
        return before

    def power_cut(self):
        """Every process of it ends at once, and its network with them."""
        leader = self._find_leader()
        self.leader = None
        if leader:
            with contextlib.suppress(ProcessLookupError):
                os.kill(leader, signal.SIGKILL)
        self.process.wait(10)

    def close(self):
        self.plug.ended.set()
        if self.process and self.process.poll() is None:
            self.power_cut()
        self.console.close()

    def tell(self):
        print(f"--- {self.label}: the end of its journal")
        for unit in ("vipd", "keepalived"):
            print("\n".join(self.journal(unit).splitlines()[-30:]))
        print(self.run("ip -4 addr show eth0; systemctl --no-pager status vipd", check=False),
              flush=True)  # fmt: skip

# SPDX-License-Identifier: GPL-2.0-or-later
"""A network namespace, kept alive by a process that sleeps in it.

There is no name in /run/netns unless one is asked for: when the process ends, the namespace and
everything in it are gone, however the test ended. Sockets stay in the namespace in which they were
opened, so a thread steps in, opens one, and steps out again.
"""
import contextlib
import ctypes
import os
import subprocess
import time

CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class Refused(Exception):
    """This machine lets us make no namespaces."""


def enter(fd):
    if LIBC.setns(fd, CLONE_NEWNET) != 0:
        raise Refused(os.strerror(ctypes.get_errno()))


class Namespace:
    def __init__(self, label):
        self.label = label
        self.name = None
        own = os.stat("/proc/self/ns/net").st_ino
        self.holder = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--net", "sleep", "infinity"],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        deadline = time.monotonic() + 5
        path = f"/proc/{self.holder.pid}/ns/net"
        while True:
            if self.holder.poll() is not None:
                raise Refused(self.holder.stderr.read().decode().strip())
            self.inode = os.stat(path).st_ino
            if self.inode != own and self._comm() == "sleep":
                break
            if time.monotonic() > deadline:
                raise Refused("no new network namespace after 5 s")
            time.sleep(0.002)
        self.fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.write("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1")
        self.write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1")
        self.run("ip link set lo up")

    def _comm(self):
        with open(f"/proc/{self.holder.pid}/comm", encoding="ascii") as file:
            return file.read().strip()

    @contextlib.contextmanager
    def entered(self):
        """This thread is in the namespace; what it opens there stays there."""
        back = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            enter(self.fd)
            yield
        finally:
            enter(back)
            os.close(back)

    def command(self, words):
        """The words that run a command in here; the process keeps its id through them."""
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", "--", *words]

    def run(self, words, check=True):
        """Runs a command (text or words) to its end and returns its output."""
        words = words.split() if isinstance(words, str) else words
        done = subprocess.run(
            self.command(words), capture_output=True, text=True, stdin=subprocess.DEVNULL,
            timeout=30,
        )  # fmt: skip
        if check and done.returncode:
            raise RuntimeError(f"{self.label}: {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def write(self, path, text):
        """Writes a sysctl; /proc/sys/net shows the namespace of the writer."""
        with contextlib.suppress(FileNotFoundError), self.entered():
            with open(path, "w", encoding="ascii") as file:
                file.write(text)

    def publish(self, name):
        """Gives it a name for `ip netns exec`."""
        subprocess.run(["ip", "netns", "attach", name, str(self.holder.pid)], check=True)
        self.name = name

    def pids(self):
        """Processes in here except the one that keeps it; those that ended but were not waited
        for do not count."""
        found = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit() or int(entry) == self.holder.pid:
                continue
            try:
                if os.stat(f"/proc/{entry}/ns/net").st_ino != self.inode:
                    continue
                with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as file:
                    if file.read().rsplit(")", 1)[1].split()[0] not in "ZX":
                        found.append(int(entry))
            except OSError:
                continue
        return found

    def close(self):
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        if self.name:
            subprocess.run(["ip", "netns", "delete", self.name], check=False)
        self.holder.kill()
        self.holder.wait()
        self.holder.stderr.close()
        os.close(self.fd)

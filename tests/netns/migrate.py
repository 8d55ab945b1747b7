# SPDX-License-Identifier: GPL-2.0-or-later
"""vipctl migrate and back without systemd, by pid files: the article's address and one of IPv6,
with a peer that is keepalived and would take over after three intervals of silence.
"""
import os
import shutil
import signal
import subprocess
import time

from lib.config import instance
from lib.story import VIP, Skipped, run

VIP6 = "2001:db8::1"
# Of version 3: a tenth of a second is what a peer forgives thrice.
INTERVAL_S = 0.1


def without_6(priority):
    return instance(priority=priority)


def config(priority):
    return without_6(priority) + instance(
        "vrrp_6", priority=priority, vrid=52, vips=("fe80::100/64", f"{VIP6}/64"), password=None,
        interval=str(INTERVAL_S), more="    version 3\n",
    )  # fmt: skip


class Host:
    """A server on which daemons are started as a script of its boot would: in the background."""

    def __init__(self, lab, server, priority):
        self.lab, self.server = lab, server
        self.daemon = server.install("vipd", config(priority))
        self.other = server.install("keepalived", config(priority))
        server.daemon = self.daemon
        self.pid_file = os.path.join(self.other.folder, "pid")

    def start_keepalived(self, *more):
        subprocess.run(
            self.server.namespace.command(
                ["keepalived", "-P", "-f", self.daemon.config, "-p", self.pid_file,
                 "-r", self.pid_file + "-v", *more]),
            check=True, stdin=subprocess.DEVNULL, timeout=10,
        )  # fmt: skip

    def start_vipd(self):
        words = [word for word in self.daemon.words() if word != "-n"]
        subprocess.run(
            self.server.namespace.command(words), check=True, timeout=10,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def main(self):
        with open(self.pid_file, encoding="ascii") as file:
            return int(file.read())

    def migrate(self, *words):
        program = os.path.join(self.lab.build, "vipctl")
        return subprocess.run(
            self.server.namespace.command([program, "-s", self.daemon.socket, "migrate", "--pid",
                                           self.pid_file, *words, self.daemon.config]),
            capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip


def gap(server, vrid, since, until):
    """The longest time between two adverts of this server, in seconds."""
    times = [a.time for a in server.watch.sent(since, until) if a.vrid == vrid]
    return max(b - a for a, b in zip(times, times[1:]))


def adverts_of_zero(server, since):
    return [a for a in server.watch.sent(since) if a.priority == 0]


def check_refused(lab, host, words, code, text):
    pids = host.other.pids()
    done = host.migrate(*words)
    said = done.stdout + done.stderr
    lab.check(done.returncode == code and text in said and host.other.pids() == pids
              and not host.daemon.pids(), f"{text}: {said.strip().splitlines()[-1]}")  # fmt: skip


def check_change(lab, host, ping, words, old, new):
    one, two = lab.servers
    begun = time.time()
    done = host.migrate(*words)
    lab.check(done.returncode == 0, f"to {new.programs[0]}: {done.stdout}{done.stderr}")
    lab.check(not old.pids() and new.pids(), f"{old.programs[0]} has ended")
    lab.quiet(4.5, one, "nobody else has noticed")
    until = time.time()
    lost, stall = ping.lost(begun, until), lab.canary.worst(begun, until)
    gaps = [gap(one, vrid, begun, until) for vrid in (51, 52)]
    lab.check(not adverts_of_zero(one, begun), "no farewell was sent")
    lab.check(one.holds(VIP6) and not two.holds(VIP6), f"{one.label} alone holds {VIP6}")
    asked = sum(begun <= t <= until for t in ping.asked)
    lab.say(f"{len(lost)} of {asked} requests lost; longest time between adverts"
            f" {1000 * gaps[0]:.0f} ms of 1 s,"
            f" {1000 * gaps[1]:.0f} ms of {1000 * INTERVAL_S:.0f} ms"
            f" (this machine stalled {1000 * stall:.0f} ms)")  # fmt: skip
    return lost


def check_forgotten(lab, host):
    """After a crash of everything, with another file, only its mark says whose an address is."""
    one, two = lab.servers
    host.daemon.kill()
    lab.check(one.holds(VIP6), "vipd is gone, and left what it had taken over")
    host.daemon.configure(without_6(200))
    host.start_vipd()
    lab.wait(lambda: not one.holds(VIP6), 10, f"the next one takes {VIP6} away")
    host.daemon.configure(config(200))
    host.daemon.signal(signal.SIGHUP, "vipd")
    lab.wait(lambda: one.holds(VIP6) and not two.holds(VIP6), 10, "and adds it where it is named")
    lab.settle(one)


def story(lab):
    if not shutil.which("keepalived"):
        raise Skipped("needs keepalived")
    for machine in (*lab.servers, lab.client):
        machine.enable_ipv6()
    one, two = lab.servers
    host, peer = Host(lab, one, 200), Host(lab, two, 100)
    peer.start_keepalived()
    host.start_keepalived()
    lab.settle(one)
    lab.wait(lambda: one.holds(VIP6) and not two.holds(VIP6), 10, f"and {VIP6}")
    check_refused(lab, host, ["-n"], 0, "To be done")
    check_refused(lab, host, ["--back"], 1, "vipd does not run here")
    check_refused(lab, peer, ["-n"], 0, "To be done")
    ping = lab.ping(spacing=0.001)
    lost = check_change(lab, host, ping, [], host.other, host.daemon)
    lab.check(not lost, "to vipd: every request was answered")
    lab.check(all(i["state"] == "MASTER" for i in host.daemon.status()["instances"]),
              "vipd is MASTER for both")  # fmt: skip
    ping.stop()
    lab.observers.remove(ping)
    check_forgotten(lab, host)
    ping = lab.ping(spacing=0.001)
    lost = check_change(lab, host, ping, ["--back"], host.daemon, host.other)
    lab.check(len(lost) < 500, f"back to keepalived: {len(lost)} requests lost")
    host.other.kill()
    os.unlink(host.pid_file)
    host.other.start()
    lab.wait(lambda: os.path.exists(host.pid_file) and len(host.other.pids()) == 2, 5,
             "keepalived runs in the foreground")  # fmt: skip
    check_refused(lab, host, [], 1, "in the foreground")


run(story)

# SPDX-License-Identifier: GPL-2.0-or-later
"""What has to be true of vipd on two real systems, as stories that are told one after the other."""
import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import packages
import page
from lib.probes import ArpProbe, Canary, Ping
from lib.story import VIP, Failed, wait_until
from system import BRIDGE, System

CLIENT = "192.0.2.100"
CLIENT_MAC = bytes([2, 0, 0, 0, 0, 100])
VIP_LINE = "inet 192.0.2.1/24 scope global secondary eth0"


class Here:
    """The namespace that we are in."""

    class _Stay:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return False

    def entered(self):
        return self._Stay()


class Client:
    namespace, interface, mac, address = Here(), BRIDGE, CLIENT_MAC, CLIENT


class Lab:
    def __init__(self, where, folder, root, cgroup, source, say):
        self.where, self.folder, self.root, self.cgroup = where, folder, root, cgroup
        self.source, self.say = source, say
        self.page = None
        self.systems, self.probe, self.count = [], None, 0
        for words in (
            f"link add {BRIDGE} address 02:00:00:00:00:64 type bridge stp_state 0"
            " forward_delay 0 mcast_snooping 0",
            "link set lo up", f"link set {BRIDGE} up", f"addr add {CLIENT}/24 dev {BRIDGE}",
        ):  # fmt: skip
            subprocess.run(["ip", *words.split()], check=True)
        self.canary = Canary()

    def boot(self):
        """Two new systems, with the packages in /root."""
        self.end()
        self.count += 1
        where = os.path.join(self.where, str(self.count))
        for number in (1, 2):
            system = System(where, self.root, number, f"{self.cgroup}-{self.count}")
            self.systems.append(system)
            for kind in ("first", "second"):
                shutil.copytree(os.path.join(self.folder, kind), f"{system.root}/root/{kind}")
            for name in os.listdir(os.path.join(self.folder, "first")):
                shutil.copy(os.path.join(self.folder, "first", name), f"{system.root}/root")
        for system in self.systems:
            system.start()
        for system in self.systems:
            system.wait_booted()
        self.files = {system: files(system) for system in self.systems}
        self.probe = ArpProbe(Client, VIP, 0.005)
        self.say("two systems have booted")
        return self.systems

    def both(self, command):
        with ThreadPoolExecutor() as pool:
            return list(pool.map(lambda system: system.run(command), self.systems))

    def check(self, condition, text):
        if not condition:
            raise Failed(text)
        self.say(f"ok: {text}")

    def wait(self, predicate, timeout, what):
        value = wait_until(predicate, timeout, what, 0.02)
        self.say(f"ok: {what}")
        return value

    def holders(self):
        return [system.number for system in self.systems if system.holds(VIP)]

    def settle(self, number, timeout=15):
        self.wait(lambda: self.holders() == [number], timeout, f"server{number} alone holds {VIP}")

    def article(self, path="/etc/vipd/vipd.conf"):
        for system in self.systems:
            with open(f"{self.source}/examples/article/server{system.number}.conf",
                      encoding="utf-8") as file:  # fmt: skip
                system.write(path, file.read(), 0o600)

    def let_through(self, what="service"):
        """Or the `protocol`, where no package brings the service."""
        self.both(f"firewall-cmd -q --zone=public --add-{what}=vrrp --permanent"
                  " && firewall-cmd -q --reload")  # fmt: skip

    def silence(self, since):
        """The longest time until now in which nobody answered for the address."""
        return self.probe.longest_silence(since, time.time())

    def end(self):
        if self.probe:
            self.probe.stop()
        for system in self.systems:
            system.close()
        self.systems, self.probe = [], None

    def close(self):
        self.canary.stop()
        self.end()

    def tell(self):
        for system in self.systems:
            if system.leader:
                system.tell()


class Undisturbed:
    """While it lasts no instance changes its state, and the address is answered for."""

    def __init__(self, lab, what, unit="vipd", silence_s=0.1):
        self.lab, self.what, self.unit, self.silence_s = lab, what, unit, silence_s

    def __enter__(self):
        self.cursors = [system.cursor() for system in self.lab.systems]
        self.holders = self.lab.holders()
        self.begun = time.time()
        return self

    def __exit__(self, kind, *_):
        if kind:
            return False
        until = time.time()
        for system, cursor in zip(self.lab.systems, self.cursors):
            text = system.journal(self.unit, cursor)
            if "Entering" in text:
                raise Failed(f"{self.what}: a transition of {system.label}:\n{text}")
        silence = self.lab.probe.longest_silence(self.begun, until)
        stall = self.lab.canary.worst(self.begun, until)
        self.lab.check(
            self.lab.holders() == self.holders and silence < self.silence_s + stall,
            f"{self.what}: no transition, the address was silent for {1000 * silence:.0f} ms"
            f" at most (this machine stalled {1000 * stall:.0f} ms)",
        )
        return False


# Changes whenever anything is installed or runs, or is of dpkg.
OF_NOBODY = (
    "/var/cache/", "/var/log/", "/var/lib/dpkg/", "/var/lib/apt/", "/var/lib/systemd/", "/var/tmp/",
    "/var/backups/", "/tmp/", "/root/", "/etc/passwd-", "/etc/group-", "/etc/shadow-",
    "/etc/gshadow-", "/etc/.pwd.lock", "/etc/apt/sources.list.d/", "/etc/firewalld/zones/",
)  # fmt: skip


def files(system):
    """All files of a system but those that anybody changes."""
    found = system.run("find / -xdev -not -type s -not -path '/proc/*' -not -path '/sys/*'"
                       " -not -path '/dev/*' -not -path '/run/*'")  # fmt: skip
    return {name for name in found.splitlines() if not name.startswith(OF_NOBODY)}


def new_parent(system, unit, old):
    pid = system.show(unit, "MainPID")
    return pid not in ("0", old) and system.does(f"systemctl --quiet is-active {unit}")


def kill_parent(lab, system, unit="vipd"):
    """kill -9 of the parent: the next one goes on, and nobody notices."""
    pid = system.show(unit, "MainPID")
    roles = len(system.run("pgrep -x vipd-vrrp").split())
    with Undisturbed(lab, f"{system.label}, kill -9 of the parent of {unit}", unit):
        cursor = system.cursor()
        system.run(f"kill -9 {pid}")
        lab.wait(lambda: new_parent(system, unit, pid), 10, "systemd starts the next one")
        lab.wait(lambda: " goes on in " in system.journal(unit, cursor), 5, "which takes over")
        wait_until(lambda: len(system.run("pgrep -x vipd-vrrp").split()) == roles, 5,
                   "the one before leaves")  # fmt: skip


def served(lab):
    """The article's two servers as they are after its last step."""
    if lab.systems and all(s.does("systemctl --quiet is-active vipd") for s in lab.systems):
        return lab.systems
    lab.boot()
    lab.both("apt-get -qq install ./vipd_*.deb")
    lab.article()
    lab.let_through()
    lab.both("systemctl -q enable --now vipd")
    lab.settle(1)
    return lab.systems


def article(lab):
    """docs/quick-start.md from its first command to its last."""
    lab.boot()
    page.perform(lab.page or f"{lab.source}/docs/quick-start.md", lab.systems, lab.say,
                 show=bool(lab.page))


def killed(lab):
    """The parent is killed, and stands still: no transition."""
    one, two = served(lab)
    kill_parent(lab, one)
    kill_parent(lab, two)
    pid = one.show("vipd", "MainPID")
    with Undisturbed(lab, "the parent stands still"):
        one.run(f"kill -STOP {pid}")
        lab.wait(lambda: new_parent(one, "vipd", pid), 30, "the watchdog has it replaced")
        lab.check("watchdog" in one.journal("vipd"), "and says so")


def managed(lab):
    """systemctl reload, restart, stop, start."""
    one, two = served(lab)
    path = "/etc/vipd/vipd.conf"
    good = one.run(f"cat {path}")
    more = good.replace("192.0.2.1/24", "192.0.2.1/24\n        192.0.2.9/24")
    with Undisturbed(lab, "reload"):
        one.write(path, more, 0o600)
        one.run("systemctl reload vipd")
        lab.wait(lambda: one.holds("192.0.2.9"), 5, "reload: an address more")
        one.write(path, good.replace("virtual_router_id 1", "virtual_router_id 1000"), 0o600)
        one.run("systemctl reload vipd")
        lab.wait(lambda: "the running configuration stays" in one.journal(), 5,
                 "reload: what cannot run is refused")  # fmt: skip
        one.write(path, good, 0o600)
        one.run("systemctl reload vipd")
        lab.wait(lambda: not one.holds("192.0.2.9"), 5, "reload: an address less")
    for action, moves_back in (("restart", True), ("stop", False), ("start", True)):
        begun = time.time()
        cursor = two.cursor()
        one.run(f"systemctl {action} vipd")
        if action != "start":
            lab.wait(lambda c=cursor: "Entering MASTER" in two.journal("vipd", c), 3,
                     f"{action}: server2 serves")  # fmt: skip
            lab.check(not one.holds(VIP) or action == "restart", "and server1 does not")
        lab.settle(1 if moves_back else 2)
        silence = lab.silence(begun)
        lab.check(silence < 1, f"{action}: nobody answered for {1000 * silence:.0f} ms")
    lab.check(one.run("readlink /proc/1/ns/mnt") ==
              one.run(f"readlink /proc/{one.show('vipd', 'MainPID')}/ns/mnt"),
              "what a notify script mounts is mounted for all")  # fmt: skip


def rebooted(lab):
    """The holder is rebooted; then its power fails."""
    one, _ = served(lab)
    begun = time.time()
    before = one.reboot()
    lab.settle(2)
    silence = lab.silence(begun)
    lab.check(silence < 1, f"reboot: nobody answered for {1000 * silence:.0f} ms: a farewell")
    one.wait_booted(before)
    lab.settle(1)
    begun = time.time()
    one.power_cut()
    lab.wait(lambda: lab.systems[1].holds(VIP), 6, "power cut: server2 serves")
    silence = lab.silence(begun)
    lab.check(2.5 < silence < 4.2, f"power cut: nobody answered for {1000 * silence:.0f} ms")
    one.start()
    one.wait_booted()
    lab.settle(1)


SECOND = """vrrp_instance second {
    interface eth1
    virtual_router_id 2
    virtual_ipaddress {
        198.51.100.1/24
    }
}
"""


def instances(lab):
    """A second daemon for another interface: vipd@second."""
    _, two = served(lab)
    two.run("ip link add eth1 type veth peer name eth1-end && ip link set eth1-end up"
            " && ip link set eth1 up && ip addr add 198.51.100.12/24 dev eth1")  # fmt: skip
    with Undisturbed(lab, "beside a second daemon"):
        two.write("/etc/vipd/second.conf", SECOND, 0o600)
        two.run("systemctl -q enable --now vipd@second")
        two.run("vipctl -s /run/vipd-second/control.sock wait second=MASTER --timeout 10")
        lab.check("198.51.100.1/" in two.run("ip addr show eth1"), "it holds its address")
        kill_parent(lab, two, "vipd@second")
        two.run("systemctl -q disable --now vipd@second")
        lab.check("198.51.100.1/" not in two.run("ip addr show eth1"), "stopped: it is gone")


def exposure(system):
    text = system.run("systemd-analyze security --no-pager vipd")
    return float(text.split("Overall exposure level for vipd.service: ")[1].split()[0])


RULES = """table inet filter {
    chain input {
        type filter hook input priority filter; policy drop;
        include "/usr/share/vipd/vrrp.nft"
    }
}
"""


def figures(lab):
    """What it weighs, what it needs, how soon it serves; the snippet for nftables."""
    one, _ = served(lab)
    field = "dpkg-query -W -f '${%s}' vipd"
    size = int(one.run(field % "Installed-Size"))
    lab.check(size < 3000, f"installed size: {size} kB; needs {one.run(field % 'Depends')}")
    one.run("systemctl restart vipd")
    begun, ready = (int(one.show("vipd", f"{name}TimestampMonotonic"))
                    for name in ("InactiveExit", "ActiveEnter"))  # fmt: skip
    lab.check(0 < ready - begun < 1_000_000, f"READY {(ready - begun) / 1000:.0f} ms after start")
    lab.settle(1)
    one.write("/root/rules", RULES)
    rules = one.run("unshare --net sh -c 'nft -f /root/rules && nft list ruleset'")
    lab.check('accept comment "VRRP' in rules, "nftables takes the snippet")


HARDEN = ("mkdir -p /etc/systemd/system/vipd.service.d && cp"
          " /usr/share/doc/vipd/examples/hardening.conf /etc/systemd/system/vipd.service.d/"
          " && systemctl daemon-reload")  # fmt: skip


def keepalived_pair(lab):
    """Two servers with keepalived, and vipd beside it."""
    systems = lab.boot()
    lab.both("apt-get -qq install /usr/local/share/keepalived.deb ./vipd_*.deb")
    lab.article("/etc/keepalived/keepalived.conf")
    lab.let_through()
    lab.both("systemctl -q enable --now keepalived")
    lab.settle(1)
    lab.probe.spacing = 0.001
    return systems


def started_for_ever(lab):
    """systemd starts keepalived again at once, whatever ended it, and tells of failures."""
    for system in lab.systems:
        system.write("/etc/systemd/system/keepalived.service.d/always.conf",
                     "[Unit]\nOnFailure=alarm.service\n[Service]\nRestart=always\n"
                     "RestartSec=0\n")  # fmt: skip
        system.write("/etc/systemd/system/alarm.service",
                     "[Service]\nExecStart=/usr/bin/touch /root/alarm\n")
    lab.both("systemctl daemon-reload")


def switched(lab):
    """systemctl stop keepalived && systemctl start vipd, and back, on the master: plainly."""
    one, two = keepalived_pair(lab)
    for system in (one, two):
        for old, new in (("keepalived", "vipd"), ("vipd", "keepalived")):
            begun = time.time()
            system.run(f"systemctl stop {old} && systemctl start {new}")
            lab.settle(1)
            silence = lab.silence(begun)
            lab.check(silence < 1.5, f"{system.label}, {old} to {new}:"
                                     f" nobody answered for {1000 * silence:.0f} ms")  # fmt: skip
    one.run("systemctl start vipd")
    lab.check(not one.does("systemctl --quiet is-active keepalived"),
              "starting vipd ends keepalived: never both")  # fmt: skip
    one.run("systemctl start keepalived")
    lab.check(not one.does("systemctl --quiet is-active vipd"), "and the other way round")
    lab.settle(1)


class Asked:
    """While it lasts the address gets an echo request each millisecond: how many nobody answered,
    and for how long nobody would have answered for it."""

    LATE_S = 0.5  # an answer that has not come by then is none

    def __init__(self, lab):
        self.lab, self.lost, self.silence, self.stall = lab, None, None, None

    def __enter__(self):
        self.ping = Ping(Client, VIP, 0.001)
        self.lab.wait(lambda: len(self.ping.answered) > 100, 5, "it is asked each millisecond")
        self.begun = time.time()
        return self

    def __exit__(self, kind, *_):
        until = time.time()
        time.sleep(self.LATE_S)
        self.ping.stop()
        if not kind:
            self.lost = len(self.ping.lost(self.begun, until, 0))
            self.silence = self.lab.probe.longest_silence(self.begun, until)
            self.stall = self.lab.canary.worst(self.begun, until)
        return False

    def __str__(self):
        return (f"{self.lost} requests lost, nobody answered for {1000 * self.silence:.0f} ms"
                f" (this machine stalled {1000 * self.stall:.0f} ms)")  # fmt: skip


PAIR = ("keepalived", "vipd")
# Longer than a peer waits that hears nothing.
MASTER_DOWN_S = 4


def serves_alone(lab, system, unit):
    """This one of the two runs and would at a boot, and systemd has nothing to complain of."""
    other = PAIR[1 - PAIR.index(unit)]
    lab.check(
        [system.run(f"systemctl {verb} {name} || true").strip()
         for verb in ("is-active", "is-enabled") for name in (unit, other)]
        == ["active", "inactive", "enabled", "disabled"]
        and not system.does(f"pgrep -x '{other}.*'"),
        f"{system.label}: {unit} runs and is enabled, {other} is neither",
    )  # fmt: skip
    left = system.run("find /run -name '*succession*' -o -name 'vipctl-migrate*'")
    lab.check(not left, f"nothing of the change is left {left}")


def migrate(lab, system, new):
    """As `vipctl migrate` does it: nobody notices."""
    peer = lab.systems[2 - system.number]
    cursors = {name: peer.cursor() for name in PAIR}
    with Asked(lab) as asked:
        said = system.run("vipctl migrate" + (" --back" if new == "keepalived" else ""))
        lab.settle(1)
        time.sleep(MASTER_DOWN_S)
    lab.check(not any("Entering" in peer.journal(name, cursors[name]) for name in PAIR),
              f"{peer.label} has noticed nothing")  # fmt: skip
    lab.settle(1)
    serves_alone(lab, system, new)
    return asked, said


def plainly(lab, system, old, new):
    with Asked(lab) as asked:
        system.run(f"systemctl stop {old} && systemctl start {new}")
        lab.settle(1)
        time.sleep(MASTER_DOWN_S)
    lab.settle(1)
    return asked


def refused(lab, one):
    """A file with an error, a vipd that does not start: keepalived was never touched."""
    path = "/etc/keepalived/keepalived.conf"
    good = one.run(f"cat {path}")
    pid = one.show("keepalived", "MainPID")
    children = one.run(f"pgrep -P {pid}")

    def stays(what, done, code, words):
        text = done.stdout + done.stderr
        lab.check(done.returncode == code and all(word in text for word in words)
                  and one.show("keepalived", "MainPID") == pid
                  and one.run(f"pgrep -P {pid}") == children
                  and not one.run("pgrep vipd", check=False),
                  f"{what}: refused, keepalived is as it was")  # fmt: skip

    with Undisturbed(lab, "what is refused", "keepalived"):
        for what, text, word in (
            ("an error", good.replace("virtual_router_id 1", "virtual_router_id 1000"), "error:"),
            ("routes", good.replace("    virtual_ipaddress", "    virtual_routes {\n        "
             "198.51.100.0/24 via 192.0.2.11\n    }\n    virtual_ipaddress"), "virtual_routes"),
            ("an owner", good.replace("priority 200", "priority 255"), "255"),
        ):  # fmt: skip
            if text == good:
                raise Failed(f"the article's file has changed: {what}")
            one.write(path, text, 0o600)
            stays(what, one.call("vipctl migrate"), 1, (word,))
        one.write(path, good, 0o600)
        stays("a dry run", one.call("vipctl migrate --dry-run"), 0,
              ("works", "vrrp_instance", "To be done", f"pid {pid}"))  # fmt: skip
        stays("back, with no vipd", one.call("vipctl migrate --back"), 1, ("does not run",))
        broken_unit(one, "/bin/false")
        stays("a vipd that does not start", one.call("vipctl migrate"), 1,
              ("vipd did not start", "keepalived was not touched"))  # fmt: skip
        whole_unit(one)


def broken_unit(system, command):
    system.write("/etc/systemd/system/vipd.service.d/broken.conf",
                 f"[Service]\nExecStart=\nExecStart={command}\n")  # fmt: skip
    system.run("systemctl daemon-reload")


def whole_unit(system):
    system.run("rm -r /etc/systemd/system/vipd.service.d && systemctl daemon-reload")


# It is told that keepalived is gone, and dies of it.
DIES = """#!/usr/bin/python3
import socket, struct
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect("/run/vipd/succession.sock")
s.send(struct.pack("=I", 0x76697053))
s.recv(8)
raise SystemExit(1)
"""


def fails_late(lab, one):
    """A vipd that dies of what it takes over: keepalived is back."""
    pid = one.show("keepalived", "MainPID")
    one.write("/root/dies", DIES, 0o755)
    broken_unit(one, "/root/dies")
    done = one.call("vipctl migrate")
    lab.check(done.returncode == 1 and "keepalived was started again" in done.stderr,
              "a vipd that dies of taking over: it is said")  # fmt: skip
    lab.check(new_parent(one, "keepalived", pid) and one.does("systemctl -q is-enabled keepalived"),
              "keepalived runs again")  # fmt: skip
    whole_unit(one)
    lab.settle(1)


def migrated(lab):
    """vipctl migrate and back, on the master and on the backup; and both servers in turn."""
    one, two = keepalived_pair(lab)
    started_for_ever(lab)
    refused(lab, one)
    fails_late(lab, one)
    figures = []
    for system, role in ((one, "MASTER"), (two, "BACKUP")):
        for old, new in (PAIR, PAIR[::-1]):
            figures.append((f"{role}, {old} to {new}, stop and start",
                            plainly(lab, system, old, new)))  # fmt: skip
        for old, new in (PAIR, PAIR[::-1]):
            asked, said = migrate(lab, system, new)
            figures.append((f"{role}, {old} to {new}, vipctl migrate", asked))
            lab.check(new == "keepalived" or f": {role}" in said,
                      f"it says: {said.splitlines()[-2]}")  # fmt: skip
            lab.check(asked.lost == 0 if new == "vipd" or role == "BACKUP" else asked.lost < 100,
                      f"{role}, {old} to {new}: {asked}")  # fmt: skip
    lab.both(HARDEN)
    for new in PAIR[::-1]:
        lost = [migrate(lab, system, new)[0].lost for system in (two, one)]
        lab.check(lost == [0, 0] if new == "vipd" else sum(lost) < 100,
                  f"both servers to {new}, the backup first: {sum(lost)} lost")  # fmt: skip
    lab.check(not any(system.does("test -e /root/alarm") for system in (one, two)),
              "no unit has failed")  # fmt: skip
    for what, asked in figures:
        lab.say(f"{what}: {asked}")


def hardened(lab):
    """hardening.conf: all of it holds, and an orphan is adopted through it."""
    one, two = served(lab)
    plain = exposure(one)
    lab.both(HARDEN)
    # The one that runs has walls of another kind: it is taken over all the same.
    kill_parent(lab, one)
    lab.both("systemctl restart vipd")
    lab.settle(1)
    kill_parent(lab, one)
    with Undisturbed(lab, "reload behind walls"):
        one.run("systemctl reload vipd")
        lab.wait(lambda: "is in force" in one.journal(), 5, "it reads its file")
    lab.check(one.does("vipctl wait vrrp_1=MASTER --timeout 1"), "vipctl gets an answer")
    tight = exposure(one)
    lab.check(tight < 4 < plain, f"systemd-analyze security: {plain}, with hardening.conf {tight}")
    lab.both("rm -r /etc/systemd/system/vipd.service.d && systemctl daemon-reload"
             " && systemctl restart vipd")  # fmt: skip
    lab.settle(1)


def upgraded(lab):
    """apt upgrade to a rebuilt package moves nothing."""
    one, two = served(lab)
    for system in (one, two):
        upgrade(lab, system, "vipd", "vipd")


def upgrade(lab, system, package, unit):
    system.write("/etc/apt/sources.list.d/second.list", "deb [trusted=yes] file:/root/second ./\n")
    pid, role = system.show(unit, "MainPID"), system.run("pgrep -x vipd-vrrp")
    with Undisturbed(lab, f"{system.label}: apt upgrade", unit):
        system.run("apt-get -qq update && apt-get -qq -y upgrade")
        lab.check(system.run(f"dpkg-query -W -f '${{Version}}' {package}").endswith("+rebuilt"),
                  "the other package is installed")  # fmt: skip
        now = system.show(unit, "MainPID")
        lab.check(now != pid and system.run("pgrep -x vipd-vrrp") != role
                  and system.run(f"readlink /proc/{now}/exe").strip() == "/usr/sbin/vipd",
                  "and runs")  # fmt: skip


def removed(lab):
    """apt remove and apt purge leave nothing."""
    _, two = served(lab)
    one = lab.systems[0]
    one.run("apt-get -qq -y remove vipd")
    lab.settle(2, 3)
    lab.check(not one.run("pgrep vipd", check=False), "remove: no process is left")
    lab.check(one.does("test -s /etc/vipd/vipd.conf"), "the configuration stays")
    lab.check(not one.run("systemctl list-unit-files --no-legend 'vipd*' | grep -v not-found",
                          check=False), "no unit is left")  # fmt: skip
    lab.check(not one.does("find /run -name '*vipd*' | grep ."), "nothing in /run is left")
    one.run("apt-get -qq -y purge vipd")
    left = files(one) - lab.files[one]
    lab.check(not left, f"purge: no file is left {sorted(left) or ''}")
    lab.check(not one.does("getent passwd vipd || getent group vipd"), "no user, no group")
    two.run("apt-get -qq -y purge vipd")
    lab.wait(lambda: lab.holders() == [], 3, "purged at once: the address is gone")


CONFIGURATION = "/etc/keepalived/keepalived.conf"
# What `systemctl enable` makes that was asked for by hand.
ENABLED = "/etc/systemd/system/multi-user.target.wants/keepalived.service"


def offer_keepalived(system):
    """apt finds Debian's keepalived, as on a server with a network."""
    folder = f"{system.root}/root/keepalived"
    os.makedirs(folder)
    shutil.copy(f"{system.root}/usr/local/share/keepalived.deb", folder)
    packages.make_source(folder)
    system.write("/etc/apt/sources.list.d/keepalived.list",
                 "deb [trusted=yes] file:/root/keepalived ./\n")  # fmt: skip
    system.run("apt-get -qq update")


def is_keepalived(lab, system, package, program):
    """The service is the one of this package, runs this program, and would at the next boot."""
    pid = system.show("keepalived", "MainPID")
    unit = system.show("keepalived", "FragmentPath")
    lab.check(system.run(f"readlink /proc/{pid}/exe").strip() == program
              and system.does("systemctl --quiet is-active keepalived")
              and system.does("systemctl --quiet is-enabled keepalived"),
              f"keepalived.service is enabled and runs {program}")  # fmt: skip
    lab.check(system.run(f"dpkg-query -S {unit}").startswith(package + ":")
              and system.show("keepalived", "NeedDaemonReload") == "no"
              and not system.run(f"dpkg --verify {package}"),
              f"its unit and all other files are those of {package}")  # fmt: skip


def replace(lab, system, what, package, program):
    """apt puts one in the place of the other."""
    look = f"stat -c '%Y %a %u' {CONFIGURATION} && sha256sum {CONFIGURATION}"
    before, begun = system.run(look), time.time()
    system.run(f"apt-get -qq -y install {what}")
    lab.settle(1)
    silence = lab.silence(begun)
    is_keepalived(lab, system, package, program)
    lab.check(system.run(look) == before, f"nobody touched {CONFIGURATION}")
    lab.say(f"nobody answered for {1000 * silence:.0f} ms meanwhile")


def there_and_back(lab, one):
    """From the compatible package to keepalived, and again to it."""
    offer_keepalived(one)
    replace(lab, one, "keepalived", "keepalived", "/usr/sbin/keepalived")
    lab.check(not one.run("pgrep vipd", check=False) and one.does("dpkg --status vipd"),
              "vipd is there, and does not run")  # fmt: skip
    with Undisturbed(lab, "what is left of the other package is purged", "keepalived"):
        one.run("apt-get -qq -y purge vipd-keepalived-compat")
    is_keepalived(lab, one, "keepalived", "/usr/sbin/keepalived")
    replace(lab, one, "./vipd-keepalived-compat_*.deb", "vipd-keepalived-compat", "/usr/sbin/vipd")
    lab.check(one.does("test -s /etc/default/keepalived"), "keepalived's settings are still there")
    with Undisturbed(lab, "these are purged", "keepalived"):
        one.run("apt-get -qq -y purge keepalived && systemctl -q enable keepalived")
    is_keepalived(lab, one, "vipd-keepalived-compat", "/usr/sbin/vipd")


def compat(lab):
    """vipd-keepalived-compat, in the article's own words."""
    one, two = lab.boot()
    lab.both("apt-get -qq install ./vipd_*.deb ./vipd-keepalived-compat_*.deb")
    lab.article(CONFIGURATION)
    lab.let_through()
    lab.both("systemctl -q enable --now keepalived")
    lab.settle(1)
    for system, state in ((one, "MASTER"), (two, "BACKUP")):
        text = system.run("journalctl -u keepalived")
        lab.check(f"(vrrp_1) Entering {state} STATE" in text,
                  f"journalctl -u keepalived of {system.label} has {state}")  # fmt: skip
    lab.check(one.run("cat /run/keepalived.pid") == one.run("pgrep -xo keepalived"),
              "the pid file and the process have keepalived's names")  # fmt: skip
    lab.check(one.call("keepalived -t").returncode == 5, "keepalived -t reads its file")
    kill_parent(lab, one, "keepalived")
    before = one.reboot()
    lab.settle(2)
    one.wait_booted(before)
    lab.settle(1)
    upgrade(lab, one, "vipd-keepalived-compat", "keepalived")
    there_and_back(lab, one)
    one.run("apt-get -qq -y remove vipd-keepalived-compat")
    lab.settle(2, 3)
    one.run("apt-get -qq -y purge vipd-keepalived-compat vipd")
    left = files(one) - lab.files[one] - {"/etc/keepalived", CONFIGURATION, ENABLED}
    lab.check(not left, f"purge: only what was written by hand is left {sorted(left) or ''}")


def beside(lab):
    """With keepalived running, installing vipd changes nothing; the other package replaces it."""
    one, two = lab.boot()
    lab.both("apt-get -qq install /usr/local/share/keepalived.deb")
    lab.article(CONFIGURATION)
    lab.let_through("protocol")
    lab.both("systemctl -q enable --now keepalived")
    lab.settle(1)
    pid = one.show("keepalived", "MainPID")
    with Undisturbed(lab, "vipd is installed beside keepalived", "keepalived"):
        lab.both("apt-get -qq install ./vipd_*.deb")
        lab.check(one.show("keepalived", "MainPID") == pid, "keepalived goes on")
        lab.check(not one.run("pgrep vipd", check=False), "vipd does not run")
    begun = time.time()
    lab.both("apt-get -qq -y install ./vipd-keepalived-compat_*.deb")
    lab.settle(1)
    silence = lab.silence(begun)
    lab.check(one.run("readlink -f /usr/sbin/keepalived").strip() == "/usr/sbin/vipd"
              and one.does("systemctl --quiet is-enabled keepalived")
              and one.does("systemctl --quiet is-active keepalived"),
              "vipd-keepalived-compat took its place, and runs as it ran")  # fmt: skip
    lab.say(f"nobody answered for {1000 * silence:.0f} ms meanwhile")


STORIES = {
    story.__name__: story
    for story in (article, killed, managed, rebooted, instances, figures, hardened, upgraded,
                  removed, compat, beside, switched, migrated)
}  # fmt: skip

# SPDX-License-Identifier: GPL-2.0-or-later
"""vipd as the first process of a container: process 1 of its own process namespace, a read-only
root with nothing but programs and the configuration, no service manager, no system log, and two
capabilities, as root and as a plain user. keepalived is the other server. Then with too few.
"""
import os
import re
import signal
import subprocess
import time

from lib.config import instance
from lib.daemon import Vipd
from lib.story import ROOT, run, wait_until

# The page says how it is started; the story does what stands there.
with open(os.path.join(ROOT, "docs", "containers.md"), encoding="utf-8") as page:
    PAGE = page.read()
RUN = re.search("^    docker run .*", PAGE, re.MULTILINE).group()
BOTH = tuple(name.lower() for name in re.findall(r"--cap-add (\S+)", RUN))
COMMAND = re.findall(r'"([^"]*)"', re.search("^    CMD (.*)", PAGE, re.MULTILINE).group(1))
# What docker gives by itself, of which vipd has a use.
MORE = (*BOTH, "chown", "fowner", "kill", "setgid", "setpcap", "setuid")
USER = 1000
EXIT_PERMISSION = 4
# A notify script that leaves somebody behind, who says to whom.
SCRIPT = """#!/bin/sh
setsid sh -c 'sleep 0.2; grep PPid /proc/$$/status >/run/orphan' &
"""
MOUNTS = """
mount -t tmpfs -o mode=755 tmpfs "$ROOT"
cd "$ROOT"
mkdir -p usr opt/vipd etc/vipd proc dev run
for name in bin sbin lib lib64; do ln -s "usr/$name" "$name"; done
mount --bind /usr usr
mount -o remount,bind,ro usr
mount --bind "$BUILD" opt/vipd
mount -o remount,bind,ro opt/vipd
mount --bind "$FOLDER" etc/vipd
mount -o remount,bind,ro etc/vipd
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs -o "mode=755,uid=$OWNER" tmpfs run
printf 'root:x:0:0::/:/bin/sh\\n' >etc/passwd
printf 'root:x:0:\\nvipd:x:990:\\n' >etc/group
mount -o remount,ro "$ROOT"
ulimit -l 64
PATH=/opt/vipd:$PATH exec chroot "$ROOT" setpriv "$@"
"""


class Container(Vipd):
    """One `docker run --read-only --cap-drop ALL --cap-add …`, without docker."""

    def __init__(self, server, config, capabilities=BOTH, user=0):
        folder = os.path.join(server.lan.folder, f"container-{server.starts}")
        server.starts += 1
        self.user, self.capabilities = user, capabilities
        super().__init__(server.namespace, folder, config, server.lan.build)
        self.config = os.path.join(folder, "etc", "vipd.conf")
        for name in ("etc", "root"):
            os.mkdir(os.path.join(folder, name))
        self.configure(config)
        path = os.path.join(folder, "etc", "script")
        with open(path, "w", encoding="ascii") as file:
            file.write(SCRIPT)
        os.chmod(path, 0o755)
        server.daemon = self

    def words(self):
        some = ",".join(["-all", *(f"+{name}" for name in self.capabilities)])
        limits = [f"--bounding-set={some}"]
        if self.user:
            limits += [f"--inh-caps={some}", f"--ambient-caps={some}", f"--reuid={self.user}",
                       f"--regid={self.user}", "--clear-groups", "--no-new-privs"]  # fmt: skip
        else:
            limits += ["--inh-caps=-all"]
        where = {"ROOT": "root", "FOLDER": "etc"}
        variables = [f"{name}={os.path.join(self.folder, path)}" for name, path in where.items()]
        return ["unshare", "--pid", "--fork", "--kill-child", "--mount", "--propagation",
                "private", "env", *variables, f"BUILD={self.build}", f"OWNER={self.user}",
                "sh", "-e", "-c", MOUNTS, "sh", *limits, "--", *COMMAND]  # fmt: skip

    def first(self):
        """Its process 1."""
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(path, encoding="ascii") as file:
            return int(file.read())

    def terminate(self):
        os.kill(self.first(), signal.SIGTERM)

    def hang_up(self):
        os.kill(self.first(), signal.SIGHUP)

    def ctl(self, *words, timeout=30):
        """vipctl in the container; 3 as long as there is none."""
        try:
            done = self.inside("/opt/vipd/vipctl", *words, timeout=timeout)
        except (OSError, ValueError):
            return subprocess.CompletedProcess(words, 3, "", "no container")
        done.returncode = 3 if done.returncode == 127 else done.returncode
        return done

    def inside(self, *words, timeout=30):
        """A command in the container, with all rights of the machine."""
        enter = ["nsenter", "-t", str(self.first()), "-m", "-p", "-n", "-r", "-w"]
        return subprocess.run([*enter, *words], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=timeout)  # fmt: skip

    def numbers(self):
        """What the kernel says of each process: name to a row of /proc/PID/status."""
        found = {}
        for pid in self.pids():
            with open(f"/proc/{pid}/status", encoding="ascii") as file:
                row = dict(line.rstrip("\n").split(":\t", 1) for line in file)
            found.setdefault(row["Name"], []).append(row)
        return found

    def dead(self):
        """Processes of the container that ended and that nobody waited for."""
        found = self.inside("sh", "-c", "grep -l '^State:.*Z' /proc/[0-9]*/status")
        return found.stdout.split()


def mask(row, name):
    return int(row[name].strip(), 16)


def check_walls(lab, daemon):
    """Who may do what, as the kernel tells it."""
    rows = daemon.numbers()
    two = 1 << 12 | 1 << 13
    lab.check(all(mask(row, "CapBnd") == two for some in rows.values() for row in some)
              and mask(rows["vipd"][0], "CapEff") == two,
              "the container has two capabilities")  # fmt: skip
    lab.check(mask(rows["vipd-vrrp"][0], "CapPrm") == two
              and mask(rows["vipd-ctl"][0], "CapPrm") == 0,
              "vipd-vrrp has them, vipd-ctl has none")  # fmt: skip
    lab.check(all(rows[name][0]["Seccomp"].strip() == "2" for name in ("vipd-vrrp", "vipd-ctl")),
              "both stand behind their walls")  # fmt: skip
    lab.check(all(row["Uid"].split()[0] == str(daemon.user) for some in rows.values()
                  for row in some), f"all processes are of user {daemon.user}")  # fmt: skip
    said = daemon.log()
    lab.check(f"all processes of vipd are of user {daemon.user}" in said,
              "that it cannot change users stands in the log")  # fmt: skip
    lab.check("its memory is not locked" in said, "that its memory is not locked, too")
    lab.check("the group vipd cannot be given" in said, "and whose the socket is")


def check_reaped(lab, daemon):
    lab.wait(lambda: daemon.inside("cat", "/run/orphan").stdout.split() == ["PPid:", "1"], 3,
             "a script leaves a process behind, to process 1")  # fmt: skip
    time.sleep(0.2)
    lab.wait(lambda: not daemon.dead(), 1, "which waits for it when it ends")


def serve(lab, one, two, user):
    """A whole life beside keepalived."""
    lab.say(f"-- as user {user}")
    more = "    notify /etc/vipd/script\n"
    daemon = Container(one, instance(more=more), user=user)
    begun = time.time()
    daemon.start()
    daemon.wait("vrrp_1=MASTER")
    lab.settle(one)
    lab.check(daemon.first() in daemon.pids("vipd"), "vipd is process 1")
    lab.wait(lambda: two.daemon.states()[-1:] == ["BACKUP"], 5, "keepalived hears it, and follows")
    check_walls(lab, daemon)
    check_reaped(lab, daemon)

    generation = daemon.status()["config"]["generation"]
    daemon.configure(instance(more=more, priority=150))
    daemon.hang_up()
    daemon.wait(f"generation>{generation}", timeout=5)
    lab.wait(lambda: any(a.priority == 150 for a in one.watch.sent(begun)), 2,
             "SIGHUP to process 1: another priority is in its adverts")  # fmt: skip

    served = daemon.pid_of("vipd-vrrp")
    first = daemon.first()
    parents = [pid for pid in daemon.pids("vipd") if pid != first]
    entered = daemon.log().count("Entering")
    for pid in parents:
        os.kill(pid, signal.SIGKILL)
    lab.wait(lambda: daemon.pids("vipd-vrrp") not in ([], [served]), 5,
             "the parent is killed: another takes over")  # fmt: skip
    lab.quiet(2, one, "and no address moves")
    daemon.wait("vrrp_1=MASTER")
    lab.check(daemon.log().count("Entering") == entered, "nor is there a transition")

    asked = time.time()
    daemon.terminate()
    code = daemon.wait_end()
    lab.check(code == 0 and not one.holds("192.0.2.1") and not daemon.pids(),
              "SIGTERM: it ends with 0, and its address is gone")  # fmt: skip
    lab.wait(lambda: [a for a in one.watch.sent(asked) if a.priority == 0], 1, "after a farewell")
    lab.settle(two, 3)


def separate(lab, one):
    """With what it takes: the roles are another user, and end all the same."""
    daemon = Container(one, instance(), capabilities=MORE).start()
    daemon.wait("ready")
    users = {row["Uid"].split()[0] for name in ("vipd-vrrp", "vipd-ctl")
             for row in daemon.numbers()[name]}  # fmt: skip
    lab.check(len(users) == 1 and users != {"0"} and "change users" not in daemon.log()
              and "the group" not in daemon.log(),
              f"with docker's own capabilities the roles are user {', '.join(users)}")  # fmt: skip
    daemon.terminate()
    lab.check(daemon.wait_end() == 0, "and end when asked to")


def refuse(lab, one, missing, user):
    """Without one of the two."""
    names = [name for name in BOTH if name not in missing]
    daemon = Container(one, instance(), capabilities=names, user=user)
    daemon.start()
    code = daemon.wait_end()
    lines = daemon.log().splitlines()
    words = [f"CAP_{name.upper()}" for name in missing]
    how = [f"--cap-add {name.upper()}" for name in missing]
    lab.check(code == EXIT_PERMISSION and len(lines) == 1
              and all(text in lines[0] for text in [*words, *how]),
              f"user {user} without {' and '.join(words)}: {lines[:1]}")  # fmt: skip


def story(lab):
    one, two = lab.servers
    two.install("keepalived", instance(priority=100)).start()
    wait_until(lambda: two.holds("192.0.2.1"), 10, "keepalived serves")
    serve(lab, one, two, 0)
    serve(lab, one, two, USER)
    separate(lab, one)
    for user in (0, USER):
        for missing in (BOTH[:1], BOTH[1:], BOTH):
            refuse(lab, one, missing, user)


run(story)

# SPDX-License-Identifier: GPL-2.0-or-later
"""Several vipd on one host, told apart by `instance` and `net_namespace`: each has a run directory
of its own, and on the same link none touches another one's addresses, whether it starts, is
replaced, reloads or ends.
"""
import os
import shutil
import signal
import subprocess

from lib.config import instance
from lib.daemon import Keepalived, Vipd
from lib.story import run

WEB, DB, MAIL = "192.0.2.80", "192.0.2.81", "192.0.2.82"
LEFTOVER, REPAIRED = "left over from", "somebody had removed it"
NEIGHBOUR = "Another vipd works beside this one"


def block(name, vrid, vip, priority=150):
    return instance(name, priority, vrid, [f"{vip}/24"], password="")


class Named(Vipd):
    """Without `--run-dir`: its configuration says where it is."""

    def __init__(self, suffix, *rest):
        super().__init__(*rest)
        self.run_dir = f"/run/vipd{suffix}"
        self.socket = os.path.join(self.run_dir, "control.sock")

    def words(self):
        return super().words()[:-2]

    def pids(self, name=None):
        """Only its own: a role is told the run directory."""
        own = []
        for pid in super().pids(name):
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                is_role = self.run_dir.encode() in file.read().split(b"\0")
            if is_role or self.process and pid == self.process.pid:
                own.append(pid)
        return own


def make(lab, namespace, suffix, text):
    folder = os.path.join(lab.folder, f"daemon{suffix}")
    return Named(suffix, namespace, folder, text, lab.build)


def start_beside(lab, daemon, name, plain):
    """The second one on the link of the first."""
    since = len(plain.log())
    daemon.start()
    daemon.wait(f"{name}=MASTER")
    status = daemon.status()
    lab.check(status["run_dir"] == daemon.run_dir, f"it is in {daemon.run_dir}")
    lab.check([i["name"] for i in status["instances"]] == [name], "and vipctl reaches it there")
    lab.check(NEIGHBOUR in daemon.log(), "it knows of the other one")
    lab.check(REPAIRED not in plain.log()[since:] and LEFTOVER not in daemon.log(),
              "and took nothing away from it")  # fmt: skip


def only_once(lab, blue):
    done = subprocess.run(blue.namespace.command(blue.words()), capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=10)  # fmt: skip
    said = done.stdout + done.stderr
    lab.check(done.returncode != 0 and f"has {blue.run_dir}" in said, "of one name there is one")


def other_name_is_refused(lab, blue):
    text = "instance green\n" + block("db", 52, DB)
    blue.configure(text)
    blue.process.send_signal(signal.SIGHUP)
    lab.wait(lambda: "another `instance` takes a restart of vipd" in blue.log(), 5,
             "another name is refused at a reload", 0.05)  # fmt: skip
    blue.reload("instance blue\n" + block("db", 52, DB) + "# again\n")


def is_replaced(lab, blue, server):
    """Also when its file became wrong meanwhile: the name is in it all the same."""
    states = blue.states()
    blue.process.kill()
    blue.wait_end()
    blue.configure("instance blue\n" + block("db", 999, DB))
    blue.start()
    lab.wait(lambda: "Taking over from vipd-vrrp" in blue.log(), 5, "the next one takes over", 0.05)
    blue.wait("db=MASTER")
    lab.wait(lambda: "can run: the running configuration stays" in blue.log(), 5, "as it was", 0.05)
    blue.reload("instance blue\n" + block("db", 52, DB, 160))
    lab.check(blue.states() == states, "without a transition")
    lab.check(server.holds(DB) and server.holds(WEB), "and both addresses are there")


def elsewhere(lab, server, namespace):
    """The same host, another network."""
    os.makedirs("/run/netns", exist_ok=True)
    subprocess.run(["ip", "netns", "attach", "red", str(server.namespace.holder.pid)], check=True)
    red = make(lab, server.namespace, "@red", "net_namespace red\n" + block("mail", 53, MAIL))
    red.namespace = namespace
    red.start()
    red.wait("mail=MASTER", timeout=12)
    lab.check(server.holds(MAIL), "a third one in another namespace is in /run/vipd@red")
    red.process.kill()
    red.wait_end()
    red.start()
    lab.wait(lambda: "Taking over from vipd-vrrp" in red.log(), 5, "where it is replaced", 0.05)
    red.wait("mail=MASTER")
    lab.check(NEIGHBOUR not in red.log(), "and is alone")
    red.terminate()
    red.wait_end()


def vipctl(lab, namespace, *words):
    """Without a word about where vipd is."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("VIPD_")}
    return subprocess.run(namespace.command([os.path.join(lab.build, "vipctl"), *words]),
                          capture_output=True, text=True, env=clean, stdin=subprocess.DEVNULL,
                          timeout=60)  # fmt: skip


def from_keepalived(lab, server):
    """vipctl migrate looks into the file for where vipd will be."""
    old = Keepalived(server.namespace, os.path.join(lab.folder, "keepalived"),
                     "instance green\n" + block("mail", 53, MAIL))  # fmt: skip
    words = [word for word in old.words() if word not in ("-n", "-l")]
    subprocess.run(server.namespace.command(words), check=True, timeout=10)
    lab.wait(lambda: server.holds(MAIL), 12, "keepalived has a name and an address", 0.05)
    done = vipctl(lab, server.namespace, "migrate", "--pid", os.path.join(old.folder, "pid"),
                  old.config)  # fmt: skip
    lab.check(done.returncode == 0, f"migrate: {done.stdout}{done.stderr}")
    with open("/run/vipd-green/vipd.pid", encoding="ascii") as file:
        parent = int(file.read())
    lab.check(server.holds(MAIL), "vipd has both")
    os.kill(parent, signal.SIGTERM)
    lab.wait(lambda: not server.holds(MAIL), 5, "until it is ended", 0.05)


def missing_socket(lab, plain, blue):
    done = vipctl(lab, plain.namespace, "status")
    lab.check(done.returncode == 3 and f"vipctl -s {blue.socket}" in done.stderr,
              "vipctl names the one that is there")  # fmt: skip


def story(lab):
    server, other = lab.servers
    lab.small_disk("/run", "1m")
    plain = make(lab, server.namespace, "", block("web", 51, WEB))
    blue = make(lab, server.namespace, "-blue", "instance blue\n" + block("db", 52, DB))
    server.daemon = plain
    plain.start()
    plain.wait("web=MASTER", timeout=12)
    start_beside(lab, blue, "db", plain)
    only_once(lab, blue)
    other_name_is_refused(lab, blue)
    is_replaced(lab, blue, server)
    elsewhere(lab, other, server.namespace)
    if shutil.which("keepalived"):
        from_keepalived(lab, other)

    states = blue.states()
    plain.terminate()
    lab.check(plain.wait_end() == 0, "the first one ends")
    lab.check(not server.holds(WEB) and server.holds(DB), "its address goes, the other one's stays")
    missing_socket(lab, plain, blue)
    since = len(blue.log())
    plain.start()
    plain.wait("web=MASTER", timeout=12)
    lab.check(blue.states() == states and REPAIRED not in blue.log()[since:],
              "nor is it touched when the first one starts again")  # fmt: skip

    blue.kill()
    plain.terminate()
    plain.wait_end()
    lab.check(server.holds(DB), "all of the second one is killed: its address stays")
    plain.start()
    plain.wait("web=MASTER", timeout=12)
    lab.check(not server.holds(DB), "one that is alone takes it for what it is: left over")


run(story, servers=2)

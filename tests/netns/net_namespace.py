# SPDX-License-Identifier: GPL-2.0-or-later
"""`net_namespace`: a vipd that is started elsewhere works in the namespace of that name. So do a
vipd-vrrp that is started again, and the next vipd; and another name takes a restart.
"""
import os
import signal
import subprocess

from lib.config import instance
from lib.daemon import Vipd
from lib.story import run

NAME = "blue"
VIP = "192.0.2.80"


def config(name):
    return f"net_namespace {name}\n" + instance("web", 150, 51, [f"{VIP}/24"], password="")


class StartedElsewhere(Vipd):
    """Its processes are looked for where it works, and it is started in another namespace."""

    def __init__(self, elsewhere, *rest):
        super().__init__(*rest)
        self.elsewhere = elsewhere

    def start(self, *more, **popen):
        inside, self.namespace = self.namespace, self.elsewhere
        try:
            return super().start(*more, **popen)
        finally:
            self.namespace = inside


def story(lab):
    server = lab.servers[0]
    os.makedirs("/run/netns", exist_ok=True)
    lab.small_disk("/run/netns", "64k")
    subprocess.run(["ip", "netns", "attach", NAME, str(server.namespace.holder.pid)], check=True)
    server.daemon = daemon = StartedElsewhere(lab.lan.bridge, server.namespace,
                                              os.path.join(lab.folder, "blue"), config(NAME),
                                              lab.build)  # fmt: skip
    daemon.start()
    daemon.wait("web=MASTER", timeout=12)
    lab.settle(server, vip=VIP)
    lab.check(daemon.pids("vipd-vrrp"), "vipd-vrrp is in the namespace")
    lab.check("Working in network namespace blue" in daemon.log(), "the log says so")
    daemon.configure(config("green"))
    daemon.process.send_signal(signal.SIGHUP)
    lab.wait(lambda: "takes a restart of vipd: the running configuration stays" in daemon.log(), 5,
             "another name is refused", 0.05)  # fmt: skip
    daemon.reload(config(NAME) + "# again\n")
    before = daemon.pid_of("vipd-vrrp")
    os.kill(before, signal.SIGKILL)
    lab.wait(lambda: daemon.pids("vipd-vrrp") not in ([], [before]), 5,
             "a vipd-vrrp that is started again is there, too", 0.02)  # fmt: skip
    lab.alone(1, server, "nothing moved", VIP)
    daemon.process.kill()
    daemon.wait_end()
    daemon.start()
    lab.wait(lambda: "Taking over from vipd-vrrp" in daemon.log(), 5, "the next vipd", 0.05)
    daemon.wait("web=MASTER")
    lab.alone(1, server, "nothing moved", VIP)
    daemon.terminate()
    daemon.wait_end()
    lab.check(not server.holds(VIP), "the end takes the address away")
    daemon.configure(config("nowhere"))
    daemon.start()
    lab.check(daemon.wait_end() != 0, "a namespace that is not there is an error")
    lab.check("net_namespace nowhere cannot be entered" in daemon.log(), "which the log names")


run(story, servers=1)

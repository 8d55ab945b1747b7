# SPDX-License-Identifier: GPL-2.0-or-later
"""The frame of one story: privileges, arguments, the laboratory, the verdict, cleaning up.

A story is a function that is given a Lab and speaks up through lab.check(); the first thing that
did not happen ends it. The whole story runs in its own process and mount namespace, so when it
ends, however it ends, the kernel ends every daemon, namespace and mount that it made.

Exit codes are Meson's: 0 passed, 1 failed, 77 could not be run here.
"""
import argparse
import contextlib
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

from .lan import Lan
from .measure import Measures
from .namespace import Refused
from .probes import ArpProbe, Canary, Ping

SKIP = 77
INSIDE = "VIPD_STORY_INSIDE"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
UNSHARE = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"]
VIP = "192.0.2.1"
VIP_TEXT = "192.0.2.1/24"


class Failed(Exception):
    """Something that had to happen did not."""


class Skipped(Exception):
    """It cannot be shown on this machine."""


def wait_until(predicate, timeout, what, step=0.005):
    """Polls until the predicate is true and returns its value."""
    deadline = time.monotonic() + timeout
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed(f"not within {timeout:g} s: {what}")
        time.sleep(step)


def article(number):
    """The article's configuration of server 1 or 2."""
    path = os.path.join(ROOT, "examples", "article", f"server{number}.conf")
    with open(path, encoding="utf-8") as file:
        return file.read()


class Lab(Measures):
    """What a story works with."""

    def __init__(self, options, folder, servers):
        self.options, self.folder, self.build = options, folder, options.build
        self.canary = Canary()
        self.lan = Lan(folder, options.build, servers)
        self.servers, self.client = self.lan.servers, self.lan.client
        self.observers, self.disks = [], []
        self.begun = time.time()

    def say(self, text):
        print(f"{time.time() - self.begun:7.2f}  {text}", flush=True)

    def check(self, condition, text):
        if not condition:
            raise Failed(text)
        self.say(f"ok: {text}")

    def wait(self, predicate, timeout, what, step=0.005):
        value = wait_until(predicate, timeout, what, step)
        self.say(f"ok: {what}")
        return value

    def arp_probe(self, vip=VIP, spacing=0.005):
        self.observers.append(ArpProbe(self.client, vip, spacing))
        return self.observers[-1]

    def ping(self, vip=VIP, spacing=0.01):
        self.observers.append(Ping(self.client, vip, spacing))
        return self.observers[-1]

    def article_on(self, server, make):
        """The article's configuration on one server."""
        return server.install(make, article(server.number))

    def article(self, *makes, start=True):
        """The article's two servers, each with its make of daemon (vipd is what is not said)."""
        daemons = []
        makes = self.options.makes or makes or ["vipd"] * len(self.servers)
        for server, make in zip(self.servers, makes):
            daemons.append(self.article_on(server, make))
        if start:
            for daemon in daemons:
                daemon.start()
        return daemons

    def settle(self, server, timeout=12, vip=VIP):
        """Waits until this server alone holds the address."""
        others = [s for s in self.servers if s is not server]
        self.wait(
            lambda: server.holds(vip) and not any(s.holds(vip) for s in others),
            timeout, f"{server.label} and nobody else holds {vip}", 0.02,
        )  # fmt: skip

    def lasts(self, predicate, seconds, what):
        """The predicate is true whenever it is looked at for this long."""
        until = time.monotonic() + seconds

        def is_over():
            if not predicate():
                raise Failed(f"not for {seconds:g} s: {what}")
            return time.monotonic() >= until

        wait_until(is_over, math.inf, what, 0.05)
        self.say(f"ok: for {seconds:g} s: {what}")

    def alone(self, seconds, server, what, vip=VIP):
        """For this long `server` stays the only holder."""
        self.lasts(lambda: [s for s in self.servers if s.holds(vip)] == [server], seconds,
                   f"{server.label} alone: {what}")  # fmt: skip

    def quiet(self, seconds, server, what, vip=VIP):
        """For this long `server` stays the only holder and no other sends an advert."""
        since = time.time()
        self.alone(seconds, server, what, vip)
        for other in self.servers:
            if other is not server and other.watch.sent(since):
                raise Failed(f"{other.label} sent an advert: {what}")

    def small_disk(self, folder, size):
        """A file system of this size at `folder`; it is seen by this story only."""
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "vipd-test", folder],
                       check=True)  # fmt: skip
        self.disks.append(folder)

    def close(self):
        for observer in [*self.observers, self.canary]:
            observer.stop()
        self.lan.close()
        for folder in self.disks:
            subprocess.run(["umount", "--lazy", folder], check=False)

    def tell_logs(self):
        for server in self.servers:
            if server.daemon:
                print(f"--- last lines of {server.label}'s log ({server.daemon.log_path})")
                print("\n".join(server.daemon.log().splitlines()[-40:]))


def _arguments(story, more):
    parser = argparse.ArgumentParser(description=sys.modules[story.__module__].__doc__)
    parser.add_argument("--build", default=os.path.join(ROOT, "build"), help="where vipd is built")
    parser.add_argument("--makes", type=lambda text: text.split(","),
                        help="run with these daemons instead, such as vipd,keepalived")  # fmt: skip
    parser.add_argument("--keep-logs", metavar="DIR", help="copy the daemons' folders there")
    for name, settings in (more or {}).items():
        parser.add_argument(name, **settings)
    options = parser.parse_args()
    options.build = os.path.abspath(options.build)
    return options


def _outside():
    """Moves the story into namespaces of its own; does not return when that works."""
    if os.geteuid() != 0:
        print("skipped: needs root")
        return SKIP
    for tool in ("unshare", "nsenter", "setpriv", "ip"):
        if not shutil.which(tool):
            print(f"skipped: needs {tool}")
            return SKIP
    trial = subprocess.run([*UNSHARE, "--net", "true"], capture_output=True, text=True)
    if trial.returncode:
        print(f"skipped: namespaces are refused here: {trial.stderr.strip()}")
        return SKIP
    os.environ[INSIDE] = "1"
    os.execvp(UNSHARE[0], [*UNSHARE, "--", sys.executable, "-B", *sys.argv])


def _become_child():
    """The first process of a process namespace has to wait for orphans; the story is its child.
    When the first one ends, the kernel ends all others."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(1))
    signal.signal(signal.SIGINT, lambda *_: os._exit(1))
    child = os.fork()
    while child:
        pid, status = os.wait()
        if pid == child:
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _inside(story, servers, options):
    with tempfile.TemporaryDirectory(prefix="vipd-") as folder:
        os.chmod(folder, 0o755)
        lab = Lab(options, folder, servers)
        try:
            story(lab)
            print("passed", flush=True)
            return 0
        except Skipped as skipped:
            print(f"skipped: {skipped}")
            return SKIP
        except BaseException as failure:
            lab.tell_logs()
            if not isinstance(failure, Failed):
                traceback.print_exc(file=sys.stdout)
            print(f"FAILED: {failure}", flush=True)
            return 1
        finally:
            with contextlib.suppress(Exception):
                lab.close()
            if options.keep_logs:
                shutil.copytree(folder, options.keep_logs, dirs_exist_ok=True,
                                ignore=shutil.ignore_patterns("run"))  # fmt: skip


def run(story, servers=2, arguments=None):
    """The main program of a story's file."""
    options = _arguments(story, arguments)
    if os.environ.get(INSIDE) != "1":
        sys.exit(_outside())
    _become_child()
    try:
        code = _inside(story, servers, options)
    except Refused as refused:
        print(f"skipped: {refused}")
        code = SKIP
    sys.stdout.flush()
    os._exit(code)

# SPDX-License-Identifier: GPL-2.0-or-later
"""A second vipd on the same run directory ends at once and says why; the first notices nothing."""
import os
import subprocess

from lib.config import instance
from lib.story import run


def story(lab):
    server = lab.servers[0]
    server.install("vipd", instance()).start()
    server.daemon.wait("vrrp_1=MASTER")
    pids = sorted(server.daemon.pids())
    done = subprocess.run(server.namespace.command(server.daemon.words()), capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, timeout=10)  # fmt: skip
    said = done.stdout + done.stderr
    lab.check(done.returncode != 0, f"it ends with {done.returncode}")
    lab.check(server.daemon.run_dir in said, f"and says: {said.strip().splitlines()[-1:]}")
    lab.check(sorted(server.daemon.pids()) == pids, "the first one's processes are as before")
    lab.check(os.path.exists(server.daemon.socket), "its socket is there")
    lab.check(server.daemon.instance("vrrp_1")["state"] == "MASTER", "and it is MASTER")


run(story, servers=1)

# SPDX-License-Identifier: GPL-2.0-or-later
"""Nothing on the MASTER's own host moves the address: its vipd-ctl killed, its parent killed and a
new one started, a log that nobody reads any more, a disk that is full.
"""
import fcntl
import os
import signal
import time

from lib.story import run


def kill_ctl(lab, one):
    old = one.daemon.pid_of("vipd-ctl")
    os.kill(old, signal.SIGKILL)
    lab.wait(lambda: one.daemon.pids("vipd-ctl") not in ([], [old]), 5, "a new vipd-ctl")
    one.daemon.wait("vrrp_1=MASTER")
    lab.quiet(2, one, "vipd-ctl was killed")


def kill_parent(lab, one):
    served = one.daemon.pid_of("vipd-vrrp")
    one.daemon.process.kill()
    one.daemon.process.wait()
    lab.quiet(4, one, "the parent was killed")
    lab.check(served in one.daemon.pids("vipd-vrrp"), "vipd-vrrp serves without it")
    one.daemon.start()
    one.daemon.wait("ready", "vrrp_1=MASTER")
    lab.wait(lambda: len(one.daemon.pids()) == 3, 5, "one process of each role again")
    lab.quiet(12, one, "a new parent took over, and the ten seconds of the old are over")


def blocked_log(lab, one):
    """Its console is a pipe, filled to the brim, that nobody reads."""
    one.daemon.terminate()
    one.daemon.wait_end()
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETFL, os.O_NONBLOCK)
    try:
        while True:
            os.write(writer, b"x" * 4096)
    except BlockingIOError:
        fcntl.fcntl(writer, fcntl.F_SETFL, 0)
    one.daemon.start(output=writer)
    os.close(writer)
    one.daemon.wait("vrrp_1=MASTER")
    lab.settle(one)
    since = time.time()
    lab.quiet(5, one, "the log blocks")
    lab.check_beat([a.time for a in one.watch.sent(since)], "adverts")
    one.daemon.process.send_signal(signal.SIGHUP)
    one.daemon.wait("generation>1")
    asked = time.time()
    one.daemon.terminate()
    lab.check(one.daemon.wait_end() == 0 and time.time() - asked < 1, "and it ends when asked to")
    os.close(reader)


def full_disk(lab, one):
    """Log, configuration and run directory on a file system without a free octet."""
    folder = os.path.join(lab.folder, "full")
    os.mkdir(folder)
    lab.small_disk(folder, "64k")
    one.daemon.folder = folder
    one.daemon.log_path = os.path.join(folder, "log")
    one.daemon.run_dir = os.path.join(folder, "run")
    one.daemon.socket = os.path.join(one.daemon.run_dir, "control.sock")
    one.daemon.start()
    one.daemon.wait("vrrp_1=MASTER")
    lab.settle(one)
    with open(os.path.join(folder, "ballast"), "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 512)
        except OSError:
            lab.say("the disk is full")
    old = one.daemon.pid_of("vipd-vrrp")
    os.kill(old, signal.SIGKILL)
    lab.wait(lambda: one.daemon.pids("vipd-vrrp") not in ([], [old]), 5, "a new vipd-vrrp")
    one.daemon.process.send_signal(signal.SIGHUP)
    lab.quiet(5, one, "the disk is full")


def story(lab):
    one, two = lab.servers
    lab.article()
    one.daemon.wait("vrrp_1=MASTER")
    two.daemon.wait("vrrp_1=BACKUP")
    lab.settle(one)
    kill_ctl(lab, one)
    kill_parent(lab, one)
    blocked_log(lab, one)
    full_disk(lab, one)


run(story)

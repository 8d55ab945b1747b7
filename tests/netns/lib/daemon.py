# SPDX-License-Identifier: GPL-2.0-or-later
"""Daemons as processes in a server's namespace: vipd, and Debian's keepalived as the other make.
Both write to a log file that the stories read; both are ended by their ids.
"""
import contextlib
import json
import os
import re
import select
import signal
import subprocess
import time

STATE_LINE = re.compile(r"\((\S+)\) Entering (\S+) STATE")


class Daemon:
    """One daemon on one server. `folder` is its own: log, configuration, run directory."""

    def __init__(self, namespace, folder, config):
        self.namespace, self.folder = namespace, folder
        self.config = os.path.join(folder, "daemon.conf")
        self.log_path = os.path.join(folder, "log")
        self.process = None
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, 0o755)
        self.configure(config)

    def configure(self, text):
        """Writes the configuration; what runs does not notice before a reload."""
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text)

    def start(self, *more, output=None, **popen):
        with contextlib.ExitStack() as stack:
            if output is None:
                output = stack.enter_context(open(self.log_path, "ab", buffering=0))
            self.process = subprocess.Popen(
                self.namespace.command([*self.words(), *more]),
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, **popen,
            )  # fmt: skip
        return self

    def log(self):
        with contextlib.suppress(FileNotFoundError):
            with open(self.log_path, encoding="utf-8", errors="replace") as file:
                return file.read()
        return ""

    def states(self):
        """The states entered according to the log, in order."""
        return [match.group(2) for match in STATE_LINE.finditer(self.log())]

    def pids(self, name=None):
        """Its processes: the parent and its roles, also those whose parent is gone; only those of
        one executable with `name`."""
        found = []
        for pid in self.namespace.pids():
            with contextlib.suppress(OSError):
                program = os.path.basename(os.readlink(f"/proc/{pid}/exe"))
                if program in self.programs and name in (None, program):
                    found.append(pid)
        return found

    def signal(self, number, name=None):
        """Sends a signal to all processes, or to those of one executable; returns their ids."""
        pids = self.pids(name)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        return pids

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def wait_end(self, timeout=10):
        """Waits for the parent's end and returns its exit code. Popen.wait looks only every 50 ms,
        too coarse for those who measure."""
        if self.process.returncode is None:
            fd = os.pidfd_open(self.process.pid)
            select.select([fd], [], [], timeout)
            os.close(fd)
        return self.process.wait(0)

    def kill(self):
        """kill -9 of everything at once; returns when it is over."""
        while self.signal(signal.SIGKILL):
            time.sleep(0.001)
        if self.process:
            self.process.wait()


class Keepalived(Daemon):
    programs = ("keepalived",)

    def words(self):
        # Its run files lie beside the log; like /run they are empty after a boot.
        pid = os.path.join(self.folder, "pid")
        for path in (pid, pid + "-v"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
        files = ["-f", self.config, "-p", pid, "-r", pid + "-v"]
        return ["keepalived", "-n", "-l", "-D", "-P", *files]


class Vipd(Daemon):
    programs = ("vipd", "vipd-vrrp", "vipd-ctl")

    def __init__(self, namespace, folder, config, build):
        super().__init__(namespace, folder, config)
        self.build = build
        self.run_dir = os.path.join(folder, "run")
        self.socket = os.path.join(self.run_dir, "control.sock")

    def words(self):
        program = os.path.join(self.build, "vipd")
        return [program, "-n", "-l", "-D", "-f", self.config, "--run-dir", self.run_dir]

    def ctl(self, *words, timeout=30):
        """Runs vipctl; returns the finished process."""
        return subprocess.run(
            [os.path.join(self.build, "vipctl"), "-s", self.socket, *words],
            capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=timeout,
        )  # fmt: skip

    def status(self):
        """The status document."""
        done = self.ctl("status", "--json")
        if done.returncode:
            raise RuntimeError(f"vipctl status: {done.returncode}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def instance(self, name):
        for instance in self.status()["instances"]:
            if instance["name"] == name:
                return instance
        raise KeyError(name)

    def reload(self, text):
        """Waits until this configuration is in force; returns when it was asked for."""
        generation = self.status()["config"]["generation"]
        self.configure(text)
        asked = time.time()
        self.process.send_signal(signal.SIGHUP)
        self.wait(f"generation>{generation}", timeout=5)
        return asked

    def wait(self, *conditions, timeout=15):
        """vipctl wait; the control socket may not be there yet."""
        deadline = time.monotonic() + timeout
        while True:
            left = max(deadline - time.monotonic(), 0.1)
            done = self.ctl("wait", *conditions, "--timeout", f"{left:.1f}", timeout=timeout + 10)
            if done.returncode == 0:
                return
            if done.returncode != 3 or time.monotonic() >= deadline:
                raise TimeoutError(f"vipctl wait {' '.join(conditions)}: {done.returncode} "
                                   f"{done.stdout.strip()} {done.stderr.strip()}")  # fmt: skip
            time.sleep(0.01)

    def pid_of(self, program):
        pids = self.pids(program)
        if len(pids) != 1:
            raise RuntimeError(f"{program}: {len(pids)} processes")
        return pids[0]

# SPDX-License-Identifier: GPL-2.0-or-later
"""The simulator's model of a foreign router (sim/peer.c) against the real one: each story of
tests/sim/peer is lived through by keepalived, and what it sent is laid beside what the model does
of the same inputs.

A story is a text file: the configuration, what happens to the daemon (`in`), and what it did the
last time it was recorded (`out`). With --record the files are written anew.
"""
import contextlib
import os
import re
import shutil
import signal
import subprocess
import threading
import time

from lib import frames, frr
from lib.lan import PREFIX
from lib.observe import LinkWatch, packet_socket
from lib.story import ROOT, run

FOLDER = os.path.join(ROOT, "tests", "sim", "peer")
SIGNALS = {"stop": signal.SIGTERM, "kill-all": signal.SIGKILL, "freeze": signal.SIGSTOP,
           "thaw": signal.SIGCONT}  # fmt: skip
START_S = 3
RESTART_S = 10
# How late a slow machine may be; what the real ones are, docs/evidence/peer-model.md has.
ROOM_S = 0.5


class Story:
    """One file of tests/sim/peer, taken apart."""

    def __init__(self, path):
        self.path = path
        self.head, self.inputs = [], []
        self.config, self.until, self.make, self.program = "", 0.0, "", ""
        with open(path, encoding="utf-8") as file:
            lines = iter(file.read().splitlines())
        for line in lines:
            words = line.split()
            if words[:1] == ["in"]:
                self.inputs.append((float(words[1]), words[2:]))
            elif words[:1] == ["until"]:
                self.until = float(words[1])
            elif words[:1] != ["out"]:
                self.head.append(line)
            if words[:1] == ["daemon"]:
                self.make = words[1]
                self.program = {"keepalived": "keepalived", "frr": "vrrpd"}[self.make]
            if line == "config":
                for line in iter(lambda: next(lines), "end"):
                    self.config += line + "\n"
                    self.head.append(line)
                self.head.append("end")

    def name_version(self):
        """Says in the head which release it was."""
        command = [shutil.which(self.program, path=frr.PROGRAMS), "--version"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        version = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr).group()
        at = next(i for i, line in enumerate(self.head) if line.startswith("daemon "))
        self.head[at] = f"daemon {self.make} {version}"

    def write(self, path, inputs, outputs):
        lines = [(t, f"in  {t:.6f} {text}") for t, text in inputs]
        lines += [(t, f"out {t:.6f} {text}") for t, text in outputs]
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(self.head).rstrip() + "\n\n")
            file.writelines(text + "\n" for _, text in sorted(lines, key=lambda line: line[0]))
            file.write(f"until {self.until:g}\n")


class Advert:
    """What an `advert PRIORITY from ADDRESS …` line says."""

    def __init__(self, words):
        self.priority, self.source = int(words[1]), words[3]
        more = dict(zip(words[4::2], words[5::2]))
        self.ttl = int(more.pop("ttl", 255))
        self.vrrp = {"vrid": 51, "auth_type": 0, "password": b"", "spoil": 0}
        for name in {"interval", "vrid"} & more.keys():
            self.vrrp[name] = int(more.pop(name))
        if "addresses" in more:
            self.vrrp["addresses"] = more.pop("addresses").split(",")
        if "password" in more:
            self.vrrp.update(auth_type=1, password=more.pop("password").encode())
        if "checksum" in more:
            self.vrrp["spoil"] = int(more.pop("checksum") == "wrong")
        assert not more, words

    def frame(self, mac):
        packet = frames.packet(self.source, frames.vrrp(self.priority, **self.vrrp), self.ttl)
        return frames.ethernet(mac, packet)


class RealKeepalived:
    """keepalived as it comes."""

    # The second of a process that its parent starts again.
    ready = re.compile(r"Startup complete|\(init\)")
    state = re.compile(r"\(\S+\) [Ee]ntering (\S+) (?:STATE|state)")

    def __init__(self, server, story):
        self.daemon = server.install("keepalived", story.config)

    def prepare(self):
        """Nothing has to run before it."""

    def words(self):
        return self.daemon.words()

    def close(self):
        self.daemon.kill()


class RealFrr:
    """FRR's vrrpd. Its addresses do not come and go, and are not recorded."""

    ready = re.compile(r"\[IPv4\] 'Startup' event")
    state = re.compile(r"\[IPv4\] \w+ -> (Backup|Master)")

    def __init__(self, server, story):
        setting = dict(re.findall(r"^ *(\w+) (\d+)$", story.config, re.MULTILINE))
        addresses = re.findall(r"^ *(\d[\d.]+/\d+)$", story.config, re.MULTILINE)
        vrrp = ["51 version 2", f"51 priority {setting['priority']}",
                f"51 advertisement-interval {1000 * int(setting['advert_int'])}"]  # fmt: skip
        vrrp += [f"51 ip {address.split('/')[0]}" for address in addresses]
        vrrp = [f"vrrp {line}" for line in vrrp]
        if "nopreempt" in story.config:
            vrrp.append("no vrrp 51 preempt")
        self.frr = frr.Frr(server, 51, addresses, vrrp)

    def prepare(self):
        self.frr.start_zebra()

    def words(self):
        return self.frr.words()

    def close(self):
        self.frr.close()


MAKES = {"keepalived": RealKeepalived, "frr": RealFrr}


class Life:
    """The real daemon through one story. Times are of time.time()."""

    def __init__(self, lab, story):
        self.lab, self.story, self.server = lab, story, lab.servers[0]
        self.states, self.inputs, self.outputs = [], [], []
        self.begun = self.started = 0.0
        self.complete = threading.Event()
        self.process = None
        self.real = MAKES[story.make](self.server, story)
        self.links = LinkWatch(self.server.namespace)
        with lab.client.namespace.entered():
            self.socket = packet_socket(lab.client.interface, filtered=False)

    def _start(self):
        self.complete.clear()
        self.process = subprocess.Popen(
            self.server.namespace.command(self.real.words()), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        threading.Thread(target=self._read_log, args=(self.process.stdout,), daemon=True).start()
        self.lab.check(self.complete.wait(START_S), f"the {self.story.make} is there")
        return self.started

    def _read_log(self, pipe):
        for line in pipe:
            now, text = time.time(), line.decode(errors="replace")
            if self.real.ready.search(text) and not self.complete.is_set():
                self.started = now
                self.complete.set()
            if match := self.real.state.search(text):
                self.states.append((now, f"state {match.group(1).upper()}"))

    def _signal(self, number):
        """The daemon's own processes, which are those of the namespace but zebra."""
        now = time.time()
        if number == signal.SIGTERM:
            self.process.send_signal(number)
            return now
        for pid in self.server.namespace.pids():
            os.kill(pid, number)
        if number == signal.SIGKILL:
            self.process.wait()
        return now

    def _cable(self, runs):
        count = len(self.links.events)
        self.server.cable("up" if runs else "down")
        return self.lab.wait(lambda: self.links.events[count:], 2, "the link's news")[0][0]

    def _kill_child(self):
        """The parent starts another; `restart` waits for that."""
        self.complete.clear()
        now = time.time()
        for pid in self.server.namespace.pids():
            if pid != self.process.pid:
                os.kill(pid, signal.SIGKILL)
        return now

    def _restart(self):
        self.lab.check(self.complete.wait(RESTART_S), "its next process is there")
        return self.started

    def _address(self, change, address):
        """Adds or removes one by hand."""
        now = time.time()
        self.server.run(f"ip addr {change} {address} dev eth0")
        return now

    def _advert(self, words):
        count = len(self._heard())
        self.socket.send(Advert(words).frame(self.lab.client.mac))
        self.lab.wait(lambda: len(self._heard()) > count, 2, "the advert's stamp", 0.001)
        return self._heard()[count].time

    def _heard(self):
        return [a for a in list(self.server.watch.adverts) if not a.sent]

    def act(self, words):
        """Does what an input says; returns when it was."""
        if words[0] == "start":
            return self._start()
        if words[0] in ("cable-down", "cable-up"):
            return self._cable(words[0] == "cable-up")
        if words[0] == "kill":
            return self._kill_child()
        if words[0] == "restart":
            return self._restart()
        if words[0] == "steal":
            return self._address("del", words[1])
        if words[0] in ("address-off", "address-on"):
            change = "add" if words[0] == "address-on" else "del"
            return self._address(change, f"{self.server.address}/{PREFIX}")
        if words[0] == "advert":
            return self._advert(words)
        return self._signal(SIGNALS[words[0]])

    def live(self):
        self.real.prepare()
        self.begun = time.time()
        for at, words in self.story.inputs:
            time.sleep(max(0, self.begun + at - time.time()))
            when = self.act(words)
            self.inputs.append((when - self.begun, " ".join(words)))
        time.sleep(max(0, self.begun + self.story.until - time.time()))
        watch, addresses = self.server.watch, self.server.address_watch.events
        outputs = [(a.time, f"advert {a.priority}") for a in watch.sent(self.begun)]
        outputs += [(a.time, f"arp {a.sender}") for a in watch.gratuitous(self.begun)]
        if self.story.make == "keepalived":
            own = f"{self.server.address}/{PREFIX}"
            outputs += [(t, f"{'add' if add else 'remove'} {text}") for t, add, text in addresses
                        if t >= self.begun and text != own]  # fmt: skip
        outputs += self.states
        self.outputs = [(t - self.begun, text) for t, text in sorted(outputs)
                        if t - self.begun < self.story.until]  # fmt: skip

    def close(self):
        """The server is again as it was before."""
        if self.process:
            self._signal(signal.SIGKILL)
        self.real.close()
        self.links.stop()
        self.socket.close()
        self.server.cable("up")
        self.server.run("ip addr flush dev eth0")
        self._address("add", f"{self.server.address}/{PREFIX}")


def compare(lab, life):
    """Lays the model's life beside the real one."""
    name = os.path.basename(life.story.path)
    path = os.path.join(lab.folder, name)
    life.story.write(path, life.inputs, life.outputs)
    replay = os.path.join(lab.build, "tests", "sim", "peer_replay")
    done = subprocess.run([replay, "--room", str(ROOM_S), path], capture_output=True, text=True)
    print(done.stdout + done.stderr, end="")
    lab.check(done.returncode == 0, f"{name}: the model does the same")


def story(lab):
    names = sorted(name for name in os.listdir(FOLDER) if name.endswith(".txt"))
    for name in lab.options.story or names:
        told = Story(os.path.join(FOLDER, name))
        if not shutil.which(told.program, path=frr.PROGRAMS):
            lab.say(f"left out, {told.program} is not here: {name}")
            continue
        life = Life(lab, told)
        with contextlib.closing(life):
            life.live()
        if lab.options.record:
            told.name_version()
            life.story.write(life.story.path, life.inputs, life.outputs)
        else:
            compare(lab, life)


run(story, servers=1, arguments={
    "--record": {"action": "store_true", "help": "write the stories anew"},
    "--story": {"action": "append", "help": "only this file"},
})  # fmt: skip

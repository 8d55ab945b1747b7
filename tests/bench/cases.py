# SPDX-License-Identifier: GPL-2.0-or-later
"""What the benchmark measures. Each case runs one make of daemon on the machines of the netns
stories and returns named figures; it compares nothing.

A takeover during which this machine itself stalled is measured again: run() says so with None.
The other cases keep the machine busy themselves; of them the median of several runs has to do.
"""
import contextlib
import os
import re
import time

from lib.config import instance
from lib.measure import STALL_S
from lib.story import VIP, Failed, article, wait_until

WINDOW_S = 10.0
ANNOUNCED_S = 6.5  # the second block of gratuitous ARP comes after 5 s


def address(number):
    return f"10.77.{number // 250}.{number % 250 + 1}"


def with_addresses(count, priority):
    """One instance with this many addresses: one in its adverts, the others excluded."""
    rest = "".join(f"        {address(i)}/32\n" for i in range(count - 1))
    more = f"    virtual_ipaddress_excluded {{\n{rest}    }}\n" if rest else ""
    return instance(priority=priority, state="MASTER", more=more)


def with_instances(count, priority):
    """This many instances with one address each."""
    return "".join(
        instance(f"vrrp_{i}", priority, i, (f"{address(i)}/32",)) for i in range(1, count + 1)
    )


def added(server, since):
    """When each address came, by the kernel's news."""
    return [e[0] for e in server.address_watch.events if e[0] >= since and e[1]]


def removed(server, since):
    return [e[0] for e in server.address_watch.events if e[0] >= since and not e[1]]


def announced(server, since):
    """When each address was first announced."""
    first = {}
    for arp in server.watch.gratuitous(since):
        first.setdefault(arp.sender, arp.time)
    return list(first.values())


def ms(value):
    return 1000 * value


class Case:
    """One make on the two servers. Subclasses: `configure` gives the texts, `measure` the figures.
    The stories' power_return makes the servers new again before each run."""

    def __init__(self, lab, make):
        self.lab, self.make = lab, make
        self.one, self.two = lab.servers

    def install(self, *configs):
        for server in self.lab.servers:
            if server.daemon:
                server.daemon.kill()
            server.power_return()
        for server, config in zip(self.lab.servers, configs):
            server.install(self.make, config)

    def start(self, server):
        # -G: no syslog beside the file, which would go to this machine's console.
        server.daemon.start(*(["-G"] if self.make == "keepalived" else []))

    def end(self):
        for server in self.lab.servers:
            if server.daemon:
                server.daemon.kill()

    def full(self, server, count, timeout=15):
        """Waits until the server has this many addresses beside its own."""
        wait_until(lambda: len(server.addresses()) == count + 1, timeout,
                   f"{self.make}: {count} addresses on {server.label}", 0.05)  # fmt: skip

    def stalled(self, since, until):
        return self.lab.canary.worst(since, until) > STALL_S


class StartStop(Case):
    """Start with priority 255 until the addresses are there and announced; SIGTERM to the end."""

    def __init__(self, lab, make, count):
        super().__init__(lab, make)
        self.count = count

    def run(self):
        self.install(with_addresses(self.count, 255))
        since = time.time()
        self.start(self.one)
        wait_until(lambda: len(announced(self.one, since)) >= self.count, 15,
                   f"{self.make}: {self.count} addresses announced", 0.02)  # fmt: skip
        self.full(self.one, self.count)
        first, last = min(added(self.one, since)), max(added(self.one, since))
        told = max(announced(self.one, since))
        time.sleep(1.5)
        stop = time.time()
        self.one.daemon.terminate()
        self.one.daemon.wait_end()
        end = time.time()
        time.sleep(0.1)
        if self.one.addresses() != [f"{self.one.address}/24"]:
            raise Failed(f"{self.make} left addresses behind")
        what = f"{self.count} VIP" + ("s" if self.count > 1 else "")
        return {
            f"start to first VIP, {what}": ms(first - since),
            f"start to last VIP, {what}": ms(last - since),
            f"start to last VIP announced, {what}": ms(told - since),
            f"SIGTERM to last VIP removed, {what}": ms(max(removed(self.one, stop)) - stop),
            f"SIGTERM to exit, {what}": ms(end - stop),
        }


class Failover(Case):
    """The article's two servers: a power cut, a return, a graceful stop."""

    def run(self):
        self.install(article(1), article(2))
        for server in self.lab.servers:
            self.start(server)
        probe = self.lab.arp_probe(spacing=0.001)
        try:
            self.lab.settle(self.one)
            figures = self.cut(probe)
            self.one.power_return()
            self.start(self.one)
            self.lab.settle(self.one)
            return figures and (stop := self.stop(probe)) and {**figures, **stop}
        finally:
            probe.stop()
            self.lab.observers.remove(probe)

    def heir(self, probe, since):
        """Server 2's first advert and first answer after an advert of server 1."""
        wait_until(lambda: probe.first_answer(self.two.mac, since) and self.two.watch.sent(since),
                   8, f"{self.make}: server 2 takes over")  # fmt: skip
        time.sleep(0.1)
        return self.two.watch.sent(since)[0].time, probe.first_answer(self.two.mac, since)

    def cut(self, probe):
        heard = self.one.watch.sent()[-1].time
        wait_until(lambda: self.one.watch.sent(heard + 0.1), 3, "an advert of server 1")
        time.sleep(0.5)
        last = self.one.last_advert(self.one.power_cut()).time
        advert, answer = self.heir(probe, last)
        if self.stalled(last, answer):
            return None
        return {
            "power cut: last advert to heir's advert": ms(advert - last),
            "power cut: last advert to heir's first answer": ms(answer - last),
        }

    def stop(self, probe):
        asked = time.time()
        self.one.daemon.terminate()
        self.one.daemon.wait_end()
        end = time.time()
        last = [a for a in self.one.watch.sent(asked) if a.priority == 0][-1].time
        advert, answer = self.heir(probe, last)
        if self.stalled(asked, max(end, answer)):
            return None
        return {
            "SIGTERM: last farewell to heir's advert": ms(advert - last),
            "SIGTERM: last farewell to heir's first answer": ms(answer - last),
            "SIGTERM: client without an answer": ms(
                probe.longest_silence(asked - 0.2, answer + 0.1)),  # fmt: skip
            "SIGTERM to exit, the article's file": ms(end - asked),
        }


class Takeover(Case):
    """A backup with many addresses becomes master: does it keep advertising meanwhile?"""

    COUNT = 480

    def run(self):
        self.install(with_addresses(self.COUNT, 254), with_addresses(self.COUNT, 100))
        for server in self.lab.servers:
            self.start(server)
        self.full(self.one, self.COUNT)
        time.sleep(1)
        last = self.one.last_advert(self.one.power_cut()).time
        wait_until(lambda: len(self.two.watch.sent(last)) >= 4, 12, "adverts of server 2")
        adverts = [a.time for a in self.two.watch.sent(last)]
        told = announced(self.two, last)
        if len(told) != self.COUNT:
            raise Failed(f"{self.make}: {len(told)} of {self.COUNT} addresses announced")
        gap = max(b - a for a, b in zip(adverts, adverts[1:]))
        what, first = f"takeover of {self.COUNT} VIPs", adverts[0]
        return {
            f"{what}: longest time between adverts": ms(gap),
            f"{what}: heir's advert to first VIP announced": ms(min(told) - first),
            f"{what}: heir's advert to last VIP announced": ms(max(told) - first),
        }


def _sum_tasks(pids, file, read):
    total = 0
    for pid in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/{file}", encoding="ascii") as text:
                    total += read(text.read())
    return total


def cpu_ms(pids):
    """Time on a processor, from the scheduler's own books."""
    return _sum_tasks(pids, "schedstat", lambda text: int(text.split()[0])) / 1e6


def switches(pids):
    return _sum_tasks(pids, "status", lambda text: sum(
        int(n) for n in re.findall(r"voluntary_ctxt_switches:\s*(\d+)", text)))  # fmt: skip


def memory_kb(pids, name):
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            total += int(re.search(rf"^{name}:\s*(\d+)", file.read(), re.M).group(1))
    return total


class Load(Case):
    """Quiet service with many instances: processor time, wake-ups and memory."""

    def __init__(self, lab, make, count):
        super().__init__(lab, make)
        self.count = count

    def run(self):
        count = self.count
        self.install(with_instances(count, 200), with_instances(count, 100))
        for server in self.lab.servers:
            self.start(server)
        self.full(self.one, count)
        time.sleep(ANNOUNCED_S)
        pids = [server.daemon.pids() for server in self.lab.servers]
        before = [(cpu_ms(p), switches(p)) for p in pids]
        since = time.time()
        time.sleep(WINDOW_S)
        span = time.time() - since
        after = [(cpu_ms(p), switches(p)) for p in pids]
        sent = len(self.one.watch.sent(since, since + span))
        if self.two.watch.sent(since) or sent < 0.95 * count * span - count:
            raise Failed(f"{self.make}: {count} instances do not serve steadily ({sent} adverts)")
        what = f"{count} instance" + ("s" if count > 1 else "")
        figures = {}
        for role, a, b in zip(("master", "backup"), before, after):
            figures[f"CPU ms per s, {what}, {role}"] = (b[0] - a[0]) / span
            figures[f"context switches per s, {what}, {role}"] = (b[1] - a[1]) / span
        for name in ("Rss", "Pss"):
            label = f"{name.upper()} kB of all processes, {what}, master"
            figures[label] = memory_kb(pids[0], name)
        return figures

# SPDX-License-Identifier: GPL-2.0-or-later
"""The story that ./demo tells. Every sentence marked "ok" was looked at, on the wire, in the kernel
or at the client; the first one that is not so ends the demo with exit code 1.
"""
import argparse
import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from demo import screen, stage  # noqa: E402
from demo.screen import output, say, seen, title, write  # noqa: E402
from lib.measure import ADVERT_S, EVER_S, SKEW_100_S, STALL_S  # noqa: E402
from lib.namespace import Refused  # noqa: E402
from lib.story import VIP, VIP_TEXT, Failed, wait_until  # noqa: E402

CRASH_LIMIT_S = 3 * ADVERT_S + SKEW_100_S
EXIT_S = 0.5
PROGRAMS = ("vipd", "vipd-vrrp", "vipd-ctl", "vipctl")


def claim(condition, text):
    if not condition:
        raise Failed(text)
    seen(text)


def seconds(value):
    return f"{1000 * value:.0f} ms" if value < 1 else f"{value:.2f} s"


class Demo:
    def __init__(self, stage_):
        self.stage = stage_
        self.one, self.two = stage_.servers
        self.rows = []

    # What is shown

    def vipctl(self, server, *words):
        done = server.daemon.ctl(*words)
        if done.returncode:
            raise Failed(f"vipctl {' '.join(words)} on {server.label}: {done.stderr.strip()}")
        output("vipctl " + " ".join(words), done.stdout, server.label)

    def show(self, *servers):
        for server in servers:
            self.vipctl(server, "status")
            write()
            output("ip addr show eth0", server.run("ip addr show eth0"), server.label)
            write()

    def show_client(self, holder):
        """Whom the client finds behind the address now, in its own words and on the wire."""
        time.sleep(0.1)
        now = time.time()
        output(f"ip neigh show {VIP}", self.stage.client.run(f"ip neigh show {VIP}"), "client")
        answering = {mac.hex(":") for mac in self.stage.arp.holders(now - 0.1, now)}
        claim(answering == {holder.mac.hex(":")},
              f"{VIP} is answered by {holder.mac.hex(':')}, {holder.label}, and nobody else")

    # What is measured

    def settled(self, holder, other, timeout=12):
        """Exactly one holds the address, in its kernel and in its daemon's eyes; a machine
        without power (other is None) does not count, whatever it remembers."""
        wait_until(lambda: holder.holds(VIP) and not (other and other.holds(VIP)), timeout,
                   f"{holder.label} and nobody else holds {VIP}", 0.02)  # fmt: skip
        try:
            holder.daemon.wait("vrrp_1=MASTER")
        except TimeoutError as late:
            raise Failed(f"{holder.label} becomes MASTER: {late}") from None

    def gap(self, since, until):
        """The longest time in which the client had no answer to a ping."""
        times = sorted(t for t in list(self.stage.ping.answered.values()) if since <= t <= until)
        points = [since, *times, until]
        return max(b - a for a, b in zip(points, points[1:]))

    def takeover(self, event, since, last_advert, limit, powered=True):
        """Server 2 takes over after this advert of server 1; what the client met of it."""
        wait_until(lambda: self.stage.arp.first_answer(self.two.mac, last_advert), 8,
                   f"{self.two.label} answers the client", 0.01)  # fmt: skip
        answer = self.stage.arp.first_answer(self.two.mac, last_advert)
        self.settled(self.two, self.one if powered else None)
        time.sleep(0.2)
        took, gap = answer - last_advert, self.gap(since, time.time())
        stall = self.stage.canary.worst(last_advert, answer)
        claim(took <= limit + EVER_S + 2 * stall,
              f"{self.two.label} answers {took:.3f} s after the last advert; the RFC makes it "
              f"wait {limit:.3f} s")  # fmt: skip
        if stall > STALL_S:
            say(f"(This machine itself stalled for {1000 * stall:.0f} ms meanwhile.)")
        say(f"The client had no answer for {seconds(gap)}.")
        write()
        measured = f"{took:.3f} s (RFC: {limit:.3f} s)"
        self.rows.append([event, seconds(gap), measured, self.two.label])

    def unharmed(self, event, since):
        """No ping of the client was lost since then; server 1 serves."""
        time.sleep(0.7)
        until = time.time()
        lost = self.stage.ping.lost(since, until)
        asked = sum(since <= t <= until - 0.5 for t in list(self.stage.ping.asked))
        claim(asked and not lost, f"of the client's {asked} pings meanwhile {len(lost)} were lost")
        self.rows.append([event, "none", f"0 of {asked} pings lost", self.one.label])

    # The story

    def start_both(self):
        title("Two servers, one address")
        say("Two servers (192.0.2.11 and .12) and a client (192.0.2.100) are plugged into one "
            f"switch. Both run vipd to share {VIP}, with the article's two files as they are:")
        write()
        for server in self.stage.servers:
            server.daemon.start()
            output(server.daemon.shown_command(), "", server.label)
        write()
        self.settled(self.one, self.two)
        self.stage.probe()
        self.two.daemon.wait("vrrp_1=BACKUP")
        self.show(self.one, self.two)
        claim(self.two.addresses() == [f"{self.two.address}/24"],
              f"{self.one.label} holds {VIP_TEXT}, {self.two.label} does not")
        time.sleep(0.3)
        self.show_client(self.one)
        self.rows.append(["both are started", "-", "-", self.one.label])

    def power_cut(self):
        title("Server 1 loses power")
        say("Its port falls silent and all of its processes are killed at once; it says no "
            "farewell. Server 2 has to notice by itself.")
        since = time.time()
        wait_until(lambda: self.one.watch.sent(since), 3, f"{self.one.label} sends an advert")
        time.sleep(0.5)
        cut = time.time()
        silent = self.one.power_cut()
        self.takeover("server 1 loses power", cut, self.one.last_advert(silent).time,
                      CRASH_LIMIT_S, powered=False)  # fmt: skip
        self.show(self.two)
        self.show_client(self.two)

    def power_return(self):
        title("Server 1 returns")
        self.one.power_return()
        self.one.daemon.forget()
        claim(self.one.addresses() == [f"{self.one.address}/24"],
              "server 1 has booted: it has its own address only")
        since = time.time()
        self.one.daemon.start()
        self.settled(self.one, self.two)
        took = time.time() - since
        say(f"It listened first, then took its address back, {took:.1f} s after its start.")
        self.unharmed("server 1 returns", since)
        self.show(self.one)
        self.vipctl(self.two, "status")
        write()
        self.show_client(self.one)

    def stop(self):
        title("Server 1 is stopped for maintenance")
        output(f"kill -TERM {self.one.daemon.process.pid}", "", self.one.label)
        since = time.time()
        self.one.daemon.terminate()
        code = self.one.daemon.wait_end()
        took = time.time() - since
        claim(code == 0 and not self.one.daemon.pids() and took < EXIT_S,
              f"vipd ends with 0 after {1000 * took:.0f} ms and leaves no process behind")
        claim(not self.one.holds(VIP), "and no address")
        farewells = [a for a in self.one.watch.sent(since) if a.priority == 0]
        claim(farewells, f"it said farewell: {len(farewells)} adverts of priority 0")
        self.takeover("server 1 is stopped", since, farewells[-1].time, SKEW_100_S)
        since = time.time()
        self.one.daemon.start()
        self.settled(self.one, self.two)
        say("Started again, it takes its address back:")
        self.unharmed("server 1 is started again", since)

    def crash(self):
        title("vipd-vrrp crashes on server 1")
        old, since = self.one.daemon.pid_of("vipd-vrrp"), time.time()
        output(f"kill -KILL {old}", "", self.one.label)
        os.kill(old, signal.SIGKILL)
        wait_until(lambda: self.one.daemon.pids("vipd-vrrp") not in ([], [old]), 3,
                   "vipd starts another vipd-vrrp")  # fmt: skip
        new = self.one.daemon.pid_of("vipd-vrrp")
        wait_until(lambda: self.one.watch.sent(since), 2, "it goes on with the adverts")
        next_advert = self.one.watch.sent(since)[0].time - since
        time.sleep(max(0.0, since + CRASH_LIMIT_S + 0.5 - time.time()))
        claim(self.one.daemon.instance("vrrp_1")["state"] == "MASTER",
              f"process {new} went on as MASTER, its first advert came after "
              f"{seconds(next_advert)}")  # fmt: skip
        claim(not self.two.watch.sent(since) and not self.two.holds(VIP),
              "server 2 noticed nothing: not one advert from it")
        claim(not self.one.address_watch.of(VIP_TEXT, since), f"{VIP} was not touched")
        self.unharmed("kill -9 of its vipd-vrrp", since)

    def end(self):
        doubles = self.stage.arp.doubles()
        title("What the client met")
        screen.table(["event", "outage", "measured", "holder"], self.rows)
        write()
        say("outage: the longest time without an answer; the client asks every 5 ms. measured: "
            "from the last advert of server 1 to the first answer of server 2, and how long the "
            "RFC makes server 2 wait.")
        if doubles:
            say(f"({len(doubles)} ARP requests were answered by both, in the instant in which the "
                "address changed hands.)")  # fmt: skip

    def tell_logs(self):
        for server in self.stage.servers:
            if server.daemon:
                write()
                lines = server.daemon.log().splitlines()[-20:]
                output(f"tail {server.daemon.log_path}", "\n".join(lines), server.label)

    def play(self):
        self.start_both()
        self.power_cut()
        self.power_return()
        self.stop()
        self.crash()
        self.end()


def tell_how(stage_):
    title("It goes on running")
    say("Step into a server, look around, break something:")
    write()
    for server in stage_.servers:
        write(f"    sudo ip netns exec vipd-demo-{server.label} \\")
        write(f"        env VIPD_SOCKET={server.daemon.socket} bash")
    write()
    say("and there:")
    write()
    for words in ("vipctl status", "vipctl explain vrrp_1"):
        write(f"    {os.path.join(stage_.build, words)}")
    write("    ip addr show eth0")
    write()
    say(f"The logs are {stage.FOLDER}/server1/log and server2/log; the client is "
        "vipd-demo-client.")
    write()
    say("To end it all:  sudo ./demo --clean")


def clean():
    processes, namespaces = stage.clean()
    if namespaces:
        say(f"Ended: {processes} processes, {namespaces} namespaces.")
    return namespaces


def perform(options):
    """Builds the stage, plays, and leaves nothing behind unless asked to. Returns the exit code."""
    clean()
    begun, code, left = time.monotonic(), 1, False
    stage_, demo = stage.Stage(options.build, options.keep), None
    try:
        stage_.build_lan()
        demo = Demo(stage_)
        demo.play()
        code = 0
        write()
        say(f"Everything above happened, in {time.monotonic() - begun:.0f} s.")
        if options.keep:
            tell_how(stage_)
            left = True
    except (Failed, Refused, RuntimeError, TimeoutError, OSError) as failure:
        if demo:
            demo.tell_logs()
        screen.failed(str(failure))
    except KeyboardInterrupt:
        write()
        say("Interrupted; cleaning up.")
        code = 130
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if left:
            stage_.leave()
        else:
            stage_.close()
    return code


def interrupt(*_):
    raise KeyboardInterrupt


def main():
    parser = argparse.ArgumentParser(prog="demo")
    parser.add_argument("--build", default="build")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--clean", action="store_true")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    missing = [name for name in PROGRAMS if not os.path.exists(f"{options.build}/{name}")]
    if missing and not options.clean:
        say(f"There is no {' and no '.join(missing)} in {options.build}.")
        return 1
    try:
        held = stage.lock()
    except stage.Busy:
        say("Another demo is playing; wait for its end.")
        return 1
    if options.clean:
        if not clean():
            say("There was nothing to clean up.")
        code = 0
    else:
        code = perform(options)
    stage.unlock(held)
    return code


if __name__ == "__main__":
    sys.exit(main())

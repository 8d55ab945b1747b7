# SPDX-License-Identifier: GPL-2.0-or-later
"""vipctl simulate over the article's files: what each fault costs, against what the protocol says
it must (RFC 3768 6.1), at many phases of the adverts.

simulate.py VIPCTL EXAMPLES
"""
import json
import tempfile

from runs import MASTER_DOWN_MS, check, fault_words, run_stories

SKEW_MS = 1000 * 156 / 256
SLACK_MS = 1  # a frame's way, and what is done at one time
FAREWELLS_MS = 40  # three priority 0, 20 ms apart


def last_advert_ms(begun, at_ms):
    """Adverts go out each second from the moment at which the first MASTER came."""
    return at_ms - (at_ms - begun) % 1000


def silence(runs):
    """Power, cable, port, whole host: the heir waits from the last advert that it heard."""
    for fault in ("power-off", "cable-down", "cut", "freeze"):
        for phase in range(50, 1000, 190):
            at_ms = 10000 + phase
            document = runs.faults(f"{fault} server1 at {at_ms}ms")
            master = [t["at_ms"] for t in document["transitions"] if t["to"] == "MASTER"]
            heard = last_advert_ms(master[0], at_ms)
            outages = document["outages"]
            check(len(outages) == 1 and outages[0]["cause"] == f"{fault} server1"
                  and outages[0]["from_ms"] == at_ms, f"{fault}: one outage", outages)  # fmt: skip
            end = outages[0]["from_ms"] + outages[0]["outage_ms"]
            check(0 <= end - heard - MASTER_DOWN_MS < SLACK_MS,
                  f"{fault} at {at_ms} ms: the master-down interval", end - heard)  # fmt: skip
            check(len(master) == 2, f"{fault}: two were MASTER", master)


def farewell(runs):
    for phase in range(50, 1000, 190):
        document = runs.faults(f"stop server1 at {10000 + phase}ms")
        outage = document["outages"][0]["outage_ms"]
        check(0 <= outage - SKEW_MS < SLACK_MS, "stop: the heir's skew", outage)
        check(outage + FAREWELLS_MS < MASTER_DOWN_MS, "stop is better than silence", outage)
        check(not document["double"], "stop: nobody besides", document["double"])


def nothing_moves(runs):
    """What its own host does to vipd moves no address. Who steals one takes it for as long as the
    news of that are on their way."""
    for fault, most_ms in (("kill", 0), ("steal", 1)):
        for phase in range(50, 1000, 190):
            document = runs.faults(f"{fault} server1 at {10000 + phase}ms")
            outages = [o for o in document["outages"] if o["outage_ms"] > most_ms]
            check(not outages and not document["double"], f"{fault} costs {most_ms} ms at most",
                  (outages, document["double"]))  # fmt: skip
            states = {t["to"] for t in document["transitions"] if t["host"] == "server2"}
            check(states == {"BACKUP"}, f"{fault}: server 2 stays BACKUP", states)


def healing(runs):
    """After a cut both hold; when it heals one advert ends that, and clients find the one that
    stays."""
    document = runs.faults("cut server1 at 10.5s for 10s")
    doubles = document["double"]
    check(len(doubles) == 1 and doubles[0]["cause"] == "join server1"
          and sorted(doubles[0]["holders"]) == ["server1", "server2"]
          and doubles[0]["length_ms"] <= 1000 + SLACK_MS,
          "healed within an advert", doubles)  # fmt: skip
    check(len(document["outages"]) == 1, "no outage from healing", document["outages"])
    lost, sent = (document["probes"][0][key] for key in ("lost", "sent"))
    check(abs(lost - document["outages"][0]["outage_ms"] / 10) <= 1 and sent > 2000,
          "questions without an answer", (lost, sent))  # fmt: skip


def winner_unheard(runs):
    """When a cut heals the winner may be heard before it hears its rival, which yields. Clients on
    the rival's side of the cut ask the winner from then on: the rival's last word makes it announce
    itself again."""
    for phase in range(0, 1000, 100):
        document = runs.faults(f"cut server1 at 10.5s for {9000 + phase}ms")
        after = [o for o in document["outages"] if o["from_ms"] > 11500]
        check(all(o["outage_ms"] < SLACK_MS for o in after),
              "clients find the winner of a healed cut", after)  # fmt: skip


def rival_leaves(runs):
    """Two are MASTER when a cut heals, and one of them leaves before the other heard an advert of
    it. Clients still ask the one that left, until the other announces itself again."""
    document = runs.faults("cut server1 at 10.5s for 9.75s", "stop server2 at 20.3s")
    after = [o for o in document["outages"] if o["from_ms"] > 20000]
    check(all(o["outage_ms"] < SLACK_MS for o in after),
          "after a rival's farewell clients find who stays", after)  # fmt: skip


def slow_port(runs):
    """A port that opens 40 s after link-up. Its host is back at once, sees no frame for as long as
    it waits for one, and serves beside the other, for no client; when the port opens one advert
    ends that. At a port that opens while it waits, or at once, it comes back by preempting."""
    faults = ("slow-port server1 by 40s at 5s", "cable-down server1 at 10.3s for 2s")
    document = runs.faults(*faults, more=("--for", "70"))
    back = [t["at_ms"] for t in document["transitions"] if t["to"] == "MASTER"][-1]
    doubles, outages = document["double"], document["outages"]
    proof_ms = 3000
    check(12300 + 3000 < back - proof_ms < 12300 + MASTER_DOWN_MS,
          "served before its port opens", back)  # fmt: skip
    check(len(doubles) == 1 and doubles[0]["from_ms"] == 12300 + 40000
          and doubles[0]["length_ms"] <= 1000 + SLACK_MS,
          "two from when it opens", doubles)  # fmt: skip
    check([o["cause"] for o in outages if o["outage_ms"] > SLACK_MS] == ["cable-down server1"],
          "clients lose nothing when it opens", outages)  # fmt: skip
    document = runs.faults(*faults, "fast-port server1 at 9s", more=("--for", "70"))
    check(all(d["length_ms"] < SLACK_MS for d in document["double"]),
          "at a fast port it hears the other", document["double"])  # fmt: skip
    document = runs.faults("slow-port server1 by 5s at 5s", faults[1], more=("--for", "70"))
    reason = [t["reason"] for t in document["transitions"] if t["to"] == "MASTER"][-1]
    check(all(d["length_ms"] < SLACK_MS for d in document["double"]) and reason == "preempted",
          "a port that opens in time: it hears the other first", (document["double"], reason))
    document = runs.faults(*faults, "fast-port server1 at 20s", more=("--for", "70"))
    check(document["double"][0]["from_ms"] == 20000, "made fast while it waits: open at once",
          document["double"])  # fmt: skip


def sticky_files(runs):
    files = []
    for number in (1, 2):
        with open(runs.files[number - 1], encoding="utf-8") as file:
            text = file.read().replace("state MASTER", "state BACKUP")
        text = text.replace("    interface eth0\n", "    interface eth0\n    nopreempt\n")
        files.append(runs.write(f"sticky/server{number}.conf", text))
    return files


def slow_port_nopreempt(runs):
    """The same with nopreempt: whoever serves when the port opens goes on, and two that began
    behind closed ports are one with the first advert."""
    files = sticky_files(runs)
    slow = "slow-port server1 by 40s at 5s"
    for fault in ("cable-down server1 at 10.3s for 2s", "power-off server1 at 10.3s for 2s"):
        document = runs.json(*fault_words((slow, fault)), "--for", "70", files=files)
        changes = [(t["host"], t["to"]) for t in document["transitions"] if t["at_ms"] > 40000]
        check(changes == [("server1", "BACKUP")], f"{fault}: it gives way", changes)
        check(document["transitions"][-1]["reason"] == "unverified", "and says why", document)
        check(sum(d["length_ms"] for d in document["double"]) <= 1000 + SLACK_MS,
              f"{fault}: two for an advert's time", document["double"])  # fmt: skip
    both = [f"{fault} at {at}" for host in ("server1", "server2")
            for fault, at in ((f"slow-port {host} by 20s", "1s"),
                              (f"power-off {host}", "2s for 2s"))]  # fmt: skip
    document = runs.json(*fault_words(both), "--for", "60", files=files)
    masters = {t["host"] for t in document["transitions"] if t["to"] == "MASTER"}
    check(masters == {"server1", "server2"}, "both serve behind closed ports", masters)
    check(0 < sum(d["length_ms"] for d in document["double"]) <= 1000 + SLACK_MS,
          "and are one soon", document["double"])  # fmt: skip
    check(all(o["from_ms"] < 24000 for o in document["outages"] if o["outage_ms"] > SLACK_MS),
          "without a gap when they open", document["outages"])  # fmt: skip


def frame_before_adoption(runs):
    """Its first frame comes between the watch of a new vipd-vrrp and what that goes on from: it is
    verified all the same, and has its own priority for who comes later."""
    one, two = sticky_files(runs)
    with open(two, encoding="utf-8") as file:
        two = runs.write("sticky/later.conf", file.read().replace("    nopreempt\n", "")
                         .replace("priority 100", "priority 150"))  # fmt: skip
    faults = fault_words((
        "power-off later at 0s", "power-off server1 at 1s", "slow-port server1 at 1500ms for 18s",
        "power-on server1 at 2s", "slow-kernel server1 at 10s", "kill server1 at 19502ms",
        "power-on later at 60s"))  # fmt: skip
    document = runs.json(*faults, "--seed", "1", "--for", "90", files=[one, two])
    changes = [(t["host"], t["to"]) for t in document["transitions"]]
    check(changes[-2:] == [("server1", "MASTER"), ("later", "BACKUP")], "nobody takes over",
          changes)  # fmt: skip


def clocks_step(runs):
    """Signed adverts, and wall clocks that are set an hour forward or back, again and again."""
    files = []
    for number in (1, 2):
        with open(runs.files[number - 1], encoding="utf-8") as file:
            before, after = file.read().split("    authentication {", 1)
        files.append(runs.write(f"signed/server{number}.conf",
                                before + "    auth_hmac {\n        key 1 hex:" + 32 * "5a"
                                + "\n    }\n" + after.split("}\n", 1)[1]))  # fmt: skip
    steps = fault_words(f"step server{1 + k % 2} at {10 + 5 * k}s" for k in range(8))
    for seed in range(1, 7):
        document = runs.json(*steps, "--seed", str(seed), "--for", "60", files=files)
        changes = [(t["host"], t["to"]) for t in document["transitions"]]
        check(changes[2:] == [("server1", "MASTER")], f"seed {seed}: clocks step", changes)


def moved(runs):
    """A guest that migrated: its switch sends to where it was, until it is heard where it is. A
    MASTER's next advert ends that, and nobody else takes over; a BACKUP has nothing to lose."""
    for phase in range(50, 1000, 190):
        document = runs.faults(f"move server1 at {10000 + phase}ms")
        master = [t["at_ms"] for t in document["transitions"] if t["to"] == "MASTER"]
        next_ms = last_advert_ms(master[0], 10000 + phase) + 1000
        outages = document["outages"]
        check(len(outages) == 1 and outages[0]["from_ms"] == 10000 + phase
              and 0 <= outages[0]["from_ms"] + outages[0]["outage_ms"] - next_ms < SLACK_MS,
              "moved: until its next advert", (outages, next_ms))  # fmt: skip
        check(len(master) == 1, "moved: nobody takes over", master)
    document = runs.faults("move server2 at 10.3s")
    check(not document["outages"], "a BACKUP that moved", document["outages"])


def routed_files(runs, folder, lines=""):
    files = []
    for number in (1, 2):
        with open(runs.files[number - 1], encoding="utf-8") as file:
            text = file.read().replace(
                "    interface eth0\n",
                f"    unicast_src_ip 198.51.100.{number}\n"
                "    unicast_peer {\n        198.51.100.1\n        198.51.100.2\n    }\n" + lines,
            )
        text = text.replace("192.0.2.1/24", "192.0.2.1/24 dev eth0")
        files.append(runs.write(f"{folder}/server{number}.conf", text))
    return files


def by_a_vrf(runs):
    """Its device has to be there, up, and of that name; the addresses that are in it stay."""
    files = routed_files(runs, "vrf", "    vrf blue\n")
    for fault in ("unplug", "cable-down", "rename"):
        document = runs.json("--fault", f"{fault} server1 blue at 10.3s for 5s", files=files)
        changes = [(t["host"], t["to"]) for t in document["transitions"] if t["at_ms"] > 10300]
        check(changes[:3] == [("server1", "FAULT"), ("server2", "MASTER"), ("server1", "BACKUP")],
              f"{fault} of a VRF", changes)  # fmt: skip
        outages = [outage["outage_ms"] for outage in document["outages"]]
        check(len(outages) in (1, 2) and outages[0] <= MASTER_DOWN_MS, f"{fault}: outage", outages)
    document = runs.json("--fault", "address-off server1 blue at 10.3s for 5s", files=files)
    check(document["outages"][0]["outage_ms"] <= SKEW_MS + SLACK_MS, "a source in a VRF", document)


def without_an_interface(runs):
    """Adverts go from source to source: that a switch lets nothing through to the interface of the
    address moves nothing; that its cable is out does, and a source that goes, with a farewell."""
    files = routed_files(runs, "routed")
    for fault, least_ms, most_ms in (
        ("cut server1 eth0 at 10.3s for 5s", 5000, 5000),
        ("cable-down server1 eth0 at 10.3s for 5s", 0, SKEW_MS + SLACK_MS),
        ("address-off server1 198.51.100.1 at 10.3s for 5s", 0, SKEW_MS + SLACK_MS),
        ("power-off server1 at 10.3s", 2000, MASTER_DOWN_MS),
    ):
        document = runs.json("--fault", fault, files=files)
        outages = document["outages"]
        check(len(outages) == 1 and least_ms <= outages[0]["outage_ms"] <= most_ms,
              f"without an interface: {fault}", outages)  # fmt: skip
        masters = [t for t in document["transitions"] if t["to"] == "MASTER"]
        check((len(masters) == 1) == fault.startswith("cut"), f"who moves at {fault}", masters)
    document = runs.json("--fault", "cut server1 198.51.100.1 at 10.3s for 9s", files=files)
    double = document["double"][0]
    check(double["length_ms"] > 4000 and double["cause"].startswith("cut"),
          "the network between them is cut: two", document["double"])  # fmt: skip


def slow_kernel(runs):
    """Many addresses take several slices to come, and adverts go out between them: nobody sees a
    MASTER that is late."""
    addresses = "\n".join(f"        192.0.2.{n}/24" for n in range(1, 101))
    ends = {}
    with tempfile.TemporaryDirectory() as folder:
        files = [f"{folder}/server{n}.conf" for n in (1, 2)]
        for path, like in zip(files, runs.files):
            with open(like, encoding="utf-8") as file:
                text = file.read().replace("        192.0.2.1/24", addresses)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        for kind in ("slow-kernel", "quick-kernel"):
            words = ("--fault", f"{kind} server2 at 5s", "--fault", "power-off server1 at 10.3s")
            document = json.loads(runs.run(*words, "--json", files=files).stdout)
            outages = document["outages"]
            check(len({o["vip"] for o in outages}) == 100, f"{kind}: of all", len(outages))
            ends[kind] = [o["from_ms"] + o["outage_ms"] for o in outages]
            check(not document["double"], f"{kind}: nobody besides", document["double"])
    spread_ms = {kind: max(at) - min(at) for kind, at in ends.items()}
    check(spread_ms["quick-kernel"] < SLACK_MS, "quick: all at once", spread_ms)
    check(2 <= spread_ms["slow-kernel"] < 100 * 4, "slow: one slice after another", spread_ms)


def gateway(runs):
    """Clients behind a router follow its neighbour table. Every announcement that reaches it
    brings them to the new holder at once. One that is lost costs them what is left of the entry's
    life: here server 1 comes back behind a port that opens late, and by then server 2, whom the
    router believes, is gone."""
    behind = ("--gateway", "60s", "--for", "120")
    for fault in ("power-off server1 at 10.3s", "stop server1 at 10.3s for 10s",
                  "cut server1 at 10.3s for 10s"):  # fmt: skip
        alone, routed = (runs.faults(fault, more=more)["outages"] for more in (behind[2:], behind))
        check(alone == routed, f"{fault}: as for clients on the LAN", (alone, routed))
    late = ("slow-port server1 by 20s at 5s", "cable-down server1 at 10.3s for 2s",
            "power-off server2 at 20s")  # fmt: skip
    at_ms, length_ms = (runs.faults(*late, more=("--for", "120"))["outages"][-1][key]
                        for key in ("from_ms", "outage_ms"))  # fmt: skip
    check(at_ms == 20000 and length_ms == 12300, "on the LAN: until the port opens", length_ms)
    outage = runs.faults(*late, more=behind)["outages"][-1]
    learned_ms = 10300 + MASTER_DOWN_MS + 5000  # server 2's last announcement, at the latest
    end_ms = outage["from_ms"] + outage["outage_ms"]
    check(learned_ms + 60000 - 1100 < end_ms < learned_ms + 60000 + SLACK_MS,
          "behind a router: as long as its entry lives", outage)  # fmt: skip


def reload(runs):
    """A changed configuration takes over where the old one was: another address comes, the first
    one stays, and the peer notices nothing."""
    with open(runs.files[0], encoding="utf-8") as file:
        text = file.read().replace("192.0.2.1/24", "192.0.2.1/24\n        192.0.2.2/24")
    changed = runs.write("changed.conf", text)
    document = runs.faults(f"reload server1 to {changed} at 10s")
    check(not document["outages"], "the old address stays", document["outages"])
    probes = {p["vip"]: p for p in document["probes"]}
    new = probes.get("192.0.2.2", {"sent": 0, "lost": 0})
    check(new["sent"] > 1990 and new["lost"] == 0, "the new one comes at once", probes)
    check(len(document["transitions"]) == 3, "and nobody moves", document["transitions"])


def reload_with_less(runs):
    """What happened before is still told with the names of then."""
    with open(runs.files[0], encoding="utf-8") as file:
        one = file.read()
    two = one.replace("vrrp_1", "vrrp_2").replace("_id 1", "_id 2").replace("2.1/", "2.2/")
    both, less = runs.write("server1.conf", two + one), runs.write("less.conf", one)
    document = runs.json("--fault", f"reload server1 to {less} at 10s", files=[both])
    names = {t["instance"] for t in document["transitions"] if t["at_ms"] < 10000}
    check(names == {"vrrp_1", "vrrp_2"}, "instances of before a reload", document["transitions"])


def keepalived(runs):
    """keepalived on server 1: what it costs there, and what vipd's heir makes of it."""
    for phase in range(50, 1000, 190):
        at_ms = 10000 + phase
        document = runs.faults(f"power-off server1 at {at_ms}ms", more=("--keepalived", "server1"))
        begun = next(t["at_ms"] for t in document["transitions"] if t["to"] == "MASTER")
        outage = document["outages"][0]
        waited = at_ms + outage["outage_ms"] - last_advert_ms(begun, at_ms)
        check(0 <= waited - MASTER_DOWN_MS < SLACK_MS, "keepalived falls silent", waited)
        document = runs.faults(f"stop server1 at {at_ms}ms", more=("--keepalived", "server1"))
        outage = document["outages"][0]["outage_ms"]
        check(0 <= outage - SKEW_MS < SLACK_MS, "keepalived's one farewell", outage)
        document = runs.faults(f"stop server1 at {at_ms}ms", more=("--keepalived", "server2"))
        outage = document["outages"][0]["outage_ms"]
        check(0 <= outage - SKEW_MS < SLACK_MS, "keepalived hears vipd's farewell", outage)
    document = runs.faults("kill server1 at 10.4s", more=("--keepalived", "server1"))
    check(document["outages"][0]["outage_ms"] > 2000, "keepalived starts anew after a kill",
          document["outages"])  # fmt: skip


def keepalived_is_silenced(runs):
    """It puts off its adverts for each packet that it refuses; a vipd does not."""
    faults = [f"forge server1 checksum at {at / 10}s" for at in range(100, 180, 4)]
    document = runs.faults(*faults, more=("--keepalived", "server1"))
    heirs = {t["host"] for t in document["transitions"] if t["to"] == "MASTER"}
    check(heirs == {"server1", "server2"} and document["double"],
          "refused packets silence a keepalived", heirs)  # fmt: skip
    document = runs.faults(*faults, more=("--keepalived", "server2"))
    check(not document["double"], "refused packets are nothing to vipd", document["double"])


def standard(runs):
    """A router by RFC 3768 beside ours, with the virtual MAC for its clients."""
    for more in (("--standard", "server1"), ("--standard", "server2"),
                 ("--standard", "server1", "--standard", "server2")):  # fmt: skip
        document = runs.faults("stop server1 at 10.4s for 10s", more=more)
        outages = [o["outage_ms"] for o in document["outages"]]
        check(len(outages) == 1 and 0 <= outages[0] - SKEW_MS < SLACK_MS,
              f"a farewell and a return with {more}", outages)  # fmt: skip
        check(all(d["length_ms"] < SLACK_MS for d in document["double"]), f"two with {more}",
              document["double"])  # fmt: skip


def migration(runs):
    """From keepalived to vipd, the BACKUP first: one takeover with a farewell, no more."""
    both = ("--keepalived", "server1", "--keepalived", "server2")
    document = runs.faults("migrate server2 at 10s", "migrate server1 at 20s", more=both)
    outages = [o["outage_ms"] for o in document["outages"]]
    check(len(outages) == 1 and 0 <= outages[0] - SKEW_MS < SLACK_MS, "one takeover", outages)
    last = [t["host"] for t in document["transitions"] if t["to"] == "MASTER"][-1]
    check(last == "server1", "and back to the better one", last)
    document = runs.faults("take-over server2 at 10s", "take-over server1 at 20s", more=both)
    changed = [t["host"] for t in document["transitions"] if t["at_ms"] > 9000]
    check(not document["outages"] and not document["double"], "as vipctl migrate does: no outage",
          document["outages"])  # fmt: skip
    check(changed == ["server2", "server1"], "each goes on with what it held", changed)


def equals(runs):
    """Servers of one priority take over at one moment. Clients may hear the loser's announcements
    last: the winner announces again when it hears that it was not alone, and 50 ms later when
    there was a third."""
    with open(runs.files[0], encoding="utf-8") as file:
        text = file.read()
    met = 0
    with tempfile.TemporaryDirectory() as folder:
        files = [f"{folder}/equal{n}.conf" for n in (1, 2, 3)]
        for name in files:
            with open(name, "w", encoding="utf-8") as file:
                file.write(text)
        for seed in range(1, 21):
            document = json.loads(runs.run("--fault", "step equal1 at 20s", "--seed", str(seed),
                                           "--json", files=files).stdout)  # fmt: skip
            met += len(document["double"])
            check(all(o["outage_ms"] < 50 + SLACK_MS for o in document["outages"]),
                  f"equals, seed {seed}", document["outages"])  # fmt: skip
    check(met > 0, "two of them took over at once", met)


VERSION_3 = """vrrp_instance web {
    interface eth0
    virtual_router_id 51
    version 3
    priority %(priority)d
    advert_int %(interval)s
    %(more)s
    virtual_ipaddress {
        %(address)s
    }
}
"""


def pair(runs, *faults, address="192.0.2.80/24", intervals=("0.5", "0.5"), more=("", "")):
    """The document of two servers of version 3, of the priorities 200 and 100."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for k in range(2):
            files.append(f"{folder}/server{k + 1}.conf")
            with open(files[k], "w", encoding="utf-8") as file:
                file.write(VERSION_3 % {"priority": 200 - 100 * k, "interval": intervals[k],
                                        "more": more[k], "address": address})  # fmt: skip
        words = [word for fault in faults for word in ("--fault", fault)]
        return json.loads(runs.run(*words, "--json", files=files).stdout)


def down_ms(interval_ms, priority):
    """RFC 9568 6.1: a router waits by the interval of the master that it heard."""
    return interval_ms * (3 + (256 - priority) / 256)


def sub_second(runs):
    """Server 2 waits by server 1's interval, whatever its own is; its skew is a part of it."""
    for first, second in ((500, 500), (500, 2000), (2000, 500), (10, 500)):
        intervals = tuple(f"{ms / 1000:.2f}" for ms in (first, second))
        for phase in range(53, 1000, 230):
            at_ms = 20000 + phase
            document = pair(runs, f"power-off server1 at {at_ms}ms", intervals=intervals)
            served = next(t["at_ms"] for t in document["transitions"]
                          if t["host"] == "server1" and t["to"] == "MASTER")  # fmt: skip
            heard = at_ms - (at_ms - served) % first
            end = at_ms + document["outages"][-1]["outage_ms"]
            check(0 <= end - heard - down_ms(first, 100) < SLACK_MS,
                  f"adverts each {first} ms, silence at {at_ms} ms", end - heard)  # fmt: skip
            document = pair(runs, f"stop server1 at {at_ms}ms", intervals=intervals)
            skew_ms = down_ms(first, 100) - 3 * first
            # Shorter than a frame's way: its advert came before its announcement.
            outages = [o["outage_ms"] for o in document["outages"] if o["outage_ms"] > 0.1]
            # A shorter skew ends before the second farewell: the heir's advert ends the farewell.
            expected = [skew_ms] if skew_ms > 20 else []
            check(len(outages) == len(expected)
                  and all(0 <= a - b < SLACK_MS for a, b in zip(outages, expected))
                  and all(d["length_ms"] < SLACK_MS for d in document["double"]),
                  f"adverts each {first} ms, farewell", document["outages"])  # fmt: skip


def ipv6(runs):
    """A link-local address first, and one of a network: clients hear neighbour advertisements. A
    host whose own link-local address goes is in FAULT; when it is back the host asks for a second
    or two whether somebody has it (RFC 4862), and then listens."""
    vips = "fe80::80\n2001:db8::80/64"
    at_ms = 20053
    document = pair(runs, f"power-off server1 at {at_ms}ms", address=vips)
    served = next(t["at_ms"] for t in document["transitions"] if t["to"] == "MASTER")
    heard = at_ms - (at_ms - served) % 500
    ends = {o["vip"]: at_ms + o["outage_ms"] for o in document["outages"]}
    check(set(ends) == {"fe80::80", "2001:db8::80"}, "both addresses", ends)
    check(all(0 <= end - heard - down_ms(500, 100) < SLACK_MS for end in ends.values()),
          "IPv6: the master-down interval", ends)  # fmt: skip
    document = pair(runs, "address-off server1 at 20.053s for 5s", address=vips)
    states = [(t["to"], t["at_ms"]) for t in document["transitions"]
              if t["host"] == "server1" and t["at_ms"] > 20000]  # fmt: skip
    check([state for state, _ in states] == ["FAULT", "BACKUP", "MASTER"], "no source", states)
    check(1000 <= states[1][1] - 25053 <= 2001, "duplicate address detection", states)
    check(0 <= states[2][1] - states[1][1] - down_ms(500, 200) < SLACK_MS,
          "and back by preemption", states)  # fmt: skip
    check(all(d["length_ms"] < SLACK_MS for d in document["double"]), "nobody besides",
          document["double"])  # fmt: skip


def unicast(runs):
    """To each other's address; to the one file of all; and to somebody who is not there."""
    other = "unicast_peer {\n192.0.2.%d\n}"
    both = "unicast_peer {\n192.0.2.7\n192.0.2.13\n}"
    for more in ((other % 7, other % 13), (both, both)):
        document = pair(runs, "stop server1 at 20.053s", more=more)
        outages = [o["outage_ms"] for o in document["outages"]]
        skew_ms = down_ms(500, 100) - 1500
        check(len(outages) == 1 and 0 <= outages[0] - skew_ms < SLACK_MS,
              "unicast: the farewell arrives", outages)  # fmt: skip
        check(not document["double"], "unicast: one serves", document["double"])
        document = pair(runs, "unsnoop server2 at 20.053s", more=more)
        check(not document["outages"] and not document["double"],
              "a switch that forgets groups is nothing to unicast", document)  # fmt: skip
    lists = ("unicast_src_ip 192.0.2.7\n" + both, "unicast_src_ip 192.0.2.13\n" + other % 99)
    document = pair(runs, "unsnoop server2 at 20.053s", more=lists)
    check(document["double"] and document["double"][0]["from_ms"] < 20000,
          "a list without the other: both serve", document["double"])  # fmt: skip


def seeds(runs):
    one, same, other = (runs.run("--loss", "20%", "--seed", seed, "--json").stdout
                        for seed in ("7", "7", "8"))  # fmt: skip
    check(one == same, "one seed, one result")
    check(one != other, "another seed, another result")
    lossless = runs.run("--loss", "0", "--json").stdout
    check(json.loads(lossless)["outages"] == [], "--loss 0 without a fault: no outage", lossless)


def loss(runs):
    """Three adverts in a row get lost (3 s and a skew go by without one): p³ for each advert, of
    which there is one a second, less those that go on with the same row."""
    document = runs.json("--loss", "10%", "--for", "1000m")
    expected = 86400 * 0.1**3 * 0.9
    check(expected / 2 < document["false_takeovers_a_day"] < expected * 2,
          "takeovers from loss", (document["false_takeovers_a_day"], expected))  # fmt: skip


def mistakes(runs):
    for words, said in {
        ("--fault", "explode server1 at 1s"): "no such fault",
        ("--fault", "stop server3 at 1s"): "no such host",
        ("--fault", "stop server1"): "`at TIME`",
        ("--fault", "stop server1 at soon"): "`at TIME`",
        ("--fault", "cut server1 eth7 at 1s"): "no such interface",
        ("--fault", "steal server1 at 1s for 2s"): "takes no time",
        ("--fault", "slow-port server1 by soon at 1s"): "`by` needs a time",
        ("--fault", "cut server1 by 2s at 1s"): "`at TIME`",
        ("--fault", "stop server1 at 1s now"): "words too many",
        ("--loss", "101%"): "percentage",
        ("--loss", "x"): "percentage",
        ("--for", "0"): "write one as",
        ("--for", "1000m2"): "write one as",
        ("--for", "2000m"): "a day",
        ("--seed", "-1"): "write a number",
        ("--gateway", "0.5s"): "for 1s or longer",
        ("--gateway", "soon"): "for 1s or longer",
        ("--keepalived", "server3"): "gives a host this name",
        ("--fault", "migrate server1 at 1s"): "vipd runs it already",
        ("--fault", "take-over server1 at 1s"): "vipd runs it already",
        ("--standard", "server1", "--fault", "take-over server1 at 1s"): "only `migrate`",
        ("--script", "/nonexistent"): "No such file",
    }.items():
        done = runs.run(*words, code=2)
        check(said in done.stderr and not done.stdout, f"{words} says {said}", done.stderr)
    modern = runs.files[0].replace("article/server1", "unicast")
    done = runs.run("--keepalived", "unicast", files=[modern], code=2)
    check("only version 2" in done.stderr, "keepalived's version 3 is not modelled", done.stderr)
    done = runs.run(files=[runs.files[0], runs.files[0]], code=2)
    check("same name" in done.stderr, "two hosts of one name", done.stderr)
    done = runs.run(files=["/nonexistent"], code=1)
    check("there is no such file" in done.stderr, "a file that is not there", done.stderr)


def text(runs):
    shown = runs.run().stdout
    for wanted in ("power-off server1", "(vrrp_1) BACKUP -> MASTER: master-silent",
                   "Nobody served:", "after power-off server1"):  # fmt: skip
        check(wanted in shown, f"the text has {wanted}", shown)
    bars = [line.split("|")[1] for line in shown.splitlines() if line.endswith("|")]
    check(len(bars) == 3 and bars[0].count("!") == 2, "a line with the two faults", bars)
    check(all("=" in bar for bar in bars[1:]), "two lines, both served", bars)


run_stories((silence, farewell, nothing_moves, healing, winner_unheard, rival_leaves, slow_port,
             slow_port_nopreempt, frame_before_adoption, clocks_step, moved, slow_kernel, gateway,
             reload, reload_with_less, keepalived, keepalived_is_silenced, standard, migration,
             equals, sub_second, ipv6, unicast, without_an_interface, by_a_vrf, seeds, loss,
             mistakes, text))  # fmt: skip

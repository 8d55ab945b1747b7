# SPDX-License-Identifier: GPL-2.0-or-later
"""vipctl simulate --svg and --worst, and what a first user meets: names of hosts, options that do
not go together, files with very many addresses.

simulate_show.py VIPCTL EXAMPLES
"""
import os
import re
import subprocess
import xml.etree.ElementTree as ET

from runs import MASTER_DOWN_MS, check, fault_words, run_stories

GRAIN_MS = 0.1  # of the search's times
SVG = "{http://www.w3.org/2000/svg}"


def instance(name="web", vrid=1, priority=100, addresses=("192.0.2.1/24",), interval=1):
    lines = "\n".join(f"        {a}" for a in addresses)
    return (f"vrrp_instance {name} {{\n    interface eth0\n    virtual_router_id {vrid}\n"
            f"    priority {priority}\n    advert_int {interval}\n"
            f"    virtual_ipaddress {{\n{lines}\n    }}\n}}\n")  # fmt: skip


# -- the picture --


def marks(root, kind):
    return [e for e in root.iter() if e.get("class") == kind and e.find(f"{SVG}title") is not None]


def title(element):
    return element.find(f"{SVG}title").text


def picture_check(path, document, what):
    root = ET.parse(path).getroot()
    check(root.tag == f"{SVG}svg", f"{what}: it is SVG", root.tag)
    for kind, key in (("outage", "outages"), ("double", "double"), ("fault", "faults"),
                      ("transition", "transitions"), ("served", "served"),
                      ("held", "held")):  # fmt: skip
        check(len(marks(root, kind)) == len(document[key]), f"{what}: one mark for each {kind}",
              (len(marks(root, kind)), len(document[key])))  # fmt: skip
    lanes = [e for e in root.iter() if e.get("class") == "lane"]
    check(len(lanes) == len(document["probes"]), f"{what}: a lane for each address", len(lanes))
    height = float(root.get("height"))
    check(all(float(e.get("y")) + float(e.get("height")) < height for e in lanes),
          f"{what}: all lanes are inside", height)  # fmt: skip
    return root


def picture(runs):
    path = f"{runs.folder}/one.svg"
    document = runs.json("--fault", "cut server1 eth0 at 10.5s for 10s", "--svg", path)
    root = picture_check(path, document, "one instance")
    outage = document["outages"][0]
    wanted = f"{outage['outage_ms']:.2f} ms"
    check(wanted in title(marks(root, "outage")[0]), "an outage says how long it is", wanted)
    wanted = f"{outage['outage_ms']:.0f} ms"
    check(any(e.text == wanted for e in root.iter(f"{SVG}text")), "… in the picture, too", wanted)
    check([title(e) for e in marks(root, "fault")]
          == ["cut server1 eth0 at 10.500000 s", "join server1 eth0 at 20.500000 s"],
          "faults say what they are", [title(e) for e in marks(root, "fault")])  # fmt: skip
    check(any("BACKUP to MASTER" in title(e) and "master-silent" in title(e)
              for e in marks(root, "transition")), "transitions say why",
          [title(e) for e in marks(root, "transition")])  # fmt: skip
    scale = {round(float(e.get("width")) / outage["outage_ms"], 3) for e in marks(root, "outage")}
    spans = {round(float(e.get("width")) / (s["to_ms"] - s["from_ms"]), 3)
             for e, s in zip(marks(root, "served"), document["served"])}  # fmt: skip
    check(scale == spans and len(scale) == 1, "all bars have one scale", (scale, spans))


def picture_of_many(runs):
    addresses = [f"10.0.0.{n}/16" for n in range(1, 201)]
    many = [runs.write(f"many/{name}.conf", instance(priority=p, addresses=addresses))
            for name, p in (("a", 200), ("b", 100))]  # fmt: skip
    path = f"{runs.folder}/many.svg"
    picture_check(path, runs.json("--svg", path, files=many), "200 addresses")
    check(os.path.getsize(path) < 1_000_000, "a file that viewers open", os.path.getsize(path))
    shown = runs.run(files=many).stdout
    check("and 199 more" in shown and len(shown.splitlines()) < 40,
          "what is alike is said once", shown)  # fmt: skip


def picture_of_names(runs):
    """Names come from files and from users."""
    files = [runs.write("names/a&b<c>\x1f\u00e9.conf", instance(name="<b>&'é")),
             runs.write("names/y.conf", instance(name="y", priority=50))]  # fmt: skip
    path = f"{runs.folder}/names/<&>.svg"
    document = runs.json("--svg", path, files=files)
    root = picture_check(path, document, "odd names")
    shown = "".join(e.text or "" for e in root.iter())
    check("a&b<c>?\u00e9" in shown and "<b>&'é" in shown, "odd names stand as they are", shown)


def picture_of_long(runs):
    """Very many marks: some are left out, and that is said."""
    path = f"{runs.folder}/long.svg"
    runs.run("--loss", "60%", "--svg", path)
    root = ET.parse(path).getroot()
    shown = [e.text for e in root.iter(f"{SVG}text")]
    check(any("more marks are not drawn" in (text or "") for text in shown), "marks left out",
          shown[-3:])  # fmt: skip
    check(os.path.getsize(path) < 10_000_000, "even so viewers open it", os.path.getsize(path))


def picture_nowhere(runs):
    done = runs.run("--svg", "/nonexistent/x.svg", code=1)
    check("/nonexistent/x.svg: No such file" in done.stderr and not done.stdout,
          "a picture that cannot be written", done.stderr)  # fmt: skip
    done = runs.run("--svg", "/dev/full", code=1)
    check("/dev/full: No space left" in done.stderr, "a full disk", done.stderr)


# -- the worst --


def replay(runs, case, length, key, files=None):
    """The shown words give the same length, to the last digit."""
    document = runs.json(*fault_words(case["faults"]), files=files)
    found = [span[length] for span in document[key] if span["vip"] == case["vip"]]
    check(case[length] == max(found), f"{case['faults']} replays", (case, found))


def worst(runs):
    path = f"{runs.folder}/worst.svg"
    document = runs.json("--worst", "--svg", path)
    found = document["worst"]
    one, two, double = found["one_fault"], found["two_faults"], found["double"]
    check(len(one["faults"]) == 1 and one["outage_ms"] >= MASTER_DOWN_MS - 2 * GRAIN_MS,
          "one fault: three intervals and a skew at least", one)  # fmt: skip
    check(two is None or (len(two["faults"]) == 2 and two["outage_ms"] > one["outage_ms"]),
          "two faults are worse, or are not named", two)  # fmt: skip
    check(900 < double["length_ms"] < 1100, "two holders: an interval", double)
    check("deaf server1" in found["endless_outages"]
          and "deaf server2" not in found["endless_outages"]
          and "kill-all server1" in found["endless_doubles"],
          "what lasts as long as its fault", found)  # fmt: skip
    check(not any(f.startswith("deaf server1") for case in (one, two or one)
                  for f in case["faults"]), "… is no worst case", (one, two))  # fmt: skip
    for case in filter(None, (one, two)):
        replay(runs, case, "outage_ms", "outages")
    replay(runs, double, "length_ms", "double")
    shown = max(o["outage_ms"] for o in document["outages"])
    check(shown == (two or one)["outage_ms"], "the timeline is of the worst", shown)
    root = picture_check(path, document, "the worst")
    texts = [e.text for e in root.iter(f"{SVG}text")]
    check(any(one["faults"][0] in (t or "") for t in texts), "the picture names it", texts)
    again = runs.json("--worst")
    check(again == document, "one seed, one result", again["worst"])
    text = runs.run("--worst", "--budget", "2000").stdout
    check(re.search(r"Worst outage by one fault: [0-9.]+ ms, 192\.0\.2\.1\n"
                    r"    --fault '[^']*'\n", text), "the text has it", text)  # fmt: skip


def worst_edge(runs):
    """With ten seconds between adverts nothing is as bad as to wait for a silent master, and that
    is worst just behind an advert: on an edge between the phases that are tried first."""
    files = [runs.write(f"edge/{name}.conf", instance(priority=p, interval=10))
             for name, p in (("a", 200), ("b", 100))]  # fmt: skip
    found = runs.json("--worst", "--budget", "16000", files=files)["worst"]["one_fault"]
    down_ms = 30000 + 1000 * 156 / 256
    check(found["outage_ms"] > down_ms - 2 * GRAIN_MS, "the edge behind an advert", found)
    replay(runs, found, "outage_ms", "outages", files=files)


def worst_of_one(runs):
    """Nobody else has the addresses: every outage lasts as long as its fault."""
    document = runs.json("--worst", files=runs.files[:1])
    found = document["worst"]
    for case in filter(None, (found["one_fault"], found["two_faults"])):
        check(case["outage_ms"] < 1000, "only what heals by itself", case)
    check(found["double"] is None, "and nobody besides", found["double"])


def worst_budget(runs):
    found = runs.json("--worst", "--budget", "500")["worst"]
    check(found["simulations"] <= 600, "a budget is kept to", found["simulations"])
    check(found["one_fault"]["outage_ms"] > 2000, "and something is found", found)


# -- options and names --


def mistakes(runs):
    for words, said in {
        ("--worst", "--fault", "stop server1 at 1s"): "--worst looks for the faults itself",
        ("--worst", "--loss", "5%"): "--worst looks for the faults itself",
        ("--worst", "--for", "60s"): "--worst looks for the faults itself",
        ("--worst", "--script", "x"): "--worst looks for the faults itself",
        ("--budget", "100"): "it goes with --worst",
        ("--worst", "--budget", "0"): "too small or too large",
        ("--worst", "--budget", "many"): "write a number",
        ("--worst", "--budget", "9" * 30): "write a number",
        ("--svg",): "an argument is missing",
        ("--fault", "explode server1 at 1s"): "There are: power-off, power-on,",
    }.items():
        done = runs.run(*words, code=2)
        check(said in done.stderr and not done.stdout, f"{words} says {said}", done.stderr)


def documented(runs):
    """Every fault is in the help and in the manual."""
    said = runs.run("--fault", "x server1 at 1s", code=2).stderr
    kinds = " ".join(said.split("There are: ")[1].split()).split(", ")
    check(len(kinds) > 10, "kinds of faults", kinds)
    help_text = subprocess.run([runs.vipctl, "help", "simulate"], capture_output=True, text=True,
                               check=True).stdout  # fmt: skip
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    with open(f"{root}/docs/man/vipctl.1", encoding="utf-8") as file:
        manual = re.findall(r"^\.It (.*)$", file.read(), re.M)
    items = {word for line in manual for word in line.replace(",", " ").split()}
    for kind in kinds:
        check(re.search(rf"(?<![-\w]){kind}(?![-\w])", help_text), f"help has {kind}")
        check(kind in items, f"the manual has {kind}")


def names(runs):
    one = runs.write("one/keepalived.conf", instance(priority=200))
    two = runs.write("two.example.org/keepalived.conf", instance())
    document = runs.json(files=[one, two])
    check({t["host"] for t in document["transitions"]} == {"one", "two.example.org"},
          "files of one name: as their directories", document["transitions"])  # fmt: skip
    done = runs.run(files=[one, one], code=2)
    check("write NAME=FILE" in done.stderr, "the same file twice", done.stderr)
    shared = runs.write("shared.conf", "@a " + "\n@a ".join(instance(priority=200).splitlines())
                        + "\n@b " + "\n@b ".join(instance().splitlines()) + "\n")  # fmt: skip
    document = runs.json(files=[f"a={shared}", f"b={shared}"])
    masters = [t["host"] for t in document["transitions"] if t["to"] == "MASTER"]
    check(masters[:2] == ["a", "b"], "one file with lines after @a and @b", masters)


def left_out(runs):
    both = runs.write("both.conf", instance("web") + instance("six", 2).replace(
        "    interface", "    version 3\n    native_ipv6\n    interface"))  # fmt: skip
    done = runs.run(files=[both])
    check(re.search(r"both\.conf: six is left out: \w", done.stderr), "why one is left out",
          done.stderr)  # fmt: skip
    check("(web)" in done.stdout and "six" not in done.stdout, "the other one runs", done.stdout)
    check("nobody takes over" in done.stderr, "one file is one host", done.stderr)
    done = runs.run(files=[runs.write("none.conf", "global_defs {\n}\n")], code=1)
    check("no vrrp_instance" in done.stderr, "a file without instances", done.stderr)
    fast = runs.write("fast.conf", instance(priority=50, interval=2))
    done = runs.run(files=[both, fast])
    check("between the files:" in done.stderr and "vipctl check" in done.stderr,
          "what does not fit is pointed at", done.stderr)  # fmt: skip


def slow(runs):
    """Ten seconds between adverts: the default fault waits until somebody serves."""
    files = [runs.write(f"slow/{name}.conf", instance(priority=p, interval=10))
             for name, p in (("a", 200), ("b", 100))]  # fmt: skip
    document = runs.json(files=files)
    check(len(document["outages"]) == 1 and not document["outages"][0]["open"]
          and document["outages"][0]["cause"] == "power-off a"
          and document["outages"][0]["outage_ms"] < 31000,
          "one outage, after the fault, that ends", document["outages"])  # fmt: skip


run_stories((picture, picture_of_many, picture_of_names, picture_of_long, picture_nowhere, worst,
             worst_edge, worst_of_one, worst_budget, mistakes, documented, names, left_out,
             slow))  # fmt: skip

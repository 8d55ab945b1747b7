# SPDX-License-Identifier: GPL-2.0-or-later
"""From changed sources to a finder: only what changed is compiled, and only `schedules` is linked.

A build directory of our own (build-mutants/, -O2, no debug information: two sources that mean the
same to the compiler are the same octets, and such a mutant is none). Changed sources lie beside it,
never in the tree. A changed header goes to every core that includes it and to nothing else: the
simulator and the configuration stay as they are.
"""
import hashlib
import json
import os
import shlex
import shutil
import subprocess

TARGET = "tests/sim/schedules"
NICE = ["nice", "-n", "5"]


class Broken(Exception):
    """Does not compile or link."""


class Same(Exception):
    """The same octets as without the change."""


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Broken(done.stderr.strip() or done.stdout.strip())
    return done.stdout


def read_note(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


class Builder:
    def __init__(self, root, folder, is_made=False, more=()):
        """`more`: words for Meson."""
        self.more = more
        self.root, self.folder = os.path.abspath(root), os.path.abspath(folder)
        self.plain = {}  # source: digest of its object without a change
        if not is_made:
            self.build()
        with open(os.path.join(self.folder, "compile_commands.json"), encoding="utf-8") as file:
            entries = json.load(file)
        self.commands = {}
        for entry in entries:
            path = os.path.relpath(os.path.join(self.folder, entry["file"]), self.root)
            if entry["output"].startswith("src/"):
                self.commands[path] = shlex.split(entry["command"])
        commands = run(["ninja", "-t", "commands", TARGET], self.folder).splitlines()
        self.link = shlex.split(next(c for c in commands if f" -o {TARGET} " in f" {c} "))
        self.finder = os.path.join(self.folder, TARGET)

    def build(self):
        if not os.path.exists(os.path.join(self.folder, "build.ninja")):
            run(["meson", "setup", "-Doptimization=2", "-Ddebug=false", *self.more, self.folder],
                self.root)  # fmt: skip
        run([*NICE, "ninja", TARGET], self.folder)

    def dependents(self, header, cores):
        """The cores' sources for which the compiler reads this header."""
        found = []
        for path, command in self.commands.items():
            if not path.startswith(tuple(cores)):
                continue
            text = run(["ninja", "-t", "deps", command[command.index("-o") + 1]], self.folder)
            if f" ../{header}\n" in text:
                found.append(path)
        return found

    def compile(self, path, place, output):
        """`place`: where the changed sources lie, in folders as in the tree."""
        command = self.commands[path][:]
        at = command.index("-o")
        command[at + 1] = output
        for flag in ("-MD", "-MQ", "-MF"):
            if flag in command:
                k = command.index(flag)
                del command[k : k + (1 if flag == "-MD" else 2)]
        source = os.path.join(place, path)
        if not os.path.exists(source):
            source = os.path.join(self.root, path)
        command[-1] = source
        command[1:1] = [f"-I{place}/src", f"-I{place}", f"-ffile-prefix-map={place}/=",
                        f"-ffile-prefix-map={self.root}/=", "-w"]  # fmt: skip
        run([*NICE, *command], self.folder)
        with open(output, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()

    def plain_digest(self, path, place):
        if path not in self.plain:
            nowhere = os.path.join(place, "plain")
            os.makedirs(nowhere, exist_ok=True)
            output = os.path.join(nowhere, path.replace("/", "_") + ".o")
            self.plain[path] = self.compile(path, nowhere, output)
        return self.plain[path]

    def changed_objects(self, texts, place, cores):
        """Compiles the changed texts below `place`. Returns (objects that differ, digests)."""
        sources = set()
        for path, text in texts:
            name = os.path.join(place, path)
            os.makedirs(os.path.dirname(name), exist_ok=True)
            with open(name, "w", encoding="utf-8") as file:
                file.write(text)
            sources.update(self.dependents(path, cores) if path.endswith(".h") else [path])
        objects, digests = [], []
        for path in sorted(sources):
            output = os.path.join(place, path.replace("/", "_") + ".o")
            digest = self.compile(path, place, output)
            if digest != self.plain_digest(path, place):
                objects.append(output)
                digests.append(digest)
        return objects, digests

    def objects(self, texts, place, cores):
        """(objects, a digest of what differs); from an earlier run, if they are there."""
        note = os.path.join(place, "note.json")
        wanted = hashlib.sha256(repr(texts).encode()).hexdigest()
        if read_note(note).get("texts") != wanted:
            shutil.rmtree(place, ignore_errors=True)
            os.makedirs(place)
            made = {"texts": wanted, "objects": [], "digests": [], "broken": ""}
            try:
                made["objects"], made["digests"] = self.changed_objects(texts, place, cores)
            except Broken as why:
                made["broken"] = str(why)[-200:]
            with open(note, "w", encoding="utf-8") as file:
                json.dump(made, file)
        made = read_note(note)
        if made["broken"]:
            raise Broken(made["broken"])
        if not made["objects"]:
            raise Same()
        return made["objects"], hashlib.sha256("".join(made["digests"]).encode()).hexdigest()

    def link_finder(self, objects, finder):
        link = self.link[:]
        at = link.index("-o")
        # Before the libraries: the linker then leaves their members alone.
        link[at + 1 : at + 2] = [finder, *objects]
        run([*NICE, *link], self.folder)

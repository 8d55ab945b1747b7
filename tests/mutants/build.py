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
NICE = ["nice", "-n", "15"]


class Broken(Exception):
    """Does not compile or link."""


class Same(Exception):
    """The same octets as without the change."""


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Broken(done.stderr.strip() or done.stdout.strip())
    return done.stdout


class Builder:
    def __init__(self, root, folder):
        self.root, self.folder = root, folder
        self.plain = {}  # source: digest of its object without a change
        if not os.path.exists(os.path.join(folder, "build.ninja")):
            run(["meson", "setup", "-Doptimization=2", "-Ddebug=false", folder], root)
        run([*NICE, "ninja", TARGET], folder)
        with open(os.path.join(folder, "compile_commands.json"), encoding="utf-8") as file:
            entries = json.load(file)
        self.commands = {}
        for entry in entries:
            path = os.path.relpath(os.path.join(folder, entry["file"]), root)
            if entry["output"].startswith("src/"):
                self.commands[path] = shlex.split(entry["command"])
        commands = run(["ninja", "-t", "commands", TARGET], folder).splitlines()
        self.link = shlex.split(next(c for c in commands if f" -o {TARGET} " in f" {c} "))
        self.finder = os.path.join(folder, TARGET)

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8") as file:
            return file.read()

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
            output = os.path.join(place, path.replace("/", "_") + ".plain.o")
            self.plain[path] = self.compile(path, nowhere, output)
        return self.plain[path]

    def make(self, texts, place, cores):
        """Builds the finder from changed texts. Returns (its path, a digest of what differs)."""
        shutil.rmtree(place, ignore_errors=True)
        os.makedirs(place)
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
        if not objects:
            raise Same()
        for name in [p for p in os.listdir(place) if p.endswith(".plain.o")]:
            os.unlink(os.path.join(place, name))
        finder = os.path.join(place, "schedules")
        link = self.link[:]
        at = link.index("-o")
        # Before the libraries: the linker then leaves their members alone.
        link[at + 1 : at + 2] = [finder, *objects]
        run([*NICE, *link], self.folder)
        return finder, hashlib.sha256("".join(digests).encode()).hexdigest()

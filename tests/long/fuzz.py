# SPDX-License-Identifier: GPL-2.0-or-later
"""One entry of tests/fuzz as a libFuzzer: built, run, its corpus made small again, the best of it
put into the tree. The build is the project's own, with -Dfuzzer=true, in build-fuzz/."""
import collections
import hashlib
import os
import re
import shutil
import signal
import subprocess
import time

BUILD = "build-fuzz"
SLOWEST_S = 30  # for one input; a bomb takes a second or two under the sanitizers
MEMORY_MB = 2560  # LIMIT_CONF_MEMORY, twice, and the sanitizers
KEEP_SIZE = 1024  # octets, of an input that goes into the tree
KEEP_MS = 10  # each is run four hundred times there, with changes
SAY_S = 60
INTERRUPTED = 72  # libFuzzer's exit code after a ^C

STATUS = re.compile(r"^#\d+\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)/", re.M)
TIMED = re.compile(r"^Executed .* in (\d+) ms$", re.M)


class Refused(Exception):
    """Cannot be run; says why."""


class Result:
    def __init__(self, log, findings):
        status = STATUS.findall(log)
        self.edges, self.features, self.inputs = status[-1] if status else (0, 0, 0)
        self.executions = self._stat(log, "number_of_executed_units")
        self.peak_rss_mb = self._stat(log, "peak_rss_mb")
        self.findings = findings

    @staticmethod
    def _stat(log, name):
        found = re.findall(rf"^stat::{name}:\s+(\d+)", log, re.M)
        return int(found[-1]) if found else 0

    def text(self):
        return (f"{self.executions} executions, {self.edges} edges, {self.features} features, "
                f"{self.inputs} inputs, {self.peak_rss_mb} MB, {len(self.findings)} findings"
                )  # fmt: skip


class Fuzzer:
    def __init__(self, root, entry, seeds, longest, has_dictionary=False):
        self.root, self.entry, self.seeds = root, entry, seeds
        self.longest, self.has_dictionary = longest, has_dictionary

    # -- where things are, relative to the root, where we run --

    def binary(self):
        return f"{BUILD}/tests/fuzz/fuzz_{self.entry}"

    def log_path(self, name):
        return f"{BUILD}/{name}.log"

    def corpus(self, name):
        return f"{BUILD}/corpus-{name}"

    def corpus_size(self, name):
        path = os.path.join(self.root, self.corpus(name))
        return len(os.listdir(path)) if os.path.isdir(path) else 0

    def found(self, name):
        return f"{BUILD}/found-{name}"

    # -- building --

    def build(self):
        packages = ". tests/lib/packages.sh && packages_install $PACKAGES_BUILD $PACKAGES_LONG"
        if subprocess.run(["bash", "-c", packages], check=False).returncode != 0:
            raise Refused("packages are missing")
        if not os.path.exists(f"{BUILD}/build.ninja"):
            subprocess.run(["meson", "setup", BUILD, "-Dfuzzer=true", "-Db_lundef=false",
                            "-Db_sanitize=address,undefined"], check=True,
                           stdout=subprocess.DEVNULL,
                           env={**os.environ, "CC": "clang"})  # fmt: skip
        done = subprocess.run(["ninja", "-C", BUILD, f"tests/fuzz/fuzz_{self.entry}",
                               "tests/fuzz/dictionary"], check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)  # fmt: skip
        if done.returncode != 0:
            raise Refused(f"it does not build:\n{done.stdout}")

    # -- searching --

    def _options(self):
        options = [f"-max_len={self.longest}", f"-timeout={SLOWEST_S}",
                   f"-rss_limit_mb={MEMORY_MB}", "-print_final_stats=1"]  # fmt: skip
        if self.has_dictionary:
            path = f"{BUILD}/{self.entry}.dict"
            with open(path, "wb") as file:
                subprocess.run([f"{BUILD}/tests/fuzz/dictionary"], check=True, stdout=file)
            options.append(f"-dict={path}")
        return options

    @staticmethod
    def _environment():
        # What was freed long ago is of no use, and each of our inputs frees a lot.
        return {**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=16",
                "UBSAN_OPTIONS": "print_stacktrace=1"}  # fmt: skip

    def search(self, name, seconds):
        found, log_path = self.found(name), self.log_path(name)
        for path in (self.corpus(name), found):
            os.makedirs(path, exist_ok=True)
        before = set(os.listdir(found))
        words = [self.binary(), *self._options(), f"-max_total_time={seconds}",
                 f"-artifact_prefix={found}/", self.corpus(name), *self.seeds]  # fmt: skip
        with open(log_path, "wb") as log:
            # In a group of its own, so that a ^C reaches it once, through us.
            process = subprocess.Popen(words, stdout=log, stderr=log, env=self._environment(),
                                       start_new_session=True)  # fmt: skip
            self._wait(process, log_path)
        with open(log_path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        new = sorted(set(os.listdir(found)) - before)
        if process.returncode not in (0, INTERRUPTED) and not new:
            raise Refused(f"{self.binary()} ended with {process.returncode}: see {log_path}")
        return Result(text, [f"{found}/{path}" for path in new])

    @staticmethod
    def _wait(process, log_path):
        say = time.monotonic() + SAY_S
        while process.poll() is None:
            try:
                time.sleep(0.2)
            except KeyboardInterrupt:
                process.send_signal(signal.SIGINT)
                process.wait()
            if time.monotonic() > say:
                say += SAY_S
                with open(log_path, "rb") as file:
                    file.seek(max(0, os.path.getsize(log_path) - 4096))
                    lines = [line for line in file.read().splitlines() if line[:1] == b"#"]
                print(lines[-1].decode(errors="replace") if lines else "...", flush=True)

    # -- the corpus --

    def _merge(self, into, *others, control=None):
        """Into the first directory what the others add to it. What ends the process is passed over
        by libFuzzer, and stays in another directory."""
        odd = f"{BUILD}/odd-{self.entry}"
        shutil.rmtree(odd, ignore_errors=True)
        os.makedirs(odd)
        words = [self.binary(), "-merge=1", f"-max_len={self.longest}", f"-timeout={SLOWEST_S}",
                 f"-rss_limit_mb={MEMORY_MB}", f"-artifact_prefix={odd}/", into,
                 *others]  # fmt: skip
        if control:
            words.insert(2, f"-merge_control_file={control}")
        subprocess.run(words, check=True, env=self._environment(), stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)  # fmt: skip
        if os.listdir(odd):
            raise Refused(f"inputs at work end the process: see {odd}")

    def minimise(self, name):
        """The smallest inputs that together reach all that was reached."""
        corpus = self.corpus(name)
        small, old = corpus + ".new", corpus + ".old"
        for path in (small, old):
            shutil.rmtree(path, ignore_errors=True)
        os.makedirs(small)
        self._merge(small, corpus)
        os.rename(corpus, old)
        os.rename(small, corpus)
        shutil.rmtree(old)

    @staticmethod
    def _new_features(control, old_count):
        """path → features that neither the tree nor a smaller input reaches. The file says how many
        inputs there are, how many are old, their names, and for each what it reached first."""
        with open(control, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
        names = lines[2 : 2 + int(lines[0])]
        if int(lines[1]) != old_count:
            raise Refused(f"{control}: {lines[1]} inputs of the tree, {old_count} expected")
        gains = collections.Counter()
        for line in lines[2 + len(names) :]:
            words = line.split()
            if words[:1] == ["FT"] and int(words[1]) >= old_count:
                gains[names[int(words[1])]] += len(words) - 2
        return gains

    def _is_quick(self, path):
        done = subprocess.run([self.binary(), path], capture_output=True, text=True, check=False,
                              env=self._environment(), errors="replace")  # fmt: skip
        times = TIMED.findall(done.stderr)
        return bool(times) and int(times[-1]) <= KEEP_MS

    def keep(self, name, most):
        """Puts up to `most` small, quick inputs with the most that is new into the tree."""
        tree, copy = self.seeds[0], f"{BUILD}/tree-{name}"
        control = f"{BUILD}/{name}.merge"
        for path in (copy, control):
            shutil.rmtree(path, ignore_errors=True)
        if os.path.exists(control):
            os.unlink(control)
        shutil.copytree(tree, copy)
        self._merge(copy, self.corpus(name), control=control)
        gains = self._new_features(control, len(os.listdir(tree)))
        kept = []
        for path, _ in sorted(gains.items(), key=lambda item: (-item[1], item[0])):
            if len(kept) == most:
                break
            if os.path.getsize(path) > KEEP_SIZE or not self._is_quick(path):
                continue
            with open(path, "rb") as file:
                digest = hashlib.sha1(file.read()).hexdigest()
            kept.append(f"{tree}/found-{digest[:12]}")
            shutil.copyfile(path, kept[-1])
        return kept

# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's kernel: Debian's own, whose package is unpacked and not installed. It is fetched once
and kept outside the tree; made anew when this file changes.

Not the cloud flavour, which has no 9p.
"""
import fcntl
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

CACHE = os.environ.get("VIPD_TEST_CACHE", "/var/cache/vipd-tests")
META = "linux-image-amd64"


class Kernel:
    """`folder` is laid out as the package: boot/, lib/modules/VERSION/."""

    def __init__(self, folder):
        self.folder = folder
        self.image = glob.glob(os.path.join(folder, "boot", "vmlinuz-*"))[0]
        self.version = os.path.basename(self.image).split("-", 1)[1]

    def modules(self, names):
        """The files of these modules and of those they need, in the order to load them in."""
        files = []
        for name in names:
            listed = _run("modprobe", "--dirname", self.folder, "--set-version", self.version,
                          "--show-depends", name)  # fmt: skip
            for line in listed.splitlines():
                kind, _, path = line.partition(" ")
                if kind == "insmod" and path.split()[0] not in files:
                    files.append(path.split()[0])
        return files


def _run(*words, cwd=None):
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)  # fmt: skip
    if done.returncode:
        sys.exit(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def _package():
    """The package that the one of the flavour depends on."""
    listed = _run("apt-cache", "depends", "--important", META)
    found = re.findall(r"Depends: (linux-image-\S+)", listed)
    if not found:
        sys.exit(f"apt knows no {META}: the guest's kernel is one of its packages")
    return found[0]


def _fetch(folder):
    """The package's file. Lists that are too old name what the mirror has no more."""
    download = ["apt-get", "-qq", "download"]
    if os.geteuid() == 0:
        download[1:1] = ["-o", "APT::Sandbox::User=root"]
        _run("apt-get", "-qq", "update")
    _run(*download, _package(), cwd=folder)
    return glob.glob(os.path.join(folder, "*.deb"))[0]


def _fill(folder):
    os.makedirs(folder)
    package = _fetch(folder)
    _run("dpkg-deb", "--extract", package, folder)
    os.remove(package)
    _run("depmod", "--basedir", folder, Kernel(folder).version)


def _key():
    with open(__file__, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:12]


def get(say):
    """The Kernel; it is fetched first if need be."""
    os.makedirs(CACHE, exist_ok=True)
    folder = os.path.join(CACHE, f"kernel-{_key()}")
    with open(os.path.join(CACHE, "kernel.lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.isdir(folder):
            say("fetching the guest's kernel (once)")
            with tempfile.TemporaryDirectory(prefix="kernel.", dir=CACHE) as new:
                _fill(os.path.join(new, "done"))
                for old in glob.glob(os.path.join(CACHE, "kernel-*")):
                    shutil.rmtree(old)
                os.rename(os.path.join(new, "done"), folder)
    return Kernel(folder)

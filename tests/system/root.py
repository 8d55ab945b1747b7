# SPDX-License-Identifier: GPL-2.0-or-later
"""The file system that the systems of the test boot from: Debian 12 as debootstrap makes it, with
what a server has and with what vipd needs to be installed without a network. It is made once, kept
outside the tree, never written to by a test (systems have an overlay above it), and made anew when
the list of packages or this file changes.
"""
import fcntl
import glob
import hashlib
import os
import shutil
import subprocess
import sys

CACHE = os.environ.get("VIPD_TEST_CACHE", "/var/cache/vipd-tests")
SUITE = "bookworm"
# keepalived is there as a package to be installed, with what it needs.
PACKAGES = (
    "adduser apt bash-completion dbus ifupdown init iproute2 libcap-ng0 libjansson4 libmnl0 "
    "libnettle8 libseccomp2 libsystemd0 netbase nftables procps systemd systemd-sysv"
).split()
# debootstrap does not find an order for these.
PACKAGES_LATER = ["firewalld", "keepalived"]
KEEPALIVED = "usr/local/share/keepalived.deb"


def mirror():
    """The address of the suite, from this machine's own sources."""
    form = "$(REPO_URI) $(CODENAME) $(COMPONENT) $(CREATED_BY)"
    listed = subprocess.run(["apt-get", "indextargets", "--format", form], check=True,
                            capture_output=True, text=True).stdout  # fmt: skip
    for line in listed.splitlines():
        words = line.split()
        if words[1:] == [SUITE, "main", "Packages"]:
            return words[0]
    sys.exit(f"apt knows no mirror of {SUITE}: it is made from this machine's sources")


def proxy():
    value = subprocess.run(["apt-config", "dump", "--format", "%v%n", "Acquire::http::Proxy"],
                           capture_output=True, text=True, check=False).stdout.strip()  # fmt: skip
    return {"http_proxy": value} if value else {}


def _key():
    with open(__file__, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:12]


def _run(log, *words, **more):
    log.write(f"== {' '.join(words)}\n")
    log.flush()
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=log,
                   stderr=subprocess.STDOUT, **more)  # fmt: skip


def _fill(folder, log):
    environment = {**os.environ, **proxy(), "DEBIAN_FRONTEND": "noninteractive"}
    _run(log, "debootstrap", "--variant=minbase", "--include=" + ",".join(PACKAGES), SUITE, folder,
         mirror(), env=environment)  # fmt: skip
    policy = os.path.join(folder, "usr/sbin/policy-rc.d")
    with open(policy, "w", encoding="ascii") as file:
        file.write("#!/bin/sh\nexit 101\n")
    os.chmod(policy, 0o755)
    apt = ["chroot", folder, "apt-get", "-y", "--no-install-recommends"]
    _run(log, *apt, "install", *PACKAGES_LATER, env=environment)
    _run(log, *apt, "--download-only", "--reinstall", "install", "keepalived", env=environment)
    package = glob.glob(os.path.join(folder, "var/cache/apt/archives/keepalived_*.deb"))[0]
    shutil.move(package, os.path.join(folder, KEEPALIVED))
    _run(log, *apt, "purge", "keepalived", env=environment)
    _run(log, *apt, "clean", env=environment)
    os.remove(policy)
    # No source of packages: the systems have no network but their own.
    shutil.rmtree(os.path.join(folder, "var/lib/apt/lists"))
    os.makedirs(os.path.join(folder, "var/lib/apt/lists/partial"))
    for name in ("etc/apt/sources.list", "etc/machine-id", "etc/hostname"):
        if os.path.exists(os.path.join(folder, name)):
            os.remove(os.path.join(folder, name))


def get(say):
    """The folder; it is made first if need be."""
    os.makedirs(CACHE, exist_ok=True)
    folder = os.path.join(CACHE, f"root-{_key()}")
    with open(os.path.join(CACHE, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.isdir(folder):
            return folder
        say("making the root that the systems boot from (once)")
        for old in glob.glob(os.path.join(CACHE, "root-*")):
            shutil.rmtree(old)
        try:
            with open(os.path.join(CACHE, "root.log"), "w", encoding="utf-8") as log:
                _fill(folder + ".new", log)
        except subprocess.CalledProcessError as failure:
            sys.exit(f"{failure}: see {CACHE}/root.log")
        os.rename(folder + ".new", folder)
    return folder

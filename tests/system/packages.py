# SPDX-License-Identifier: GPL-2.0-or-later
"""The packages as who installs them gets them: built by dpkg-buildpackage from what is in the tree,
twice, the second time with a higher version.
"""
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time


def _files(source):
    """What belongs to the source: what git knows, else all but builds."""
    done = subprocess.run(["git", "-C", source, "ls-files", "-co", "--exclude-standard"],
                          capture_output=True, text=True, check=False)  # fmt: skip
    if done.returncode == 0:
        return [n for n in done.stdout.splitlines() if os.path.exists(os.path.join(source, n))]
    return [n for n in os.listdir(source) if not n.startswith(("build", ".git"))]


def _build(folder, log, *more):
    environment = {**os.environ, "DEB_BUILD_OPTIONS": "nocheck parallel=2"}
    done = subprocess.run(["dpkg-buildpackage", "-us", "-uc", "-b", *more], cwd=folder, check=False,
                          stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                          env=environment)  # fmt: skip
    if done.returncode:
        log.flush()
        with open(log.name, encoding="utf-8", errors="replace") as file:
            sys.exit("dpkg-buildpackage failed:\n" + "".join(file.readlines()[-30:]))


def _found(folder, version):
    files = glob.glob(os.path.join(folder, f"*_{version}_*.deb"))
    return [f for f in files if "dbgsym" not in f]


def get(source, cache):
    """A folder with `first`, the packages of this version, `second`, those of the rebuilt one, and
    `lintian`, what that says of them. Built anew when anything of it in the tree is another; tests
    are no part of a package."""
    digest = hashlib.sha256()
    for name in sorted(n for n in _files(source) if not n.startswith("tests/system/")):
        path = os.path.join(source, name)
        with open(path, "rb") as file:
            digest.update(f"{name} {os.stat(path).st_mode} ".encode() + file.read() + b"\0")
    folder = os.path.join(cache, f"packages-{digest.hexdigest()[:12]}")
    if not os.path.isdir(folder):
        for old in glob.glob(os.path.join(cache, "packages-*")):
            shutil.rmtree(old)
        with tempfile.TemporaryDirectory(prefix="packages.", dir=cache) as new:
            _build_all(source, new)
            os.rename(os.path.join(new, "done"), folder)
    return folder


def _build_all(source, folder):
    tree = os.path.join(folder, "vipd")
    done = os.path.join(folder, "done")
    os.makedirs(done)
    os.makedirs(tree)
    subprocess.run(["cp", "-a", "--parents", *_files(source), tree], cwd=source, check=True)
    version = subprocess.run(["dpkg-parsechangelog", "-S", "Version"], cwd=tree, check=True,
                             capture_output=True, text=True).stdout.strip()  # fmt: skip
    rebuilt = version + "+rebuilt"
    with open(os.path.join(folder, "log"), "w", encoding="utf-8") as log:
        _build(tree, log)
        changes = glob.glob(os.path.join(folder, "*.changes"))
        lint = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", *changes],
                              capture_output=True, text=True, check=False)  # fmt: skip
        path = os.path.join(tree, "debian", "changelog")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        stamp = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
        maintainer = text.split(" -- ")[1].split(">")[0] + ">"
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"vipd ({rebuilt}) bookworm; urgency=medium\n\n  * Built again.\n\n"
                       f" -- {maintainer}  {stamp}\n\n{text}")  # fmt: skip
        _build(tree, log, "-nc")
    if lint.returncode:
        sys.exit("lintian:\n" + lint.stdout + lint.stderr)
    with open(os.path.join(done, "lintian"), "w", encoding="utf-8") as file:
        file.write(lint.stdout)
    for kind, named in (("first", version), ("second", rebuilt)):
        os.makedirs(os.path.join(done, kind))
        for package in _found(folder, named):
            shutil.move(package, os.path.join(done, kind))
    make_source(os.path.join(done, "second"))


def make_source(folder):
    """A folder of packages becomes a source that apt reads."""
    with open(os.path.join(folder, "Packages"), "w", encoding="utf-8") as file:
        subprocess.run(["dpkg-scanpackages", "--multiversion", "."], cwd=folder, check=True,
                       stdout=file, stderr=subprocess.DEVNULL)  # fmt: skip

# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs keepalived on a configuration that nobody trusts, until it has printed what it read.

Such a file may name any command, any path and any interface. So keepalived gets a world made for
it and nothing of ours:

root      a tmpfs with keepalived, its libraries and a few tables (class Base), entered with
          chroot. No other program is in it. Commands that the file names are there as empty files
          that may be executed, because keepalived forgets scripts that it does not find.
programs  none is ever started, stub or not: shim.c refuses every exec.
network   a namespace without any route. Interfaces that the file names are veth ends with one
          address each; their other ends lead nowhere.
proc      read-only but for /proc/sys/net, which belongs to the namespace.
rights    what VRRP and namespaces need. No real-time scheduling, locked memory, device nodes.
bounds    memory, CPU time, file sizes, and a limit of seconds after which everything is killed.

Interfaces, commands, users and namespaces are not searched for in the text (variables, includes and
quoting make that a second parser): keepalived is started again and again, and what it misses is
made, until it misses nothing that can be made. Then it is asked for its dump with SIGUSR1.
`-P` and `-C` run the VRRP and the checker process alone.

The checker process needs IPVS, which kernels of small machines do not have. shim.c answers in its
place: five functions of libnl are enough, the process comes up and its dump shows what it parsed.
So no guest with another kernel is needed, and a file takes a third of a second in place of many.
What IPVS itself would refuse (a scheduler that is no module) is not seen this way.

Runs as a program inside the namespaces (`--inside`), started by Base.run() through unshare(1); as
process 1 of its own process namespace it takes everything with it when it ends.
"""
import ctypes
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
KEEPALIVED = shutil.which("keepalived", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")

SIDES = {
    "vrrp": (["-P", "-B"], "keepalived"),
    "check": (["-C", "-B"], "keepalived_check"),
    "bfd": ([], "keepalived_bfd"),
}

PARENT = "keepalived_parent"

TIME_LIMIT_S = 20
ROUNDS = 12
ROOT_SIZE = "256m"
MEMORY_BYTES = 2 << 30
FILE_BYTES = 64 << 20

# Everything else of root's rights is dropped. SYS_ADMIN: entering the namespace `net_namespace`
# names, which is our own again.
CAP_SETPCAP, CAP_LAST = 8, 63
KEEP_CAPS = {0, 1, 3, 5, 6, 7, 10, 11, 12, 13, 21}
PR_CAPBSET_DROP = 24

# A configuration's folder covers the one of this name in the root.
UNFIT_FOLDERS = {"/", "/dev", "/dump", "/etc", "/lib", "/lib64", "/proc", "/run", "/usr", "/var"}

TABLES = ["/etc/iproute2", "/usr/share/iproute2", "/usr/lib/iproute2"]
USERS = ["/etc/passwd", "/etc/group", "/etc/protocols", "/etc/services", "/etc/hosts"]

# What keepalived says of something that is not there.
MISSING = {
    "interface": [
        re.compile(r"interface (\S+) (?:for|specified for) .*doesn't exist"),
        re.compile(r"(?:tracked interface|VRF interface) (\S+) doesn't exist"),
        re.compile(r"Not adding address \S+ to (\S+) since interface doesn't exist"),
        re.compile(r"unknown interface (\S+) specified for"),
        re.compile(r"specifies interface (\S+) which doesn't currently exist"),
    ],
    "script": [
        re.compile(r"[Ss]cript '?(\S+?)'? cannot be accessed"),
        re.compile(r"Cannot find script (\S+) in path - disabling"),
        re.compile(r"check_script_secure could not find script '(.*)' - disabling"),
    ],
    "user": [
        re.compile(r"Unable to resolve script username '(.*)' - ignoring"),
        # The default one only where the file demands it: no package makes it, scripts are root's
        # then. Of any other user 2.2.7 finds no command through PATH ("Permissions failure").
        re.compile(r"Script user '(?!keepalived_script')(.*)' does not exist"),
        re.compile(r"Unable to set default user (\S+) for script"),
    ],
    "group": [
        re.compile(r"Unable to resolve script group name '(.*)' - ignoring"),
        re.compile(r"Script group '(.*)' does not exist"),
    ],
    # A place for what keepalived itself makes.
    "folder": [
        re.compile(r"Unable to create notify fifo (\S+)/[^/]+$", re.MULTILINE),
        re.compile(r"Unable to open '(\S+)/[^/]+' - errno 2"),
    ],
    "namespace": [re.compile(r"Unable to set network namespace (\S+) - exiting")],
}
READY = "Startup complete"
NOTHING = "keepalived has no configuration to run"


class Base:
    """The files that every root has, and the shim; made once, used by many runs."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="vipd-interop-")
        self.root = os.path.join(self.folder, "root")
        for name in ["dev", "etc", "dump", "proc", "run", "tmp", "usr/bin", "usr/sbin", "var"]:
            os.makedirs(os.path.join(self.root, name))
        os.makedirs(os.path.join(self.folder, "mount"))
        for name in ["bin", "sbin"]:
            os.symlink(f"usr/{name}", os.path.join(self.root, name))
        os.symlink("../run", os.path.join(self.root, "var/run"))
        shim = os.path.join(self.root, "shim.so")
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o",
                        shim, os.path.join(HERE, "shim.c")], check=True)
        self._copy(KEEPALIVED, "/keepalived")
        for path in libraries(KEEPALIVED):
            self._copy(path, path)
        for path in TABLES:
            if os.path.isdir(path):
                shutil.copytree(path, self.root + path)
        for path in USERS:
            self._copy(path, path)
        self._write("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n")

    def _copy(self, source, target):
        target = self.root + target
        if os.path.exists(source):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copy(os.path.realpath(source), target)

    def _write(self, path, text):
        with open(self.root + path, "w", encoding="utf-8") as file:
            file.write(text)

    def close(self):
        shutil.rmtree(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def run(self, place, jobs):
        """keepalived's dumps. `place` is the file as keepalived sees it, with its neighbours; a job
        is (side, path), the path of the text that lies there. A list of results, one for each job,
        as Inside.result() says.
        """
        order = {"base": self.folder, "place": os.path.abspath(place),
                 "jobs": [[side, os.path.abspath(path)] for side, path in jobs]}
        done = subprocess.run(
            ["unshare", "--net", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child",
             sys.executable, "-B", os.path.abspath(__file__), "--inside"],
            input=json.dumps(order), capture_output=True, text=True, check=False,
            timeout=TIME_LIMIT_S * (1 + len(jobs)),
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{place}: the sandbox failed\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout)


def libraries(program):
    """What the loader maps for this program, and the loader."""
    text = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return re.findall(r"(/\S+) \(0x", text)


class Users:
    """/etc/passwd and /etc/group of a root. Kept here, because a configuration may well name those
    files as its own: keepalived then does with them what it does with such files."""

    def __init__(self, root):
        self.root, self.tables = root, {}
        for table in ["passwd", "group"]:
            with open(f"{root}/etc/{table}", encoding="utf-8") as file:
                self.tables[table] = [line.split(":") for line in file.read().splitlines()]

    def add(self, name):
        """A user with a group of its own, where there is none of that name."""
        if not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
            return
        for table, rows in self.tables.items():
            if any(row[0] == name for row in rows):
                continue
            number = str(1 + max([60000] + [int(row[2]) for row in rows if int(row[2]) < 65000]))
            rows.append([name, "x", number, *([number, "", "/", "/nologin"]
                                              if table == "passwd" else [""])])
        self.write()

    def write(self):
        for table, rows in self.tables.items():
            with open(f"{self.root}/etc/{table}", "w", encoding="utf-8") as file:
                file.writelines(":".join(row) + "\n" for row in rows)

    def users(self):
        return {row[0]: [int(row[2]), int(row[3])] for row in self.tables["passwd"]}

    def groups(self):
        return {row[0]: int(row[2]) for row in self.tables["group"]}


def command(*words, **more):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, **more)


class Inside:
    """Process 1 of the namespaces: makes the root, starts keepalived until there is a dump."""

    def __init__(self, order):
        if os.getpid() != 1:
            raise RuntimeError("not process 1: these namespaces are not ours alone")
        self.place, self.jobs = order["place"], order["jobs"]
        self.base, self.root = os.path.join(order["base"], "root"), order["base"] + "/mount"
        self.log_path = os.path.join(self.root, "log")
        self.side, self.made, self.deadline = None, [], 0
        self.users = Users(self.base)

    def make_root(self):
        command("mount", "-t", "tmpfs", "-o", f"size={ROOT_SIZE},mode=755", "tmpfs", self.root)
        command("cp", "-a", f"{self.base}/.", self.root)
        self.users.root = self.root
        proc = self.root + "/proc"
        command("mount", "-t", "proc", "proc", proc)
        command("mount", "--bind", f"{proc}/sys/net", f"{proc}/sys/net")
        command("mount", "-o", "remount,bind,ro", proc)
        command("mount", "--bind", proc, "/proc")
        for name, minor in [("null", 3), ("zero", 5), ("urandom", 9)]:
            os.mknod(f"{self.root}/dev/{name}", 0o20666, os.makedev(1, minor))
        folder = os.path.dirname(self.place)
        if folder in UNFIT_FOLDERS:
            raise RuntimeError(f"{self.place}: a folder of its own is needed, not {folder}")
        os.makedirs(self.root + folder, exist_ok=True)
        command("mount", "--bind", "-o", "ro", folder, self.root + folder)
        command("ip", "link", "set", "lo", "up")

    def put(self, path):
        """Another text where keepalived looks."""
        if path != self.place:
            command("mount", "--bind", "-o", "ro", path, self.root + self.place)

    def confine(self):
        """Between fork and exec: into the root, without the rights that are not needed."""
        libc = ctypes.CDLL(None, use_errno=True)
        os.chroot(self.root)
        os.chdir("/")
        for capability in range(CAP_LAST + 1):
            if capability not in KEEP_CAPS:
                libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (TIME_LIMIT_S, TIME_LIMIT_S))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def start(self, *options):
        environment = {"PATH": "/usr/bin:/usr/sbin", "LD_PRELOAD": "/shim.so", "LC_ALL": "C",
                       "TMPDIR": "/dump"}
        words = [*SIDES[self.side][0], "-R", "-f", self.place, *options]
        with open(self.log_path, "wb") as log:
            return subprocess.Popen(["/keepalived", *words], stdin=subprocess.DEVNULL, stdout=log,
                                    stderr=log, env=environment, preexec_fn=self.confine)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="backslashreplace") as file:
            return file.read()

    def until(self, condition, process):
        """Waits; False when the process ended or the time is over."""
        while not condition():
            if process.poll() is not None or time.monotonic() > self.deadline:
                return condition()
            time.sleep(0.004)
        return True

    def make_missing(self, log):
        """Makes what keepalived misses. True when there is a reason to ask it again."""
        before = len(self.made)
        for kind, patterns in MISSING.items():
            for pattern in patterns:
                for name in pattern.findall(log):
                    if (kind, name) not in self.made:
                        self.made.append((kind, name))
                        getattr(self, "make_" + kind)(name)
        return len(self.made) > before

    def make_interface(self, name):
        number = 1 + self.made.index(("interface", name))
        batch = [f"link add {name} type veth peer name vipd-end{number}",
                 f"link set vipd-end{number} up", f"link set {name} up",
                 f"addr add 203.0.113.{number}/32 dev {name}"]
        # A name that no kernel takes stays missing.
        subprocess.run(["ip", "-batch", "-"], input="\n".join(batch), text=True, check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def renew_interfaces(self):
        """As they were made, without what keepalived added to them."""
        links = [link.name for link in os.scandir("/proc/sys/net/ipv4/conf")]
        batch = [f"link del {name}" for name in links if name not in ["all", "default", "lo"]]
        # The first of a pair takes the other one with it.
        subprocess.run(["ip", "-force", "-batch", "-"], input="\n".join(batch), text=True,
                       check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for kind, name in self.made:
            if kind == "interface":
                self.make_interface(name)

    def make_script(self, name):
        path = os.path.normpath("/" + (name if "/" in name else f"usr/bin/{name}"))
        try:
            os.makedirs(self.root + os.path.dirname(path), exist_ok=True)
            with open(self.root + path, "x", encoding="utf-8"):
                os.chmod(self.root + path, 0o755)
        except OSError:
            pass

    def make_folder(self, name):
        path = os.path.normpath(name)
        if path.startswith(("/run/", "/tmp/", "/var/")):
            os.makedirs(self.root + path, exist_ok=True)

    def make_user(self, name):
        self.users.add(name)

    make_group = make_user

    def make_namespace(self, name):
        os.makedirs(self.root + "/run/netns", exist_ok=True)
        path = f"{self.root}/run/netns/{os.path.basename(name)}"
        with open(path, "x", encoding="utf-8"):
            command("mount", "--bind", "/proc/self/ns/net", path)

    def dump_path(self, name):
        """With a namespace or an instance the name has more parts."""
        pattern = re.compile(rf"{name}(\.\S*)?\.data")
        for entry in os.listdir(self.root + "/dump"):
            if pattern.fullmatch(entry):
                return f"{self.root}/dump/{entry}"
        return None

    def dump_written(self, name):
        """The dump is there and nobody writes to it any more."""
        path = self.dump_path(name)
        if not path or not os.path.getsize(path):
            return False
        status = os.stat(path)
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                for number in os.listdir(f"/proc/{pid}/fd"):
                    other = os.stat(f"/proc/{pid}/fd/{number}")
                    if (other.st_dev, other.st_ino) == (status.st_dev, status.st_ino):
                        return False
            except OSError:
                pass
        return True

    def stop(self, process):
        """Ends all that runs here but for ourselves, and removes what it left."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            if pid != "1":
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
        process.wait()
        for folder in ["dump", "tmp", "run"]:
            for entry in os.scandir(f"{self.root}/{folder}"):
                if not entry.is_dir():
                    os.unlink(entry.path)
        self.users.write()
        self.renew_interfaces()

    def take(self):
        """The dump and its parent's, or None when keepalived would not run."""
        for _ in range(ROUNDS):
            process = self.start("-n", "-l", "-D", "-G", "-p", "/run/0.pid", "-r", "/run/1.pid",
                                 "-c", "/run/2.pid", "-b", "/run/3.pid")
            self.until(lambda: READY in self.log() or NOTHING in self.log(), process)
            if not self.make_missing(self.log()):
                break
            self.stop(process)
        dump = parent = None
        if READY in self.log() and process.poll() is None:
            process.send_signal(signal.SIGUSR1)
            dump = self.read_dump(SIDES[self.side][1], process)
            parent = self.read_dump(PARENT, process)
        self.stop(process)
        return dump, parent

    def read_dump(self, name, process):
        if not self.until(lambda: self.dump_written(name), process):
            return None
        with open(self.dump_path(name), encoding="utf-8", errors="backslashreplace") as file:
            return file.read()

    def result(self):
        """{"dump": text or None, "parent": the parent process's,
        "nothing": this side has no configuration, "log": text,
        "timed_out": bool, "users": {name: [user, group]}, "groups": {name: group}}
        """
        self.deadline = time.monotonic() + TIME_LIMIT_S
        dump, parent = self.take()
        log = self.log()
        return {"dump": dump, "parent": parent, "nothing": NOTHING in log, "log": log,
                "timed_out": time.monotonic() > self.deadline,
                "users": self.users.users(), "groups": self.users.groups()}

    def results(self):
        self.make_root()
        results = []
        for self.side, path in self.jobs:
            self.put(path)
            results.append(self.result())
        return results


if __name__ == "__main__" and sys.argv[1:] == ["--inside"]:
    json.dump(Inside(json.load(sys.stdin)).results(), sys.stdout)

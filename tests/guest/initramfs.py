# SPDX-License-Identifier: GPL-2.0-or-later
"""What the guest's kernel begins with: busybox, our init, and the modules that it needs to reach
the host's root. An archive of cpio's form "newc", as the kernel's documentation describes it
(driver-api/early-userspace/buffer-format).
"""
import os
import shlex
import shutil
import stat

MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay")
FOLDER, PROGRAM, FILE = stat.S_IFDIR | 0o755, stat.S_IFREG | 0o755, stat.S_IFREG | 0o644
HERE = os.path.dirname(os.path.abspath(__file__))


def _padded(data):
    return data + b"\0" * (-len(data) % 4)


def _entry(number, name, mode, data=b""):
    encoded = name.encode() + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(encoded), 0)
    head = b"070701" + b"".join(b"%08x" % field for field in fields)
    return _padded(head + encoded) + _padded(data)


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, kernel, words):
    """An initramfs that, when the root is there, becomes the program of these words."""
    plan = f"KERNEL={shlex.quote(kernel.folder)}\nWORDS={shlex.quote(shlex.join(words))}\n"
    entries = [("bin", FOLDER), ("modules", FOLDER),
               ("bin/busybox", PROGRAM, _read(shutil.which("busybox"))),
               ("bin/sh", stat.S_IFLNK | 0o777, b"busybox"),
               ("init", PROGRAM, _read(os.path.join(HERE, "init"))),
               ("plan", FILE, plan.encode())]  # fmt: skip
    for number, module in enumerate(kernel.modules(MODULES)):
        name = f"modules/{number:02d}-{os.path.basename(module)}"
        entries.append((name, FILE, _read(module)))
    entries.append(("TRAILER!!!", 0))
    with open(path, "wb") as file:
        for number, entry in enumerate(entries, 1):
            file.write(_entry(number, *entry))

# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest as a process: qemu without KVM, so that it is the same everywhere.

The first serial line is the kernel's, into a file; the second one is what the harness's program in
the guest says. The verdict comes through a device whose only register ends qemu with an exit code:
a guest that falls over never looks like one that passed.
"""
import subprocess
import threading

MEMORY = "1536M"
COMMAND_LINE = "console=ttyS0 quiet panic=-1 mitigations=off"
# The device makes 2 n + 1 of what is written to it; qemu's own are 0 and 1.
EXIT_PORT = 0xF4
PASSED, FAILED = 0x20, 0x21


def _exit_code(value):
    return 2 * value + 1


def _share(name, folder, more=""):
    return ["-fsdev", f"local,id={name},path={folder},security_model=none,multidevs=remap{more}",
            "-device", f"virtio-9p-pci,fsdev={name},mount_tag={name}"]  # fmt: skip


def _words(kernel, initramfs, results, console):
    return [
        "setpriv", "--pdeathsig", "KILL", "--",
        "qemu-system-x86_64", "-accel", "tcg,thread=multi", "-machine", "q35", "-cpu", "max",
        "-smp", "2", "-m", MEMORY, "-nodefaults", "-no-user-config", "-no-reboot",
        "-display", "none", "-kernel", kernel.image, "-initrd", initramfs, "-append", COMMAND_LINE,
        "-chardev", f"file,id=console,path={console}", "-serial", "chardev:console",
        "-chardev", "stdio,id=said,signal=off", "-serial", "chardev:said",
        "-device", f"isa-debug-exit,iobase={EXIT_PORT:#x},iosize=4",
        *_share("root", "/", ",readonly=on"), *_share("results", results),
    ]  # fmt: skip


def run(kernel, initramfs, results, console, limit_s):
    """Boots the guest and prints what its program says as it says it. Returns (whether that
    passed, what else went wrong)."""
    late = threading.Event()

    def kill():
        late.set()
        process.kill()

    process = subprocess.Popen(_words(kernel, initramfs, results, console), stdout=subprocess.PIPE,
                               stdin=subprocess.DEVNULL)  # fmt: skip
    timer = threading.Timer(limit_s, kill)
    timer.start()
    try:
        for line in process.stdout:
            print(line.decode(errors="replace").rstrip(), flush=True)
        code = process.wait()
    finally:
        timer.cancel()
        process.kill()
        process.wait()
    if late.is_set():
        return False, f"not within {limit_s} s"
    if code in (_exit_code(PASSED), _exit_code(FAILED)):
        return code == _exit_code(PASSED), None
    return False, f"the guest ended by itself, qemu with {code}"


def leave(passed):
    """Ends the guest; to be called in it."""
    with open("/dev/port", "r+b", buffering=0) as file:
        file.seek(EXIT_PORT)
        file.write(bytes([PASSED if passed else FAILED]))

# SPDX-License-Identifier: GPL-2.0-or-later
"""What tshark, who knows the protocols from elsewhere, says about frames that a watch noted."""
import os
import struct
import subprocess

OPTIONS = ["-n", "-o", "ip.check_checksum:TRUE", "-o", "vrrp.v3_checksum_as_in_v2:FALSE"]
# Never anything in them.
COMPLAINTS = ["_ws.malformed", "_ws.expert.severity"]


def write_capture(path, seen):
    """Adverts, neighbour advertisements: whatever has a time and a frame."""
    with open(path, "wb") as file:
        file.write(struct.pack("IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for one in seen:
            seconds, rest = divmod(one.time, 1)
            size = len(one.frame)
            file.write(struct.pack("IIII", int(seconds), int(rest * 1e6), size, size))
            file.write(one.frame)


def read(lab, name, seen, fields):
    """A row for each frame: the fields, then the complaints."""
    path = os.path.join(lab.folder, f"{name}.pcap")
    write_capture(path, seen)
    command = ["tshark", *OPTIONS, "-r", path, "-T", "fields"]
    for field in [*fields, *COMPLAINTS]:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]

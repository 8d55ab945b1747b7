# SPDX-License-Identifier: GPL-2.0-or-later
"""Bytes of VRRP version 2, ARP and ICMP: made for the stories, taken apart for the observers.

Written from the RFCs' layouts and not from vipd's own code, so that the two check each other.
"""
import socket
import struct
from dataclasses import dataclass

BROADCAST = b"\xff" * 6
GROUP = "224.0.0.18"
GROUP_MAC = bytes.fromhex("01005e000012")
ETH_IP, ETH_ARP = 0x0800, 0x0806


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip_bytes(address):
    return socket.inet_aton(address)


def ip_text(data):
    return socket.inet_ntoa(data)


def mac_bytes(text):
    return bytes.fromhex(text.replace(":", ""))


@dataclass
class Advert:
    """One advert as seen on the wire."""

    time: float
    source: str
    destination: str
    ttl: int
    tos: int
    version: int
    type: int
    vrid: int
    priority: int
    auth_type: int
    interval: int
    addresses: list
    auth_data: bytes
    good: bool
    mac: bytes
    sent: bool  # by the port's own machine, seen at the bridge's end of its cable
    frame: bytes


@dataclass
class Arp:
    time: float
    operation: int
    mac: bytes  # Ethernet source
    sender_mac: bytes
    sender: str
    target_mac: bytes
    target: str
    destination: bytes
    sent: bool

    @property
    def gratuitous(self):
        return self.sender == self.target


def parse(frame, time=0.0, sent=True):
    """An Advert, an Arp, or None for every other frame."""
    if len(frame) < 34:
        return None
    kind = struct.unpack("!H", frame[12:14])[0]
    if kind == ETH_ARP and len(frame) >= 42:
        fields = struct.unpack("!6xH6s4s6s4s", frame[14:42])
        operation, sender_mac, sender, target_mac, target = fields
        return Arp(time, operation, frame[6:12], sender_mac, ip_text(sender), target_mac,
                   ip_text(target), frame[:6], sent)  # fmt: skip
    if kind != ETH_IP or frame[23] != 112:
        return None
    header = (frame[14] & 15) * 4
    total = struct.unpack("!H", frame[16:18])[0]
    body = frame[14 + header : 14 + total]
    if len(body) < 8:
        return None
    end = 8 + 4 * body[3]
    sums = checksum(body), checksum(frame[14 : 14 + header])
    return Advert(
        time=time, source=ip_text(frame[26:30]), destination=ip_text(frame[30:34]), ttl=frame[22],
        tos=frame[15], version=body[0] >> 4, type=body[0] & 15, vrid=body[1], priority=body[2],
        auth_type=body[4], interval=body[5],
        addresses=[ip_text(body[i : i + 4]) for i in range(8, min(end, len(body) - 3), 4)],
        auth_data=body[end : end + 8],
        good=sums == (0, 0) and len(body) == end + 8,
        mac=frame[6:12], sent=sent, frame=frame,
    )  # fmt: skip


def vrrp(priority, vrid=51, addresses=("192.0.2.1",), password=b"SECUREUN", auth_type=1,
         interval=1, version=2, type=1, spoil=0, count=None):  # fmt: skip
    """The VRRP part; `spoil` is added to the right checksum."""
    head = struct.pack("!BBBBBB", version << 4 | type, vrid, priority,
                       len(addresses) if count is None else count, auth_type, interval)  # fmt: skip
    tail = b"".join(map(ip_bytes, addresses)) + password.ljust(8, b"\0")[:8]
    value = checksum(head + b"\0\0" + tail)
    return head + struct.pack("!H", (value + spoil) & 0xFFFF) + tail


def packet(source, payload, ttl=255, protocol=112, destination=GROUP, identification=1):
    """An IPv4 packet around the payload."""
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0xC0, 20 + len(payload), identification, 0, ttl,
                       protocol, 0, ip_bytes(source), ip_bytes(destination))  # fmt: skip
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def ethernet(source_mac, body, destination_mac=GROUP_MAC, kind=ETH_IP):
    return (destination_mac + source_mac + struct.pack("!H", kind) + body).ljust(60, b"\0")


def arp_request(mac, sender, target):
    body = struct.pack("!HHBBH", 1, ETH_IP, 6, 4, 1) + mac + ip_bytes(sender)
    return ethernet(mac, body + b"\0" * 6 + ip_bytes(target), BROADCAST, ETH_ARP)


def echo_request(identification, sequence):
    body = struct.pack("!BBHHH", 8, 0, 0, identification, sequence & 0xFFFF) + b"vipd" * 4
    return body[:2] + struct.pack("!H", checksum(body)) + body[4:]

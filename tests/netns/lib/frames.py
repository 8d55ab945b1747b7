# SPDX-License-Identifier: GPL-2.0-or-later
"""Bytes of VRRP, ARP, ICMP and neighbour discovery: made for the stories (VRRP version 2 over
IPv4, solicitations), taken apart for the observers (both versions, both families).

Written from the RFCs' layouts and not from vipd's own code, so that the two check each other.
"""
import socket
import struct
from dataclasses import dataclass

BROADCAST = b"\xff" * 6
GROUP = "224.0.0.18"
GROUP_MAC = bytes.fromhex("01005e000012")
ETH_IP, ETH_ARP, ETH_IP6 = 0x0800, 0x0806, 0x86DD
AH, AH_SIZE = 51, 24  # with HMAC-MD5-96
ICMP6, NEIGHBOUR_SOLICITATION, NEIGHBOUR_ADVERTISEMENT = 58, 135, 136
# The flags of a neighbour advertisement; those of an announcement by RFC 9568 6.4.2.
ROUTER, SOLICITED, OVERRIDE = 0x80, 0x40, 0x20
ANNOUNCED = ROUTER | OVERRIDE
GROUP6, ALL_NODES = "ff02::12", "ff02::1"


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
    """Text of 4 or 16 octets."""
    return socket.inet_ntop(socket.AF_INET if len(data) == 4 else socket.AF_INET6, data)


def ip6_bytes(address):
    return socket.inet_pton(socket.AF_INET6, address)


def mac_bytes(text):
    return bytes.fromhex(text.replace(":", ""))


@dataclass
class Advert:
    """One advert as seen on the wire; `interval` in seconds."""

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
    interval: float
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


@dataclass
class Neighbour:
    """A neighbour advertisement; `mac` is what it says, not the sender of the frame."""

    time: float
    source: str
    destination: str
    target: str
    flags: int
    mac: bytes
    sent: bool
    frame: bytes


def pseudo_header(frame, length, protocol):
    """What the sums of both families begin with (RFC 9293 3.1, RFC 8200 8.1)."""
    if frame[12:14] == b"\x86\xdd":
        return frame[22:54] + struct.pack("!II", length, protocol)
    return frame[26:34] + struct.pack("!HH", protocol, length)


def advert_rest(frame, body, length):
    """Auth type, interval, addresses, authentication data and goodness of the VRRP part."""
    version, size = body[0] >> 4, 16 if frame[12:14] == b"\x86\xdd" else 4
    end = 8 + size * body[3]
    addresses = [ip_text(body[i : i + size]) for i in range(8, min(end, length - size + 1), size)]
    if version == 2:
        data = body[end : end + 8]
        return body[4], float(body[5]), addresses, data, checksum(body) == 0 and length == end + 8
    good = checksum(pseudo_header(frame, length, 112) + body) == 0 and length == end
    return 0, ((body[4] & 15) << 8 | body[5]) / 100, addresses, b"", good


def advert(frame, time, sent):
    """An Advert of either family; the frame carries protocol 112, perhaps behind an Authentication
    Header."""
    if frame[12:14] == b"\x86\xdd":
        source, destination, ttl = frame[22:38], frame[38:54], frame[21]
        tos = struct.unpack("!H", frame[14:16])[0] >> 4 & 0xFF
        body, good = frame[54 : 54 + struct.unpack("!H", frame[18:20])[0]], True
    else:
        header = 14 + (frame[14] & 15) * 4
        source, destination, ttl, tos = frame[26:30], frame[30:34], frame[22], frame[15]
        body = frame[header : 14 + struct.unpack("!H", frame[16:18])[0]]
        good = checksum(frame[14:header]) == 0
        if frame[23] == AH:
            good = good and body[:4] == bytes([112, AH_SIZE // 4 - 2, 0, 0])
            body = body[AH_SIZE:]
    if len(body) < 8:
        return None
    auth_type, interval, addresses, auth_data, whole = advert_rest(frame, body, len(body))
    return Advert(
        time=time, source=ip_text(source), destination=ip_text(destination), ttl=ttl, tos=tos,
        version=body[0] >> 4, type=body[0] & 15, vrid=body[1], priority=body[2],
        auth_type=auth_type, interval=interval, addresses=addresses, auth_data=auth_data,
        good=good and whole, mac=frame[6:12], sent=sent, frame=frame,
    )  # fmt: skip


def neighbour(frame, time, sent):
    """A Neighbour, when the ICMPv6 message is an advertisement."""
    body = frame[54 : 54 + struct.unpack("!H", frame[18:20])[0]]
    if len(body) < 24 or body[0] != NEIGHBOUR_ADVERTISEMENT:
        return None
    return Neighbour(time, ip_text(frame[22:38]), ip_text(frame[38:54]), ip_text(body[8:24]),
                     body[4], body[26:32], sent, frame)  # fmt: skip


def parse(frame, time=0.0, sent=True):
    """An Advert, an Arp, a Neighbour, or None for every other frame."""
    if len(frame) < 34:
        return None
    kind = struct.unpack("!H", frame[12:14])[0]
    if kind == ETH_ARP and len(frame) >= 42:
        fields = struct.unpack("!6xH6s4s6s4s", frame[14:42])
        operation, sender_mac, sender, target_mac, target = fields
        return Arp(time, operation, frame[6:12], sender_mac, ip_text(sender), target_mac,
                   ip_text(target), frame[:6], sent)  # fmt: skip
    if kind == ETH_IP6 and len(frame) >= 54 and frame[20] == ICMP6:
        return neighbour(frame, time, sent)
    if kind == ETH_IP and frame[23] in (AH, 112) or kind == ETH_IP6 and frame[20] == 112:
        return advert(frame, time, sent)
    return None


def payload(advert):
    """What an Advert's IP packet carries, octet for octet."""
    if ":" in advert.source:
        return advert.frame[54 : 54 + int.from_bytes(advert.frame[18:20], "big")]
    header = (advert.frame[14] & 15) * 4
    size = int.from_bytes(advert.frame[16:18], "big")
    return advert.frame[14 + header : 14 + size]


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


def ethernet6(source_mac, source, destination, payload, next_header=112, destination_mac=None):
    """A frame with an IPv6 packet of hop limit 255; a group has its MAC by RFC 2464."""
    target = ip6_bytes(destination)
    head = struct.pack("!IHBB", 6 << 28, len(payload), next_header, 255)
    return ethernet(source_mac, head + ip6_bytes(source) + target + payload,
                    destination_mac or b"\x33\x33" + target[12:], ETH_IP6)  # fmt: skip


def solicited_node(address):
    """The group of an address (RFC 4291 2.7.1)."""
    return ip_text(ip6_bytes("ff02::1:ff00:0")[:13] + ip6_bytes(address)[13:])


def neighbour_solicitation(mac, source, target, destination):
    head = struct.pack("!BBHI", NEIGHBOUR_SOLICITATION, 0, 0, 0)
    body = head + ip6_bytes(target) + b"\1\1" + mac
    frame = ethernet6(mac, source, destination, body, ICMP6)
    value = checksum(pseudo_header(frame, len(body), ICMP6) + body)
    return frame[:56] + struct.pack("!H", value) + frame[58:]


def arp_request(mac, sender, target):
    body = struct.pack("!HHBBH", 1, ETH_IP, 6, 4, 1) + mac + ip_bytes(sender)
    return ethernet(mac, body + b"\0" * 6 + ip_bytes(target), BROADCAST, ETH_ARP)


def echo_request6(identification, sequence):
    """For a raw socket: its kernel puts the checksum in (RFC 3542 3.1)."""
    return struct.pack("!BBHHH", 128, 0, 0, identification, sequence & 0xFFFF) + b"vipd" * 4


def echo_request(identification, sequence):
    body = struct.pack("!BBHHH", 8, 0, 0, identification, sequence & 0xFFFF) + b"vipd" * 4
    return body[:2] + struct.pack("!H", checksum(body)) + body[4:]

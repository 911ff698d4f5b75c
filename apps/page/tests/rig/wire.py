"""All that leaves a network namespace: one JSON object a line on standard output.

Run inside a namespace of its own, as its root. Gives the namespace an interface with a default
route, so that browsers believe in a network, answers every DNS question with an address inside,
so that what asked goes on to connect, and prints each question, each connection attempt and each
datagram. Nothing can get further than this: the cable's other end is in the same namespace, and
takes nothing in.

Ends when its standard input does.
"""

import json
import select
import socket
import struct
import subprocess
import sys

OWN = "10.77.0.2"
# Names resolve to addresses here. The kernel answers for them itself, and refuses at once.
INSIDE = "10.78.0.0/16"
RESOLVER = "10.78.0.53"
# The kernel's capture of everything; RFC 1035 and Linux's own numbers.
ETH_P_ALL = 3
PACKET_OUTGOING = 4
TCP, UDP, ICMP, IGMP, ICMP6 = 6, 17, 1, 2, 58
SYN, ACK = 0x02, 0x10


def interfaces():
    for line in (
        "link set lo up",
        "link add out type veth peer name nowhere",
        "link set nowhere up",
        f"addr add {OWN}/24 dev out",
        "link set out up",
        "route add default via 10.77.0.1 dev out",
        "neigh add 10.77.0.1 lladdr 02:00:00:00:00:01 dev out nud permanent",
        f"route add local {INSIDE} dev lo",
        "-6 addr add fd77::2/64 dev out nodad",
        "-6 route add default via fd77::1 dev out",
        "-6 neigh add fd77::1 lladdr 02:00:00:00:00:01 dev out nud permanent",
    ):
        subprocess.run(["ip", *line.split()], check=True)


def name_at(data, at):
    """A name of a DNS message, and where it ends. Questions are not compressed."""
    labels = []
    while at < len(data) and data[at] != 0 and data[at] < 64:
        labels.append(data[at + 1 : at + 1 + data[at]].decode("latin-1"))
        at += 1 + data[at]
    return ".".join(labels), at + 1


class Resolver:
    """Answers A questions with an address for each name; whatever else with nothing."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((RESOLVER, 53))
        self.names = {}

    def address(self, name):
        number = self.names.setdefault(name.lower(), len(self.names))
        return bytes([10, 78, 1 + number // 250, 1 + number % 250])

    def name(self, address):
        """Whose address this is, if it has been given out."""
        for name in self.names:
            if socket.inet_ntoa(self.address(name)) == address:
                return name
        return None

    def answer(self):
        data, asker = self.socket.recvfrom(4096)
        if len(data) < 12 or data[2] & 0x80:
            return
        name, at = name_at(data, 12)
        question = data[12 : at + 4]
        kind = struct.unpack("!H", data[at : at + 2])[0]
        records = b""
        if kind == 1:
            records = struct.pack("!HHHIH", 0xC00C, 1, 1, 60, 4) + self.address(name)
        header = data[:2] + struct.pack("!HHHHH", 0x8180, 1, 1 if records else 0, 0, 0)
        self.socket.sendto(header + question + records, asker)


def packet(data, resolver):
    """What an outgoing IP packet is, or None if it only answers another or goes on with it."""
    version = data[0] >> 4
    if version == 4:
        kind, source, target = data[9], data[12:16], data[16:20]
        source, target = socket.inet_ntoa(source), socket.inet_ntoa(target)
        inner = data[(data[0] & 15) * 4 :]
    elif version == 6:
        kind, source, target = data[6], data[8:24], data[24:40]
        source, target = (socket.inet_ntop(socket.AF_INET6, each) for each in (source, target))
        inner = data[40:]
    else:
        return None
    if kind in (ICMP, IGMP, ICMP6):
        return None  # The kernel's own: refusals, neighbours, groups. No browser can send any.
    if kind == 0 and version == 6:
        return None  # Likewise: hop-by-hop options, of multicast listener reports.
    if kind not in (TCP, UDP):
        return {"kind": f"ip-{kind}", "to": target}
    source_port, port = struct.unpack("!HH", inner[:4])
    seen = {"kind": "tcp" if kind == TCP else "udp", "to": target, "port": port}
    if kind == TCP:
        if inner[13] & (SYN | ACK) != SYN:
            return None
    elif source == RESOLVER and source_port == 53:
        return None
    elif port in (53, 5353):
        name, at = name_at(inner[8:], 12)
        seen |= {"kind": "dns" if port == 53 else "mdns", "name": name.lower()}
    named = resolver.name(target)
    if named:
        seen["name"] = named
    return seen


def main():
    interfaces()
    resolver = Resolver()
    # No protocol until bound, so that nothing is missed or seen twice.
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    print(json.dumps({"kind": "ready", "resolver": RESOLVER}), flush=True)
    while True:
        ready, _, _ = select.select([sys.stdin, wire, resolver.socket], [], [])
        # Packets before answers: an address is looked up after it has been given out.
        if wire in ready:
            data, (_, protocol, direction, *_) = wire.recvfrom(65536)
            if direction == PACKET_OUTGOING and data:
                seen = packet(data, resolver)
                if seen:
                    print(json.dumps(seen), flush=True)
        if resolver.socket in ready:
            resolver.answer()
        if sys.stdin in ready and not sys.stdin.buffer.read1(1):
            return


if __name__ == "__main__":
    main()

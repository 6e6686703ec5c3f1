"""How the figures of forwarding are told: what a reader asks first comes first, and every word of the table is explained below it."""

import dataclasses

from figures import Figure

FROM_SOURCE, FROM_QUEUE = "source to receiver", "queue to receiver"
WAYS = (FROM_SOURCE, FROM_QUEUE)


@dataclasses.dataclass
class Measured:
    """`rate` in events per second, from the start of the sender until the last arrival; `first` in seconds, from the same moment; `missing`: what had not
    come after `QUIET` seconds without an arrival; `memory` in MB, at most, of the process that sends."""

    rate: float
    first: float
    missing: int
    memory: float = 0.0


@dataclasses.dataclass
class Sender:
    """`promise`: what a power loss may cost. `measured`: a Measured for each of WAYS."""

    name: str
    promise: str
    measured: dict = dataclasses.field(default_factory=dict)

    @property
    def memory(self):
        return max(each.memory for each in self.measured.values())


@dataclasses.dataclass
class Surroundings:
    """What runs beside ours because it runs under Wine, in MB at most: the wineserver, which stands for the kernel; and for comparison a Windows program that only waits
    for a key."""

    wineserver: float
    idle_program: float


def ratio(ours, theirs):
    return f"{ours / theirs:6.2f} : 1" if theirs else "     - : 1"


def comparison(ours, peer):
    """Lines, ratios first."""
    lines = [f"{ours.name} : {peer.name} ({peer.promise})"]
    for way in WAYS:
        mine, other = ours.measured[way].rate, peer.measured[way].rate
        lines.append(f"  {ratio(mine, other)}  events per second, {way:18}  {mine:7.0f} /s : {other:.0f} /s")
    lines.append(f"  {ratio(ours.memory, peer.memory)}  memory at most                         {ours.memory:7.0f} MB : {peer.memory:.0f} MB")
    return lines


def figures_of(senders):
    """`senders`: ours first."""
    ours, *peers = senders
    rows = []
    for peer in peers:
        rows += [Figure("forwarding", f"events a second, {way}", ours.measured[way].rate, "", peer.name, peer.measured[way].rate) for way in WAYS]
        rows.append(Figure("forwarding", "memory at most", ours.memory, "MB", peer.name, peer.memory))
    return rows


def table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["| " + " | ".join(text.ljust(width) if column < 2 else text.rjust(width) for column, (text, width) in enumerate(zip(row, widths))) + " |" for row in rows]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]


def report(senders, surroundings, events, size, quiet):
    """Lines. `senders`: ours first. `size`: octets of an event on average."""
    ours, *peers = senders
    lines = [f"{events} events of {size:.0f} bytes on average, over mutual TLS, to one rsyslog (GnuTLS) on this machine; each sender alone, one after the other.", ""]
    for peer in peers:
        lines += comparison(ours, peer) + [""]
    rows = [("sender", "way", "events per second", "first after", "missing", "memory at most")]
    rows += [(each.name, way, f"{one.rate:.0f}", f"{one.first:.2f} s", str(one.missing), f"{one.memory:.1f} MB") for each in senders for way, one in each.measured.items()]
    return lines + table(rows) + [
        "",
        f"{FROM_SOURCE}: through the durable queue. Source of ours is the event log, of rsyslog a file that it reads.",
        f"{FROM_QUEUE}: the queue was filled before, the sender's start empties it.",
        "events per second, first after: from the start of the sender, which is in both, to the last and to the first event in the receiver's file.",
        f"missing: not there after {quiet} s without an arrival.",
        "memory at most: the greatest resident set (VmHWM) of the process that sends, whole: with its libraries and mapped files. That of ours has Wine's",
        f"  libraries in it; a program that only waits for a key (cmd.exe) has {surroundings.idle_program:.1f} MB here. Not in it is the wineserver, which stands for the Windows",
        f"  kernel and served the doubles of event log and HTTP.SYS too: {surroundings.wineserver:.1f} MB at most."]

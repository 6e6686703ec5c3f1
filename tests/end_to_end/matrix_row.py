"""One row of `./dev receivers`, and what is promised of it."""

import dataclasses

# Which proxy may confirm what its own receiver never reads, and in which trouble: the table in config/README.md. nginx whose receiver is away may end a session before
# or behind our own end; stunnel and HAProxy end one in order whose receiver dies while it waits.
LIARS = frozenset({("nginx stream, TLS", "frozen, then killed"), ("nginx stream, TLS", "away"), ("HAProxy, TLS", "away"), ("HAProxy, TCP", "away"),
                   ("stunnel", "frozen, then killed"), ("HAProxy, TLS", "frozen, then killed"), ("HAProxy, TCP", "frozen, then killed")})
# As new; the eight tries of what met with silence before they become rare (core/siem/silence.h); and one behind a wake.
MOST_COPIES = 10


@dataclasses.dataclass
class Row:
    """`produced`, `confirmed`: numbers; `arrived`: how often each number came. `repeats`: the sender sends again what was not confirmed."""

    receiver: str
    kind: str
    sender: str
    protocol: str
    trouble: str
    produced: set
    confirmed: set
    arrived: dict
    repeats: bool = True

    @property
    def lost(self):
        return self.confirmed - set(self.arrived)

    @property
    def never(self):
        return self.produced - self.confirmed - set(self.arrived) if self.repeats else set()

    @property
    def waits(self):
        return self.produced - self.confirmed

    @property
    def most(self):
        return max((count for number, count in self.arrived.items() if number in self.produced), default=0)

    @property
    def copies(self):
        return sum(count - 1 for number, count in self.arrived.items() if number in self.produced)

    def cells(self):
        return (self.receiver, self.kind, self.sender, self.protocol, self.trouble, len(self.produced), len(self.confirmed), self.copies, self.most, len(self.lost),
                len(self.never) if self.repeats else "-")


def broken_promises(row):
    """In words; empty when all were kept."""
    found = []
    if row.lost and (row.receiver, row.trouble) not in LIARS:
        found.append(f"{len(row.lost)} confirmed events are lost")
    if row.never:
        found.append(f"{len(row.never)} events were kept away from it")
    if row.most > MOST_COPIES:
        found.append(f"an event came {row.most} times")
    if not row.produced:
        found.append("nothing was sent")
    return [f"{row.receiver} ({row.sender}, {row.protocol}, {row.trouble}): {each}" for each in found]

"""What happens to receivers and senders in a loss test, at random but the same for one seed."""

import dataclasses
import random
import time


@dataclasses.dataclass(frozen=True)
class Mishap:
    """`victim`: a receiver's name, or "sender". It lasts `seconds`, and the next one begins `pause` seconds after its end."""

    what: str
    victim: str
    seconds: float
    pause: float

    def __str__(self):
        return f"{self.victim}: {self.what} for {self.seconds:.1f} s"


KILLED, FROZEN, FROZEN_AND_KILLED, RESTARTED, SWAPPED, DISK_FULL = "killed", "frozen", "frozen, then killed", "restarted", "certificate swapped", "disk full"


def schedule(seed, victims):
    """Mishaps without end. `victims`: by name, what may happen to each."""
    chance = random.Random(seed)
    names = sorted(victims)
    while True:
        victim = chance.choice(names)
        yield Mishap(chance.choice(victims[victim]), victim, chance.uniform(0.3, 4.0), chance.uniform(0.2, 1.5))


class Misfortune:
    """Does them, one after the other, without ever waiting: `go_on` begins or ends one when its time has come."""

    def __init__(self, seed, victims, begin, end):
        self._coming = schedule(seed, victims)
        self._begin, self._end = begin, end
        self._now, self._next_at = None, time.monotonic() + 1
        self.past = []

    def go_on(self):
        if time.monotonic() < self._next_at:
            return
        if self._now is None:
            self._now = next(self._coming)
            self._begin(self._now)
            self._next_at = time.monotonic() + self._now.seconds
        else:
            self.finish()

    def finish(self):
        """Ends what is under way."""
        if self._now is not None:
            self._end(self._now)
            self.past.append(self._now)
            self._next_at = time.monotonic() + self._now.pause
            self._now = None

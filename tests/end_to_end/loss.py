"""The loss test: receivers and sender suffer at random for a while under load, and then the account must balance. `./dev loss` runs it for minutes, once with our
executable and once with rsyslog as the sender, and prints both accounts.

Load for ours are events in the (doubled) event log, each with a text of its own: the way from there to the receivers is the product's. The peer reads
the same number of lines at the same rate from a file.
"""

import argparse
import contextlib
import pathlib
import shutil
import sys
import tempfile
import time

from forwarder import Forwarder
from ledger import Account, Told, table
from mishaps import KILLED, Misfortune
from peer import RsyslogForwarder
from product import create_host
from receivers.identity import CLIENT, SENDER_NAME, CertificateAuthority, Identity
from receiving_side import receiving_side
from wine_prefix import WINDOWS_BUILD

SETTLE_SECONDS = 240
INSTALLATION = "0123456789abcdef0123456789abcdef"   # of the peer's events
MOST_PRODUCED = 60000
SENDER = "sender"


def wait_until(condition, what, seconds=SETTLE_SECONDS):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(0.2)


class Ours:
    """The shipped executable with a destination for each receiver, and a queue small enough to overflow in a long outage."""

    name = "SSTP Watchdog"

    def __init__(self, folder, authority, side, queue=2000):
        self.host = create_host(folder)
        self.host.install_certificate(authority.issue(SENDER_NAME, purposes=CLIENT))
        self.forwarder = Forwarder(self.host, authority.pem)
        (self.forwarder.policy_file.parent / "hec.token").write_text("a-token")
        self.policy = {"mode": "observe", "watch": {"interval": "1h"}, "log": {"level": "info"},
                       "siem": {"maximum_queued": queue, "destinations": [self._destination(each) for each in side]}}
        self.forwarder.fresh(self.policy)
        self._touched = 0
        self.written = 0
        self.forwarder.begin()
        wait_until(lambda: self.forwarder.knows(len(side)), "every destination to be known")
        self.opened = dict(self.forwarder.ask_database("SELECT destination, cursor FROM positions"))

    @staticmethod
    def _destination(each):
        if each.transport == "https":
            return Forwarder.https(each.name, each.process.url(), "hec", token_file=r"C:\data\hec.token")
        return Forwarder.tls(each.name, each.port) if each.transport == "tls" else Forwarder.plain(each.name, "tcp", each.port)

    def produce(self, count):
        events = [{"id": 13, "provider": "Microsoft-Windows-RasSstp", "provider_guid": "{6c260f2c-049a-43d8-bf4d-d350a4e6611a}", "event_source": "RasSstp",
                   "level": 2, "data": [f"loss test {number}", ""]} for number in range(self.written + 1, self.written + count + 1)]
        self.host.ask("log.write", channel="System", events=events, repeat=1)
        self.written += count

    def kill(self):
        self.forwarder.kill()

    def start(self):
        self.forwarder.begin()

    def wake(self):
        """As an administrator who has mended something: a changed policy ends every wait."""
        self._touched += 1
        self.policy["siem"]["heartbeat"] = f"{100 + self._touched % 100}h"
        self.forwarder.write_policy(self.policy)

    def nothing_waits(self, side):
        """Each destination has confirmed, or counted as lost, whatever the journal has."""
        cursors = dict(self.forwarder.ask_database("SELECT destination, cursor FROM positions"))
        (last,), = self.forwarder.ask_database("SELECT max(sequence) FROM journal")
        return all(cursors[each.name] >= last for each in side)

    def settled(self, side):
        """Nothing waits any more, and every loss has been told."""
        untold = self.forwarder.ask_database("SELECT count(*) FROM losses WHERE total > told")[0][0]
        return untold == 0 and self.seen() == self.written and self.nothing_waits(side)

    def seen(self):
        return self.forwarder.ask_database("SELECT count(*) FROM journal WHERE type='rassstp_event_seen' AND fields LIKE '%loss test%'")[0][0]

    def accounts(self, side):
        rows = self.forwarder.journal()
        accounts = []
        for each in side:
            told = [Told(int(row.fields["count"]), int(row.fields["first_sequence"]), int(row.fields["last_sequence"])) for row in rows
                    if row.word == "events_dropped" and row.fields.get("destination") == each.name]
            arrivals = each.numbers()
            before_first = min([self.opened[each.name], *(number - 1 for number in arrivals)])
            accounts.append(Account(each.name, [row.sequence for row in rows if row.sequence > before_first], arrivals, told))
        return accounts

    def complaints(self):
        """Between event log and journal: each event once, in order, whatever died meanwhile."""
        seen = [int(row.fields["strings"].split("loss test ")[1].split()[0].rstrip(",;\"']")) for row in self.forwarder.journal()
                if row.word == "rassstp_event_seen" and "loss test" in row.fields.get("strings", "")]
        return [] if seen == list(range(1, self.written + 1)) else [f"of {self.written} events in the event log the journal has {len(seen)}, {len(set(seen))} different"]

    def close(self):
        self.forwarder.kill()
        self.host.delete()


class Peer:
    """rsyslog with a disk queue for each receiver."""

    name = "rsyslog"

    def __init__(self, folder, authority, side):
        identity = Identity(folder / "identity", authority.issue(SENDER_NAME, purposes=CLIENT), authority.pem)
        self.forwarder = RsyslogForwarder(folder / "rsyslog", identity, [(each.name, each.transport, each.port) for each in side])
        self.written = 0
        self.forwarder.start()

    def produce(self, count):
        with open(self.forwarder.source, "ab") as source:
            for number in range(self.written + 1, self.written + count + 1):
                source.write(b"<132>1 2026-11-22T20:00:00.123456Z vpn.example.com sstp-watchdog 77 rassstp_event_seen - loss test id=%s-%d\n" % (INSTALLATION.encode(), number))
        self.written += count

    def kill(self):
        self.forwarder.kill()

    def start(self):
        self.forwarder.start()

    def wake(self):
        """It has nothing to wake: its waits are a few seconds."""

    def settled(self, side):
        """Nothing has come for ten seconds."""
        counts = [len(each.numbers()) for each in side]
        time.sleep(10)
        return counts == [len(each.numbers()) for each in side]

    def accounts(self, side):
        return [Account(each.name, list(range(1, self.written + 1)), each.numbers(), []) for each in side]

    def complaints(self):
        return []

    def close(self):
        self.forwarder.kill()


def suffer(sender, side, seed, seconds, per_second, say=lambda text: None):
    """Load and mishaps for `seconds`; then everything is put right, and the sender has time to bring what waits."""
    by_name = {each.name: each for each in side}

    def begin(mishap):
        say(str(mishap))
        sender.kill() if mishap.victim == SENDER else by_name[mishap.victim].begin(mishap.what)

    def end(mishap):
        sender.start() if mishap.victim == SENDER else by_name[mishap.victim].end(mishap.what)
        if mishap.what == "certificate swapped":
            sender.wake()

    misfortune = Misfortune(seed, {SENDER: (KILLED,), **{each.name: each.may_suffer for each in side}}, begin, end)
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        misfortune.go_on()
        due = min(int(passed * per_second), MOST_PRODUCED) - sender.written
        if due > 0:
            sender.produce(min(due, 500))
        time.sleep(0.05)
    misfortune.finish()
    sender.wake()
    say(f"{sender.written} events and {len(misfortune.past)} mishaps; everything is put right, waiting for what waits")
    deadline = time.monotonic() + SETTLE_SECONDS
    while not sender.settled(side) and time.monotonic() < deadline:
        time.sleep(0.5)
    return misfortune.past


@contextlib.contextmanager
def scene(kind, **options):
    """A sender and its receivers, all of them running; they end with it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="loss-"))
    sender, side = None, []
    try:
        keys = WINDOWS_BUILD / "wine" / "test_keys"
        authority = CertificateAuthority(folder / "authority", keys)
        side = receiving_side(folder, authority, CertificateAuthority(folder / "strangers", keys, "Nobody's CA"), https=kind is Ours)
        for each in side:
            each.process.start()
        sender = kind(folder / "sender", authority, side, **options)
        yield sender, side
    finally:
        if sender is not None:
            sender.close()
        for each in side:
            each.process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def judged(sender, side):
    """(accounts, complaints)."""
    accounts = sender.accounts(side)
    return accounts, sender.complaints() + [complaint for each in accounts for complaint in each.complaints()]


def run(kind, seed, seconds, per_second, say=lambda text: None, **options):
    """(accounts, complaints, mishaps) of one sender."""
    with scene(kind, **options) as (sender, side):
        mishaps = suffer(sender, side, seed, seconds, per_second, say)
        return *judged(sender, side), mishaps


def overflow(queue=200, stays="rsyslog-openssl", say=lambda text: None):
    """(accounts, complaints) after all receivers but one were away for longer than the queue holds, and our process was killed meanwhile. The receivers leave and return when nothing
    is under way: then no event both arrives and falls out of the queue, and the account must balance to the last event."""
    with scene(Ours, queue=queue) as (sender, side):
        away, there = [each for each in side if each.name != stays], [each for each in side if each.name == stays]

        def produce(count):
            sender.produce(count)
            wait_until(lambda: sender.seen() == sender.written and sender.nothing_waits(there), f"what was produced to be at {stays}")

        produce(queue // 2)
        wait_until(lambda: sender.settled(side), "everybody to have everything")
        for each in away:
            each.process.stop()
        say(f"{len(away)} receivers are away; {stays} is not")
        for wave in range(6):
            produce(queue // 2)
            if wave == 3:
                sender.kill()
                sender.start()
        say(f"{sender.written} events for queues of {queue}; the receivers return")
        for each in away:
            each.process.start()
        sender.wake()
        wait_until(lambda: sender.nothing_waits(side), "what waits to arrive")
        produce(queue // 4)
        say("waiting until all that fell out is told: after a first notice that takes a minute")
        wait_until(lambda: sender.settled(side), "everything to be told")
        return judged(sender, side)


def main():
    parser = argparse.ArgumentParser(prog="./dev loss", description="Events under load while receivers and sender suffer at random; ours, and rsyslog beside it.")
    parser.add_argument("--minutes", type=float, default=5, help="of suffering, for each of the two senders (5)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=int, default=100, help="events per second (100)")
    parser.add_argument("--queue", type=int, default=2000, help="what ours may keep for each destination, in events (2000); with few, mishaps cost some, which must be told")
    parser.add_argument("--only", choices=("ours", "peer"))
    arguments = parser.parse_args()
    rows, bad = [], []
    for kind, word in ((Ours, "ours"), (Peer, "peer")):
        if arguments.only not in (None, word):
            continue
        print(f"{kind.name}: {arguments.minutes:g} minutes, seed {arguments.seed}", flush=True)
        accounts, complaints, mishaps = run(kind, arguments.seed, arguments.minutes * 60, arguments.rate, lambda text: print("  " + text, flush=True),
                                            **({"queue": arguments.queue} if kind is Ours else {}))
        rows += [(kind.name, each) for each in accounts]
        if kind is Ours:
            bad = complaints
    print("\n".join(table(rows)))
    for complaint in bad:
        print("DOES NOT BALANCE: " + complaint)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

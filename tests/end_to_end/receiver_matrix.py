"""Receiver x TLS version x trouble: what was confirmed, how many copies there were, what was lost and what was never sent. `./dev receivers`.

Each trouble is a run of its own, with all receivers as destinations at once; in the end everybody is put right, as an administrator would. The sender is the shipped
executable, with the TLS that Wine's Schannel has (1.2 with Wine 8), and beside it for TLS 1.3 a stand-in that ends its sessions as service/tls does, a session for each
event, none twice. An event is lost when it was confirmed and nobody has it: only a proxy that lies can do that, and config/README.md names which. It is never sent
when it has not reached a receiver that was there in the end.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import json
import pathlib
import ssl
import sys
import tempfile
import time

from field_side import field_side
from loss import Ours, wait_until
from matrix_row import LIARS, MOST_COPIES, Row, broken_promises
from receivers.identity import CLIENT, SENDER_NAME, CertificateAuthority, Identity
from session_sender import Sender
from wine_prefix import WINDOWS_BUILD

TROUBLES = ("none", "away", "frozen", "frozen, then killed")
COLUMNS = "{:<26}{:<17}{:<9}{:<23}{:<20}{:>7}{:>10}{:>7}{:>6}{:>6}{:>6}"
STAND_IN = "f" * 32     # its installation id
PUT_RIGHT_SECONDS = 20  # of suffering behind the last event: a silent receiver costs 10 s an attempt
SETTLE_SECONDS = 90


class Program(Ours):
    """The shipped executable with these as its destinations."""

    @staticmethod
    def _destination(each):
        return each.destination()

    def positions(self):
        return {name: (cursor, json.loads(attempt)) for name, cursor, attempt in self.forwarder.ask_database("SELECT destination, cursor, last_attempt FROM positions")}

    def rows(self, trouble, everyone):
        installation, positions = self.forwarder.installation_id(), self.positions()
        (last,), = self.forwarder.ask_database("SELECT max(sequence) FROM journal")
        for each in everyone:
            cursor, attempt = positions[each.name]
            produced = set(range(self.opened[each.name] + 1, last + 1))
            yield Row(each.name, each.kind, "program", attempt.get("protocol") or "-", trouble, produced, {number for number in produced if number <= cursor},
                      each.arrivals(installation))


class StandIn:
    """Each event is sent to every TLS receiver in a session of its own, over TLS 1.3, once."""

    def __init__(self, authority, client, everyone):
        self.everyone = [each for each in everyone if each.transport == "tls"]
        self.senders = {each.name: Sender(ssl.TLSVersion.TLSv1_3, authority.folder / "ca.pem") for each in self.everyone}
        for each in self.everyone:
            if each.presents:
                self.senders[each.name].present(client)
        self.confirmed = collections.defaultdict(set)
        self.written = 0
        self.sending = concurrent.futures.ThreadPoolExecutor(32)
        self.under_way = []

    def produce(self):
        self.written += 1
        self.under_way += [self.sending.submit(self._send, each, self.written) for each in self.everyone]

    def _send(self, each, number):
        message = b"<134>1 2026-11-22T20:00:00.123456Z vpn.example.com sstp-watchdog 77 heartbeat - stand-in id=%s-%d" % (STAND_IN.encode(), number)
        with contextlib.suppress(OSError):
            answer = self.senders[each.name].send(each.port, b"%d %s" % (len(message), message) if each.octet_counted else message + b"\n")
            if Sender.confirmed(answer) or each.more.get("confirmation") == "sent" and answer == "silence":
                self.confirmed[each.name].add(number)

    def end(self):
        concurrent.futures.wait(self.under_way)
        self.sending.shutdown()

    def rows(self, trouble):
        for each in self.everyone:
            yield Row(each.name, each.kind, "stand-in", "TLS 1.3", trouble, set(range(1, self.written + 1)), self.confirmed[each.name], each.arrivals(STAND_IN), repeats=False)


def suffer(trouble, everyone):
    for each in everyone:
        if trouble == "away":
            each.back.kill()
        elif trouble != "none":
            each.back.freeze()


def put_right(trouble, everyone):
    for each in everyone:
        if trouble == "frozen":
            each.back.thaw()
        elif trouble == "frozen, then killed":
            each.back.kill()
        if not each.back.runs:
            each.back.start()


def settled(program, trouble, everyone):
    """Nobody waits for anything: what waits at one that never confirms has arrived."""
    return not any(row.never or row.waits and set(row.produced) - set(row.arrived) for row in program.rows(trouble, everyone))


def one(trouble, seconds):
    with tempfile.TemporaryDirectory(prefix="receiver-matrix-") as name, contextlib.ExitStack() as ends:
        folder = pathlib.Path(name)
        authority = CertificateAuthority(folder / "authority", WINDOWS_BUILD / "wine" / "test_keys")
        everyone = field_side(folder, authority)
        for each in everyone:
            each.start()
            ends.callback(each.kill)
        stand_in = StandIn(authority, Identity(folder / "client", authority.issue(SENDER_NAME, purposes=CLIENT), authority.pem), everyone)
        program = Program(folder, authority, everyone)
        ends.callback(program.close)
        for second in range(seconds):
            if second == seconds // 4:
                suffer(trouble, everyone)
            program.produce(1)
            stand_in.produce()
            time.sleep(1)
        wait_until(lambda: program.seen() == program.written, "the events to be read")
        stand_in.end()
        if trouble != "none":
            time.sleep(PUT_RIGHT_SECONDS)
            put_right(trouble, everyone)
            program.wake()
        with contextlib.suppress(TimeoutError):
            wait_until(lambda: settled(program, trouble, everyone), "everything to arrive", SETTLE_SECONDS)
        yield from program.rows(trouble, everyone)
        yield from stand_in.rows(trouble)


def main():
    arguments = argparse.ArgumentParser(prog="./dev receivers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=int, default=20, help="of events in each run, one a second (20)")
    arguments.add_argument("--trouble", choices=TROUBLES, action="append", help="only these")
    given = arguments.parse_args()
    print(COLUMNS.format("receiver", "kind", "sender", "protocol", "trouble", "events", "confirmed", "copies", "most", "lost", "never"), flush=True)
    broken = []
    for trouble in given.trouble or TROUBLES:
        for row in one(trouble, given.seconds):
            print(COLUMNS.format(*row.cells()), flush=True)
            broken += broken_promises(row)
    print(f"\nPromised: nothing is never sent; no event comes more than {MOST_COPIES} times; only these lose what they confirmed: "
          + "; ".join(f"{name} ({trouble})" for name, trouble in sorted(LIARS)) + ".")
    print("\n".join(["BROKEN: " + each for each in broken] or ["Every promise was kept."]))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

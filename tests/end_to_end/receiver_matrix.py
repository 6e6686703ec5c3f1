"""Receiver x TLS version x trouble: what the shipped executable confirmed, how many copies there were, what was lost and what was never sent. `./dev receivers`.

Each trouble is a run of its own, with all receivers as destinations at once; the TLS version is the one that was negotiated (Wine 8's Schannel has 1.2, Wine 10's
1.3). An event is lost when it was confirmed and nobody has it: only a proxy that lies can do that.
"""

import argparse
import collections
import contextlib
import dataclasses
import json
import pathlib
import re
import tempfile
import time

from forwarder import Forwarder
from loss import Ours, wait_until
from product import create_host
from receivers.field import HaProxy, LineReceiver, Nginx, Stunnel
from receivers.identity import CLIENT, SENDER_NAME, SERVER_NAME, CertificateAuthority, Identity
from receivers.rsyslog import Rsyslog
from receivers.syslog_ng import SyslogNg
from wine_prefix import WINDOWS_BUILD

EVENT_ID = re.compile(rb"[0-9a-f]{32}-(\d+)")
TROUBLES = ("none", "away", "frozen", "frozen, then killed")
AT_REST_SECONDS = 25       # a silent receiver costs 10 s an attempt
COLUMNS = "{:<28}{:<24}{:<22}{:>9}{:>10}{:>8}{:>7}{:>12}{:>7}"


@dataclasses.dataclass
class Standing:
    """One receiver as a sender sees it. `front`: what is connected to; `back`: who keeps the lines, and has the trouble."""

    name: str
    transport: str
    front: object
    back: object
    port: int
    file: pathlib.Path
    more: dict

    def destination(self):
        if self.transport == "tls":
            return Forwarder.tls(self.name, self.port, **self.more)
        return Forwarder.plain(self.name, "tcp", self.port, **self.more)

    def arrivals(self):
        text = self.file.read_bytes() if self.file.exists() else b""
        return collections.Counter(int(found[-1]) for line in text.split(b"\n") if (found := EVENT_ID.findall(line)))


def standing(folder, authority):
    """All of them, started."""
    def identity(name):
        return Identity(folder / f"{name}-identity", authority.issue(SERVER_NAME), authority.pem)

    lf = {"framing": "lf", "client_certificate": "none"}
    everyone = []
    for driver in ("gnutls", "openssl"):
        process = Rsyslog(folder / driver, identity(driver), driver, [SENDER_NAME])
        everyone.append(Standing(f"rsyslog, {driver}", "tls", process, process, process.port["tls"], process.file("tls"), {}))
    process = SyslogNg(folder / "syslog-ng", identity("syslog-ng"))
    everyone.append(Standing("syslog-ng", "tls", process, process, process.port["tls"], process.file("tls"), {}))
    for manner in ("ends", "ends_at_fin", "never_ends"):
        process = LineReceiver(folder / manner, manner, identity(manner))
        everyone.append(Standing(f"imitation: {manner}", "tls", process, process, process.port, process.file_in(folder / manner), lf))
    process = LineReceiver(folder / "sent", "never_ends", identity("sent"))
    everyone.append(Standing("never_ends, with \"sent\"", "tls", process, process, process.port, process.file_in(folder / "sent"), {**lf, "confirmation": "sent"}))
    for proxy in (Stunnel, Nginx, HaProxy):
        backend = LineReceiver(folder / f"behind-{proxy.__name__}")
        front = proxy(folder / proxy.__name__, identity(proxy.__name__), backend.port)
        everyone.append(Standing(f"behind {proxy.__name__}, TLS", "tls", front, backend, front.port, backend.file_in(backend.folder), lf))
    backend = LineReceiver(folder / "behind-tcp")
    front = HaProxy(folder / "HaProxy-tcp", None, backend.port)
    everyone.append(Standing("behind HaProxy, TCP", "tcp", front, backend, front.port, backend.file_in(backend.folder), {"framing": "lf"}))
    for each in everyone:
        each.back.start()
        if each.front is not each.back:
            each.front.start()
    return everyone


class Run(Ours):
    """The shipped executable with these as its destinations."""

    @staticmethod
    def _destination(each):
        return each.destination()

    def positions(self):
        return {name: (cursor, confirmed, json.loads(attempt))
                for name, cursor, confirmed, attempt in self.forwarder.ask_database("SELECT destination, cursor, confirmed, last_attempt FROM positions")}


def suffer(trouble, everyone):
    for each in everyone:
        if trouble == "away":
            each.back.kill()
        elif trouble != "none":
            each.back.freeze()


def recover(trouble, everyone):
    for each in everyone:
        if trouble == "frozen":
            each.back.thaw()
        elif trouble == "frozen, then killed":
            each.back.kill()


def rows(trouble, everyone, run):
    last = run.forwarder.ask_database("SELECT max(sequence) FROM journal")[0][0]
    positions = run.positions()
    for each in everyone:
        cursor, _, attempt = positions[each.name]
        arrived, opened = each.arrivals(), run.opened[each.name]
        produced, confirmed = set(range(opened + 1, last + 1)), set(range(opened + 1, cursor + 1))
        copies = {number: count for number, count in arrived.items() if number in produced}
        yield (each.name, attempt.get("protocol") or "-", trouble, len(produced), len(confirmed), sum(copies.values()) - len(copies), max(copies.values(), default=0),
               len(confirmed - set(arrived)), len(produced - confirmed - set(arrived)))


def one(trouble, seconds, per_second):
    with tempfile.TemporaryDirectory(prefix="receiver-matrix-") as name, contextlib.ExitStack() as ends:
        folder = pathlib.Path(name)
        authority = CertificateAuthority(folder / "authority", WINDOWS_BUILD / "wine" / "test_keys")
        everyone = standing(folder, authority)
        for each in everyone:
            ends.callback(each.front.kill)
            ends.callback(each.back.kill)
        run = Run(folder, authority, everyone)
        ends.callback(run.host.close)
        ends.callback(run.kill)
        for second in range(seconds):
            if second == seconds // 4:
                suffer(trouble, everyone)
            run.produce(per_second)
            time.sleep(1)
        wait_until(lambda: run.forwarder.ask_database("SELECT count(*) FROM journal")[0][0] >= seconds * per_second, "the events to be read")
        time.sleep(AT_REST_SECONDS)
        recover(trouble, everyone)
        if trouble == "frozen":
            run.wake()
        time.sleep(AT_REST_SECONDS)
        yield from rows(trouble, everyone, run)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=int, default=40, help="of events in each run")
    arguments.add_argument("--per-second", type=int, default=2)
    arguments.add_argument("--trouble", choices=TROUBLES, action="append", help="only these")
    given = arguments.parse_args()
    print(COLUMNS.format("receiver", "protocol", "trouble", "events", "confirmed", "copies", "most", "lost", "never"))
    for trouble in given.trouble or TROUBLES:
        for row in one(trouble, given.seconds, given.per_second):
            print(COLUMNS.format(*row), flush=True)


if __name__ == "__main__":
    main()

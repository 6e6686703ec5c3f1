"""What forwarding costs: ours and rsyslog with a disk queue, on the same machine in the same run, to the same receiver over mutual TLS.

Two measurements each: from the source (events in the event log; lines in a file) through the durable queue to the receiver, and the emptying of a queue
that was filled before. rsyslog is measured twice: synced at every message, which is what our commits promise, and as it is without (a power loss
then costs it messages). `forwarding_report` is how the figures are told."""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from figures import tell
from forwarder import Forwarder
from forwarding_report import FROM_QUEUE, FROM_SOURCE, Measured, Sender, Surroundings, figures_of, report
from peer import RsyslogForwarder
from product import create_host
from receivers.identity import CLIENT, SENDER_NAME, SERVER_NAME, CertificateAuthority, Identity
from receivers.rsyslog import Rsyslog
from wine_prefix import WINDOWS_BUILD

PATIENCE = 600
QUIET = 30


class Arrivals:
    """Counts lines of a growing file without reading it anew."""

    def __init__(self, file):
        self._file, self._read, self.count = file, 0, 0

    def look(self):
        if self._file.exists():
            with open(self._file, "rb") as file:
                file.seek(self._read)
                while data := file.read(1 << 20):
                    self._read += len(data)
                    self.count += data.count(b"\n")
        return self.count


def measure(receiver, count, start):
    arrivals = Arrivals(receiver.file("tls"))
    before, began = arrivals.look(), time.monotonic()
    first = last = None
    arrived = 0
    start()
    while arrived < count:
        now = time.monotonic()
        if (seen := arrivals.look() - before) > arrived:
            arrived, last = seen, now
            first = first or now
        if now - (last or began + 50) > QUIET:
            break
        time.sleep(0.01)
    if not arrived:
        raise TimeoutError("nothing arrived")
    return Measured(arrived / (last - began), first - began, max(0, count - arrived))


def memory(pid):
    """The greatest resident set of a process so far, in MB: what the kernel counts as VmHWM, with libraries and mapped files."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)


class Ours:
    name, promise = "SSTP Watchdog", "a power loss costs nothing that was taken"

    def __init__(self, folder, authority, receiver):
        self.host = create_host(folder)
        self.host.install_certificate(authority.issue(SENDER_NAME, purposes=CLIENT))
        self.forwarder = Forwarder(self.host, authority.pem)
        self.forwarder.fresh({"mode": "observe", "watch": {"interval": "1h"}, "log": {"level": "info"},
                              "siem": {"destinations": [Forwarder.tls("soc", receiver.port["tls"])]}})
        self.forwarder.begin()
        self._until_empty()
        self.forwarder.end()

    def _until_empty(self):
        deadline = time.monotonic() + PATIENCE
        while not (self.forwarder.knows(1) and self.forwarder.queues_are_empty()):
            if time.monotonic() > deadline:
                raise TimeoutError("the queue does not become empty")
            time.sleep(0.1)

    def from_source(self, receiver, count):
        for begin in range(0, count, 1000):
            self.host.ask("log.write", channel="System", repeat=1, events=[
                {"id": 13, "provider": "Microsoft-Windows-RasSstp", "provider_guid": "{6c260f2c-049a-43d8-bf4d-d350a4e6611a}", "event_source": "RasSstp", "level": 2,
                 "data": [f"benchmark {number}", ""]} for number in range(begin, min(begin + 1000, count))])
        measured = measure(receiver, count, self.forwarder.begin)
        measured.memory = memory(self.forwarder.running.pid)
        self._until_empty()
        self.forwarder.end()
        return measured

    def from_queue(self, receiver, count):
        now = int(time.time() * 1000)
        self.forwarder.append([("step_done", now + number, "A step was made and read back.", {"heal_id": f"heal-{number}", "reason": "binding_mismatch", "step": "1", "steps": "3",
                                "action": "bind", "subject": "0.0.0.0:443", "outcome": "done", "certificate_sha256": "AB" * 32}) for number in range(count)])
        measured = measure(receiver, count, self.forwarder.begin)
        measured.memory = memory(self.forwarder.running.pid)
        self._until_empty()
        self.forwarder.end()
        return measured

    def surroundings(self):
        return Surroundings(memory(self.host.prefix.process_id("wineserver")), self._idle_program())

    def _idle_program(self):
        """A command interpreter that has said its first word and waits."""
        idle = subprocess.Popen(["wine", "cmd.exe"], env=self.host.prefix.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            idle.stdout.read(1)
            return memory(idle.pid)
        finally:
            idle.kill()
            idle.communicate()

    def close(self):
        self.forwarder.kill()
        self.host.delete()


class Peer:
    def __init__(self, folder, authority, receiver, careful, sample):
        self.name = "rsyslog, synced" if careful else "rsyslog, not synced"
        self.promise = "disk queue synced at every message: the same promise" if careful else "disk queue not synced: a power loss costs messages"
        identity = Identity(folder / "identity", authority.issue(SENDER_NAME, purposes=CLIENT), authority.pem)
        self.forwarder = RsyslogForwarder(folder / "rsyslog", identity, [("soc", "tls", receiver.port["tls"])], careful)
        self._sample = sample

    def _produce(self, count):
        with open(self.forwarder.source, "ab") as source:
            source.writelines(self._sample[number % len(self._sample)] + b"\n" for number in range(count))

    def from_source(self, receiver, count):
        self._produce(count)
        measured = measure(receiver, count, self.forwarder.start)
        measured.memory = memory(self.forwarder.pid)
        self.forwarder.stop()
        return measured

    def from_queue(self, receiver, count):
        """The queue is filled while the receiver is away."""
        receiver.stop()
        self._produce(count)
        self.forwarder.start()
        queued, deadline = self.forwarder.folder / "work", time.monotonic() + PATIENCE
        size = -1
        while size != (size := sum(file.stat().st_size for file in queued.glob("soc.0*"))) or size == 0:
            if time.monotonic() > deadline:
                raise TimeoutError("the queue is never filled")
            time.sleep(2)
        self.forwarder.stop()
        receiver.start()
        measured = measure(receiver, count, self.forwarder.start)
        measured.memory = memory(self.forwarder.pid)
        self.forwarder.stop()
        return measured

    def close(self):
        self.forwarder.kill()


def run(count, say):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
    keys = WINDOWS_BUILD / "wine" / "test_keys"
    authority = CertificateAuthority(folder / "authority", keys)
    receiver = Rsyslog(folder / "receiver", Identity(folder / "identity", authority.issue(SERVER_NAME), authority.pem), "gnutls", [SENDER_NAME], plain=True)
    told, senders = [], []

    def measure_both(sender):
        say(f"{sender.name}: {count} events from the source, then {count} from a full queue")
        told.append(Sender(sender.name, sender.promise, {FROM_SOURCE: sender.from_source(receiver, count), FROM_QUEUE: sender.from_queue(receiver, count)}))

    try:
        receiver.start()
        senders.append(Ours(folder / "ours", authority, receiver))
        measure_both(senders[0])
        surroundings = senders[0].surroundings()
        sample = receiver.messages("tls")[-1000:]
        for careful in (True, False):
            senders.append(Peer(folder / f"peer-{careful}", authority, receiver, careful, sample))
            measure_both(senders[-1])
        return told, surroundings, sum(map(len, sample)) / len(sample)
    finally:
        for each in senders:
            each.close()
        receiver.kill()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--events", type=int, default=5000, help="to each measurement (5000)")
    arguments = parser.parse_args()
    told, surroundings, size = run(arguments.events, lambda text: print("  " + text, flush=True))
    tell(*figures_of(told))
    print("\n" + "\n".join(report(told, surroundings, arguments.events, size, QUIET)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The receivers of a loss test with all that can happen to them."""

import re

from mishaps import DISK_FULL, FROZEN, FROZEN_AND_KILLED, KILLED, RESTARTED, SWAPPED
from receivers.https import HttpsCollector
from receivers.identity import SENDER_NAME, SERVER_NAME, Identity
from receivers.rsyslog import Rsyslog
from receivers.syslog_ng import SyslogNg

EVENT_ID = re.compile(rb"([0-9a-f]{32})-(\d+)")
ALL = (KILLED, FROZEN, FROZEN_AND_KILLED, RESTARTED, SWAPPED, DISK_FULL)


class Receiving:
    """One receiver behind one transport. `transport`: tls, tcp or https."""

    def __init__(self, name, process, transport, identity, other_certificate, may_suffer):
        self.name, self.process, self.transport, self.may_suffer = name, process, transport, may_suffer
        self._identity, self._good, self._other = identity, identity.certificate, other_certificate

    @property
    def port(self):
        return self.process.port if self.transport == "https" else self.process.port[self.transport]

    def numbers(self):
        """Of the events as they arrived, repetitions included."""
        if self.transport == "https":
            return [int(match[2]) for body in self.process.bodies() for match in re.finditer(rb'"id": ?"([0-9a-f]{32})-(\d+)"', body)]
        # The last in a line: a disk that was full in the middle of a line leaves the first part of it before the repetition.
        found = (EVENT_ID.findall(line) for line in self.process.messages(self.transport))
        return [int(ids[-1][1]) for ids in found if ids]

    def begin(self, what):
        if what in (KILLED, RESTARTED, FROZEN_AND_KILLED, SWAPPED):
            if what == FROZEN_AND_KILLED:
                self.process.freeze()
            else:
                self.process.kill() if what == KILLED else self.process.stop()
            if what == SWAPPED:
                self._identity.put(self._other)
                self.process.start()
        elif what == FROZEN:
            self.process.freeze()
        elif what == DISK_FULL:
            self.process.fill_disk(self.file())

    def end(self, what):
        if what == FROZEN_AND_KILLED:
            self.process.kill()
        elif what == SWAPPED:
            self.process.stop()
            self._identity.put(self._good)
        elif what == FROZEN:
            self.process.thaw()
        elif what == DISK_FULL:
            self.process.free_disk()
        if not self.process.runs:
            self.process.start()

    def file(self):
        return self.process.stored_file() if self.transport == "https" else self.process.file(self.transport)


def receiving_side(folder, authority, others, https=True):
    """All of them, not started. `others` is an authority that nobody trusts."""
    def identity(name):
        return Identity(folder / f"{name}-identity", authority.issue(SERVER_NAME), authority.pem)

    stranger = others.issue(SERVER_NAME)
    side = []
    for driver in ("gnutls", "openssl"):
        mine = identity(driver)
        side.append(Receiving(f"rsyslog-{driver}", Rsyslog(folder / driver, mine, driver, [SENDER_NAME]), "tls", mine, stranger, ALL))
    mine = identity("tcp")
    side.append(Receiving("rsyslog-tcp", Rsyslog(folder / "tcp", mine), "tcp", mine, stranger, tuple(each for each in ALL if each != SWAPPED)))
    # Killed, it loses what it had taken and not yet written, whoever sent it: its file destination has a queue in memory that no option removes.
    mine = identity("syslog-ng")
    side.append(Receiving("syslog-ng", SyslogNg(folder / "syslog-ng", mine), "tls", mine, stranger, (FROZEN, RESTARTED, SWAPPED)))
    if https:
        mine = identity("https")
        side.append(Receiving("https", HttpsCollector(folder / "https", mine), "https", mine, stranger, ALL))
    return side

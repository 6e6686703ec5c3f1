"""Receivers that take nothing, and a network in which names are not resolved: what a SIEM looks like from a server that is cut off."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile

OWN_NAMES = "SSTP_OWN_NAMES"    # set where this process has a network and a list of resolvers of its own


def with_names_of_our_own():
    """Starts this program again where only loopback is and every question for a name goes to 127.0.0.1. False where the machine does not let us."""
    if os.environ.get(OWN_NAMES):
        return True
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip", path=f"{os.environ.get('PATH', '')}:/sbin:/usr/sbin"):
        return False
    with tempfile.NamedTemporaryFile("w", prefix="resolv-", suffix=".conf", delete=False) as resolvers:
        resolvers.write("nameserver 127.0.0.1\n")
    enter = 'PATH="$PATH:/sbin:/usr/sbin" ip link set lo up && mount --bind "$0" /etc/resolv.conf && rm -f "$0" && exec "$@"'
    done = subprocess.run(["unshare", "--net", "--mount", "sh", "-c", enter, resolvers.name, sys.executable, *sys.argv], env={**os.environ, OWN_NAMES: "1"}, check=False)
    sys.exit(done.returncode)


class BlackHoles(contextlib.ExitStack):
    """Ports on loopback, for as long as this is entered."""

    def __enter__(self):
        super().__enter__()
        self.silent = self._listening(backlog=128)      # takes the connection, and never a byte or a word of it
        self.deaf = self._listening(backlog=0)          # its queue is full: the next connection is never answered
        for _ in range(4):
            waiting = self.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", self.deaf))
        self.asked = self._resolver() if os.environ.get(OWN_NAMES) else None
        return self

    def _listening(self, backlog):
        listener = self.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(backlog)
        return listener.getsockname()[1]

    def _resolver(self):
        """Hears every question, and answers none."""
        resolver = self.enter_context(socket.socket(type=socket.SOCK_DGRAM))
        resolver.bind(("127.0.0.1", 53))
        resolver.setblocking(False)
        return resolver

    def questions(self):
        """For names, heard since the last time."""
        count = 0
        with contextlib.suppress(BlockingIOError):
            while self.asked and self.asked.recv(4096):
                count += 1
        return count

    def destinations(self):
        """One of each transport and each way to vanish; each with a name, so that the status tells them apart."""
        return [{"name": "deaf-tcp", "transport": "tcp", "hosts": [f"127.0.0.1:{self.deaf}"]},
                {"name": "silent-tls", "transport": "tls", "hosts": [f"127.0.0.1:{self.silent}"]},
                {"name": "silent-https", "type": "https", "url": f"https://127.0.0.1:{self.silent}/services/collector", "profile": "json"},
                {"name": "nameless-tls", "transport": "tls", "hosts": ["siem.example.invalid:6514"]},
                {"name": "nameless-udp", "transport": "udp", "hosts": ["siem.example.invalid:514"]},
                {"name": "nameless-https", "type": "https", "url": "https://siem.example.invalid/events", "profile": "json"}]

"""Ports of this machine for tests that run side by side, in this clone and in others."""

import fcntl
import pathlib
import random
import socket
import tempfile

_taken = {}  # port to the open file whose lock makes it ours as long as this process lives


def _lock(port, wait):
    folder = pathlib.Path(tempfile.gettempdir()) / "sstp-watchdog-ports"
    folder.mkdir(exist_ok=True)
    file = open(folder / str(port), "w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        file.close()
        return False
    _taken[port] = file
    return True


def take_port(port):
    """Waits until no other test has it."""
    if port not in _taken:
        _lock(port, wait=True)


def free_port():
    """One that nobody uses, nor will before this process ends. Below the range from which the kernel takes the ports of clients: it stays ours
    while a server of ours is down."""
    while True:
        port = random.SystemRandom().randrange(20000, 30000)
        if port in _taken or not _lock(port, wait=False):
            continue
        try:
            for family in (socket.AF_INET, socket.AF_INET6):
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    with socket.socket(family, kind) as probe:
                        probe.bind(("", port))
        except OSError:
            continue
        return port

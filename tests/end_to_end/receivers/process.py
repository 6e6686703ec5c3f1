"""A receiver's process: started until it listens, killed, frozen, filled up, and always ended by its own id."""

import contextlib
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "rras_host"))
from ports import free_port  # noqa: E402, F401  (the path has to be known first; receivers take it from here)

START_SECONDS = 30
STOP_SECONDS = 10


class ReceiverFailed(RuntimeError):
    """The receiver did not start or ended by itself; the text has what it said."""


class Process:
    """One program with a configuration. `ports` are those on which it must listen before start() returns: ("tcp", 20514)."""

    def __init__(self, folder, command, ports):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.command, self.ports = command, ports
        self._process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def said(self):
        path = self.folder / "said.txt"
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def pid(self):
        return self._process.pid

    @property
    def runs(self):
        return self._process is not None and self._process.poll() is None

    def start(self):
        with open(self.folder / "said.txt", "ab") as said:
            # It ends with us, whatever ends us. SIGXFSZ stays ignored, as Python has it: a file that must not grow is an error to a write.
            self._process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, self.command)], stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                                             cwd=self.folder, restore_signals=False)
        deadline = time.monotonic() + START_SECONDS
        while not all(listens(protocol, port) for protocol, port in self.ports):
            if not self.runs or time.monotonic() > deadline:
                self.kill()
                raise ReceiverFailed(f"{self.command[0]} did not come to listen on {self.ports}:\n{self.said[-4000:]}")
            time.sleep(0.02)

    def stop(self):
        """As a service manager stops it: asked first."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_SECONDS)
            self._process = None

    def freeze(self):
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._process.send_signal(signal.SIGCONT)

    def writers(self):
        """Ids of the processes that write what arrives."""
        return [self.pid]

    def fill_disk(self, file):
        """The file may not grow beyond what it is: every write fails (EFBIG), as on a full disk (ENOSPC)."""
        self._limit(file.stat().st_size if file.exists() else 0)

    def free_disk(self):
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size):
        for process in self.writers():
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def listens(protocol, port):
    """Looked up in the kernel's tables: a connection made to find out would be one more for the receiver to judge."""
    wanted = f":{port:04X}"
    for family in ("", "6"):
        for line in pathlib.Path(f"/proc/net/{protocol}{family}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[1].endswith(wanted) and (protocol == "udp" or fields[3] == "0A"):
                return True
    return False


def lines(path):
    """Whole lines of a file that may still be written, without their ends."""
    if not path.exists():
        return []
    return path.read_bytes().split(b"\n")[:-1]


def program(name):
    """Daemons live in sbin, which is not in everybody's path."""
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        raise ReceiverFailed(f"{name} is not installed; ./dev test installs it")
    return found

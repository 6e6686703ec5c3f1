"""What a Windows program does that concerns its target area, as Wine's own trace says: listening sockets, child processes, loaded DLLs."""

import contextlib
import re
import subprocess

CHANNELS = "-all,trace+winsock,trace+process,trace+loaddll"
STARTED = re.compile(r'trace:process:CreateProcessInternalW app L"(?P<program>.*?)" cmdline|trace:process:CreateProcessInternalW app \(null\) cmdline L"(?P<line>.*?)"')
LOADED = re.compile(r'trace:loaddll:build_module Loaded L"(?P<path>.*?)" at')
LISTENS = "trace:winsock:listen "
ANY_SOCKET_CALL = "trace:winsock:"


class Observed:
    """One program from its start to its end. `listening`, `started` and `loaded` are right once it has ended."""

    def __init__(self, prefix, trace_file):
        self._prefix, self._file = prefix, trace_file

    @contextlib.contextmanager
    def running(self, *command, **options):
        """The process; whatever is still to be done to end it, the caller does."""
        with open(self._file, "wb") as trace:
            with subprocess.Popen(self._prefix.as_administrator(command), env=self._prefix.environment(WINEDEBUG=CHANNELS), stdin=subprocess.DEVNULL, stdout=trace,
                                  stderr=trace, start_new_session=True, **options) as process:
                try:
                    yield process
                finally:
                    process.kill()

    def run(self, *command, timeout=180, **options):
        """A program that ends by itself. Returns its exit code."""
        with self.running(*command, **options) as process:
            return process.wait(timeout)

    @property
    def text(self):
        return self._file.read_text(errors="replace")

    @property
    def listening(self):
        return [line for line in self.text.splitlines() if LISTENS in line]

    @property
    def started(self):
        """Programs or command lines of child processes."""
        begun = [(found["program"] or found["line"]).replace(r"\\", "\\") for found in STARTED.finditer(self.text)]
        return begun[1:] if self._prefix.starts_through_elevated else begun   # the program itself

    @property
    def loaded(self):
        """Paths of the program and its DLLs."""
        paths = [found["path"].replace(r"\\", "\\") for found in LOADED.finditer(self.text)]
        return [path for path in paths if not path.endswith(r"\elevated.exe")]

    @property
    def used_sockets(self):
        return ANY_SOCKET_CALL in self.text

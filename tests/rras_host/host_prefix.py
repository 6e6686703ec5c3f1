"""A Wine prefix for one test host: made from a template in a moment, and ended without touching any other."""

import fcntl
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

OVERRIDES = "mscoree,mshtml="  # neither Mono nor Gecko is asked for
DOUBLES = ("wevtapi", "httpapi", "mprapi")
ELEVATED = pathlib.PurePath("rras_host") / "bin" / "elevated.exe"
TEMPLATE = "2"  # stands in a finished template's file `ready`; rises when what a template holds changes


class HostPrefix:
    """`folder` is the WINEPREFIX. Processes are started through it and end with close()."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()

    @property
    def drive_c(self):
        return self.folder / "drive_c"

    @property
    def system32(self):
        return self.drive_c / "windows" / "system32"

    def environment(self, **more):
        inherited = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WINEPREFIX")}
        return {**inherited, "WINEPREFIX": str(self.folder), "WINEDEBUG": "-all", "WINEDLLOVERRIDES": OVERRIDES, "LC_ALL": "C.UTF-8", **more}

    def run(self, *command, timeout=120, environment=None, **options):
        """A finished Windows program; `command[0]` may be a Windows or a Linux path. `stdout` is its output as text, errors included. `environment` is set beside
        the prefix's own."""
        # Into a file, not a pipe: services that the command started inherit it, and would keep a pipe open.
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            process = subprocess.run(self.as_administrator(command), env=self.environment(**(environment or {})), timeout=timeout, stdin=subprocess.DEVNULL, stdout=output,
                                     stderr=subprocess.STDOUT, check=False, **options)
            output.seek(0)
            process.stdout = output.read().replace("\r\n", "\n")
        return process

    @staticmethod
    def windows_path(path):
        """A path of this machine as Windows programs in the prefix name it."""
        return "Z:" + str(pathlib.Path(path).resolve()).replace("/", "\\")

    def popen(self, *command, environment=None, **options):
        return subprocess.Popen(self.as_administrator(command), env=self.environment(**(environment or {})), text=True, errors="replace", **options)

    def install_elevated(self, file):
        """Has commands run as in an administrator's elevated console. Wine 8 has no other; a later one starts what a console of this machine asks for with a limited token."""
        (version,) = re.findall(r"wine-(\d+)", subprocess.run(["wine", "--version"], capture_output=True, text=True, check=True).stdout)
        if int(version) > 8:
            shutil.copyfile(file, self.drive_c / ELEVATED)

    @property
    def starts_through_elevated(self):
        return (self.drive_c / ELEVATED).exists()

    def as_administrator(self, command):
        """The command line on this machine."""
        if not self.starts_through_elevated:
            return ["wine", *map(str, command)]
        program, *arguments = command
        if isinstance(program, pathlib.Path):
            program = str(pathlib.PureWindowsPath("C:/", program.relative_to(self.drive_c))) if program.is_relative_to(self.drive_c) else self.windows_path(program)
        return ["wine", self.windows_path(self.drive_c / ELEVATED), program, *map(str, arguments)]

    def process_id(self, program):
        """Of the one process of this prefix whose program has this name on the machine that runs Wine: "wineserver"."""
        mine, found = b"WINEPREFIX=" + str(self.folder).encode(), []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if program in (process / "comm").read_text() and mine in (process / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
            except OSError:     # it ended meanwhile, or is another user's
                continue
        if len(found) != 1:
            raise ProcessLookupError(f"{len(found)} processes {program} run in {self.folder}")
        return found[0]

    def wait_for_quiet(self):
        """Until no Windows process runs any more; the registry is on disk then."""
        subprocess.run(["wineserver", "-w"], env=self.environment(), timeout=120, check=False)

    def close(self):
        subprocess.run(["wineserver", "-k"], env=self.environment(), timeout=60, check=False, stderr=subprocess.DEVNULL)
        self.wait_for_quiet()

    @classmethod
    def create(cls, folder, template):
        """A copy of the template, which is made first when it is not there. Files of Windows itself are shared by hard links: nothing
        writes into them, and the doubles are put beside them as new files."""
        template = make_template(template)
        prefix = cls(folder)
        if prefix.folder.exists():
            raise FileExistsError(f"{prefix.folder} exists")
        prefix.folder.parent.mkdir(parents=True, exist_ok=True)
        links = template.folder.stat().st_dev == prefix.folder.parent.stat().st_dev
        subprocess.run(["cp", "-al" if links else "-a", template.folder, prefix.folder], check=True)
        for path in prefix.folder.glob("*.reg"):  # the wineserver rewrites these
            own = path.with_suffix(".own")
            shutil.copy2(path, own)
            own.replace(path)
        return prefix

    def install_double(self, name, file):
        target = self.system32 / f"{name}.dll"
        target.unlink(missing_ok=True)
        shutil.copyfile(file, target)


def make_template(folder):
    """A fresh prefix that calls itself Windows 10 and prefers the doubles, whoever starts a process. Made once, also by tests side by side."""
    prefix = HostPrefix(folder)
    prefix.folder.parent.mkdir(parents=True, exist_ok=True)
    with open(prefix.folder.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = prefix.folder / "ready"
        if not ready.exists() or ready.read_text() != TEMPLATE:
            _make_new(prefix)
    return prefix


def _make_new(prefix):
    shutil.rmtree(prefix.folder, ignore_errors=True)
    prefix.folder.mkdir(parents=True)
    prefix.run("wineboot", "--init", timeout=300)
    prefix.run("winecfg", "-v", "win10")  # also writes the version under HKLM, which an MSI asks for
    for name in DOUBLES:
        prefix.run("reg", "add", r"HKCU\Software\Wine\DllOverrides", "/v", name, "/d", "native,builtin", "/f")
    # Wine's SCM gives a service process 10 s to report; on a busy machine that is too short, and a start then hangs.
    prefix.run("reg", "add", r"HKLM\SYSTEM\CurrentControlSet\Control", "/v", "ServicesPipeTimeout", "/t", "REG_DWORD", "/d", "120000", "/f")
    prefix.wait_for_quiet()
    (prefix.folder / "ready").write_text(TEMPLATE)


def wait_until(condition, timeout, what):
    """Polls until it holds; raises TimeoutError naming what was waited for."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout} s for {what}")
        time.sleep(0.05)


if __name__ == "__main__":
    # host_prefix.py TEMPLATE [FOLDER]: makes the template, in good time, and a copy.
    if len(sys.argv) == 2:
        make_template(sys.argv[1])
    else:
        HostPrefix.create(sys.argv[2], sys.argv[1])

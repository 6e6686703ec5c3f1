"""A Wine prefix for one test: made new, used, ended. Nothing outside its own folder is touched."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

WINDOWS_BUILD = pathlib.Path(os.environ["SSTP_WINDOWS_BUILD"])
SOURCE_DIR = pathlib.Path(os.environ["SSTP_SOURCE_DIR"])
sys.path.append(str(SOURCE_DIR / "tests" / "rras_host"))
from host_prefix import DOUBLES, HostPrefix  # noqa: E402  (the path has to be known first)

COMMAND_SECONDS = 300


class WinePrefix:
    def __init__(self, name):
        self.folder = WINDOWS_BUILD / "wine" / name
        shutil.rmtree(self.folder, ignore_errors=True)
        copy = HostPrefix.create(self.folder, WINDOWS_BUILD / "wine" / "template")
        self.drive_c = self.folder / "drive_c"
        self.environment = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
        self.environment.update(
            WINEPREFIX=str(self.folder),
            WINEDEBUG="-all",
            LC_ALL="C.UTF-8",
            WINEDLLOVERRIDES="mscoree,mshtml=;" + ",".join(DOUBLES) + "=native,builtin",
        )
        for double in DOUBLES:
            copy.install_double(double, WINDOWS_BUILD / "bin" / f"{double}_double.dll")

    def run(self, *command, check=False):
        """A Windows program in the prefix. Yields the finished process with its output as text."""
        command = ("wine", *map(str, command))
        # A file, not a pipe: services that the command started inherit the handle and would keep a pipe open.
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            process = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL,
                                     timeout=COMMAND_SECONDS, cwd=self.folder)
            output.seek(0)
            process.stdout = output.read().replace("\r\n", "\n")
        if check and process.returncode != 0:
            raise AssertionError(f"{' '.join(command)} ended with {process.returncode}:\n{process.stdout}")
        return process

    def registry_value(self, key, name):
        """(type, data) of a value, or None when there is none."""
        asked = self.run("reg", "query", key, "/v", name)
        for line in asked.stdout.splitlines():
            fields = line.strip().split(None, 2)
            if len(fields) >= 2 and fields[0] == name and fields[1].startswith("REG_"):
                return fields[1], fields[2] if len(fields) == 3 else ""
        return None

    def registry_key_exists(self, key):
        return self.run("reg", "query", key).returncode == 0

    def installed_versions(self):
        """Of the product, as "Apps & features" lists them."""
        listing = self.run("reg", "query", r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall", "/s").stdout
        products = listing.split("HKEY_LOCAL_MACHINE")
        return [line.split()[-1] for product in products if "SSTP Watchdog" in product for line in product.splitlines() if "DisplayVersion" in line]

    def service_state(self, service):
        """"RUNNING", "STOPPED", ..., or None when there is no such service."""
        for line in self.run("sc", "query", service).stdout.splitlines():
            if line.strip().startswith("STATE"):
                return line.split()[3]
        return None

    def processes(self, program):
        """Process ids of a program that runs in this prefix."""
        mine = b"WINEPREFIX=" + str(self.folder).encode()
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                arguments = (process / "cmdline").read_bytes()
                if program.lower().encode() in arguments.lower() and mine in (process / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue    # it ended meanwhile, or is another user's
        return found

    def stop_service(self, service, program):
        """Stops it and waits for its process to end. One that is only just starting takes no stop, and may have no process yet."""
        if not wait_until(lambda: self.service_state(service) not in ("START_PENDING", "STOP_PENDING")):
            raise AssertionError(f"{service} neither runs nor is stopped after a minute")
        self.run("sc", "stop", service)
        if not wait_until(lambda: not self.processes(program)):
            raise AssertionError(f"{program} did not end within a minute of stopping {service}")

    def close(self):
        subprocess.run(("wineserver", "-k"), env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)


def wait_until(condition, seconds=60):
    """Polls; the last answer of `condition` when the time is over."""
    end = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < end:
        time.sleep(0.2)
    return answer

"""The shipped executable in a test host: how scenarios call it, and what they read of it."""

import contextlib
import dataclasses
import datetime
import itertools
import json
import pathlib
import shutil
import sqlite3
import sys
import tempfile
import time

from began import CHANNELS, Beginnings, Words
from wine_prefix import SOURCE_DIR, WINDOWS_BUILD

sys.path.insert(0, str(SOURCE_DIR / "tests" / "rras_host"))
from ports import free_port  # noqa: E402  (the path has to be known first)
from rras_host import RrasHost  # noqa: E402

PROGRAM = "sstp-watchdog.exe"


def far_window():
    """A maintenance window that is closed for hours, whatever the time of day: what waits for it waits for the administrator."""
    begin = datetime.datetime.now() + datetime.timedelta(hours=12)
    return {"start": f"{begin:%H:%M}", "duration": "1h"}


# What a scenario need not wait for. Everything else is the product's default.
QUICK = {"verify": {"timeout": "10s", "ready_within": "20s"}, "restart": {"timeout": "30s", "window": far_window()},
         "limits": {"quiet_period": "0s", "restarts_per_hour": 60, "restarts_per_day": 200}, "certificate": {"revocation": "off"}, "log": {"level": "debug"}}


def merged(base, more):
    """`more` over `base`, object by object."""
    result = dict(base)
    for key, value in more.items():
        result[key] = merged(base[key], value) if isinstance(value, dict) and isinstance(base.get(key), dict) else value
    return result


@dataclasses.dataclass
class Run:
    """One finished command."""

    code: int
    output: str

    @property
    def json(self):
        if not self.output.lstrip().startswith(("{", "[")):
            raise AssertionError(f"no JSON, but exit code {self.code}: {self.output}")
        return json.loads(self.output)


class Product:
    """The executable, copied into the prefix as the MSI would put it, with a data folder of its own for each scenario."""

    _numbers = itertools.count(1)
    _beginnings = Beginnings()

    def __init__(self, host):
        self.host = host
        self.program = host.prefix.drive_c / "Program Files" / "SSTP Watchdog" / PROGRAM
        self.program.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(WINDOWS_BUILD / "bin" / PROGRAM, self.program)
        self.fresh()

    def fresh(self, policy=None):
        """Another data folder, with nothing remembered, and a policy."""
        name = f"watchdog-{next(self._numbers)}"
        self.data = self.host.prefix.drive_c / "data" / name
        self.windows_data = rf"C:\data\{name}"
        self.policy_file = self.host.prefix.drive_c / "data" / f"{name}.json"
        self.policy_file.parent.mkdir(exist_ok=True)
        self.write_policy(policy or {})

    def write_policy(self, policy):
        self.policy_file.write_text(json.dumps(merged(QUICK, policy)))

    def arguments(self, *arguments):
        return [self.program, *arguments, "--data", self.windows_data, "--policy", rf"C:\data\{self.policy_file.name}"]

    def run(self, *arguments, timeout=180, environment=None, **options):
        """A finished command. Once more, and told, where Wine has ended it before its first statement; never where one of ours may have run."""
        for _ in range(2):
            done = self.host.prefix.run(*self.arguments(*arguments), timeout=timeout, environment={"WINEDEBUG": CHANNELS, **(environment or {})}, **options)
            words = Words.of(done.stdout)
            if not self._beginnings.never(words):
                return Run(done.returncode, words.own or self._beginnings.silent_end(done.returncode, words))
            ended = f"Wine ended {arguments[0]} with {done.returncode} before the program began, which proves nothing of it. Wine's errors: {words.errors or 'none'}"
            print(ended, file=sys.stderr, flush=True)
        raise AssertionError(f"twice: {ended}")

    def start(self, *arguments, **options):
        """A command that goes on while the scenario does."""
        return self.host.prefix.popen(*self.arguments(*arguments), **options)

    def check(self):
        return self.run("check", "--json")

    def plan(self):
        return self.run("plan", "--json")

    def heal(self, *arguments, **options):
        return self.run("heal", "--now", *arguments, **options)

    def let_the_machine_run(self, hours):
        """Between two processes of the program: its running time, which is what it keeps its schedule, budget and patience by, goes on as if the machine had run that long."""
        with contextlib.closing(sqlite3.connect(self.data / "state.db")) as record:
            (stored,) = record.execute("SELECT value FROM state WHERE name = 'running'").fetchone()
            running = json.loads(stored)
            running["reached"] += hours * 3_600_000
            record.execute("UPDATE state SET value = ? WHERE name = 'running'", (json.dumps(running),))
            record.commit()

    def status(self):
        return json.loads((self.data / "status.json").read_text())

    def wait_for_status(self, condition, timeout, what, every=0.1):
        """The first status.json that meets `condition`, looked for `every` so many seconds."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            try:
                status = self.status()
                if condition(status):
                    return status
            except (FileNotFoundError, json.JSONDecodeError):
                pass
            time.sleep(every)
        raise TimeoutError(f"waited {timeout} s for {what}")


def reasons(report):
    """The reason words in a JSON report of check, plan or status."""
    return {finding["reason"] for finding in report["findings"]}


def severities(report):
    """The severity of each reason in a JSON report; of several findings with one reason the worst."""
    worst = {}
    for finding in report["findings"]:
        order = ("information", "warning", "critical")
        worst[finding["reason"]] = max(worst.get(finding["reason"], "information"), finding["severity"], key=order.index)
    return worst


@contextlib.contextmanager
def measured_host(name):
    """A host with the port that SSTP has by default, in a folder that goes with it."""
    folder = tempfile.mkdtemp(prefix=name)
    host = create_host(folder, port=443)
    try:
        yield host
    finally:
        host.delete()
        shutil.rmtree(folder, ignore_errors=True)


def create_host(folder, port=None, **options):
    """A host on a port of its own, so that tests can run side by side. With `port=443`, the one that SSTP has by default, it waits until no other has it."""
    return RrasHost.create(pathlib.Path(folder) / "prefix", port=port or free_port(), **options)

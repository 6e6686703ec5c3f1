"""The service as a process of the machine that runs Wine: what it takes, and how a benchmark begins and ends it."""

import dataclasses
import pathlib
import time

SERVICE = "SstpWatchdog"
PATIENCE = 240          # seconds
LOOKS_A_YEAR = 365 * 24 * 60 * 60 // 300   # with the default interval


@dataclasses.dataclass
class Taken:
    """By one process, up to now."""

    cpu: float          # seconds
    wake_ups: int       # voluntary switches of all its threads: each is one return from waiting
    threads: int
    private: float      # MB that no other process shares
    resident: float     # MB


def taken(pid):
    process = pathlib.Path(f"/proc/{pid}")
    cpu = wake_ups = threads = 0
    for task in (process / "task").iterdir():
        try:
            cpu += int((task / "schedstat").read_text().split()[0])
            wake_ups += int(next(line for line in (task / "status").read_text().splitlines() if line.startswith("voluntary_ctxt")).split()[1])
        except FileNotFoundError:   # the thread ended meanwhile
            continue
        threads += 1
    sizes = {}
    for line in (process / "smaps_rollup").read_text().splitlines()[1:]:
        key, size, *_ = line.split()
        sizes[key] = int(size) / 1024
    return Taken(cpu / 1e9, wake_ups, threads, sizes["Private_Clean:"] + sizes["Private_Dirty:"], sizes["Rss:"])


def process_of(host, program):
    """The process of the prefix that runs a program, by the name of its file."""
    mine = b"WINEPREFIX=" + str(host.prefix.folder).encode()
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if program.encode() in (process / "cmdline").read_bytes() and mine in (process / "environ").read_bytes().split(b"\0"):
                return int(process.name)
        except OSError:             # it ended meanwhile, or is another user's
            continue
    raise ProcessLookupError(f"no process runs {program}")


def begin_ours(host, product, policy, patience=PATIENCE):
    """Gives its process, and the seconds from the request to start until its first verdict was on disk."""
    product.fresh(policy)
    if product.run("install").code != 0:
        raise RuntimeError("the service could not be installed")
    asked = time.monotonic()
    host.ask("service.start", service=SERVICE)
    product.wait_for_status(lambda status: status["healthy"], patience, "the first healthy cycle", every=0.005)
    return process_of(host, "sstp-watchdog.exe"), time.monotonic() - asked


def end_ours(host, product):
    took = stopped(host)
    product.run("uninstall")
    return took


def stopped(host):
    """Seconds from the request to stop until it had."""
    asked = time.monotonic()
    if code := host.ask("service.control", service=SERVICE):
        raise RuntimeError(f"the stop was refused: error {code}")
    host.wait_for_service(SERVICE, "stopped")
    return time.monotonic() - asked


def during(seconds, *pids):
    """What each took in so many seconds, and what it has at their end."""
    before = [taken(pid) for pid in pids]
    time.sleep(seconds)
    after = [taken(pid) for pid in pids]
    return [dataclasses.replace(end, cpu=end.cpu - begin.cpu, wake_ups=end.wake_ups - begin.wake_ups) for begin, end in zip(before, after, strict=True)]

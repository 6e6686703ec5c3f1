"""What the service takes while nothing happens, in a storm of events, and while it looks a thousand times: beside an empty service on the same Wine in the same run."""

import argparse
import dataclasses
import pathlib
import shutil
import sys
import time

from product import WINDOWS_BUILD, Product, measured_host
from rras_host import wait_until

SERVICE, EMPTY = "SstpWatchdog", "EmptyService"
PATIENCE = 240          # seconds
CERTIFICATES = 10       # in the store at the first look
STORM = 10_000          # events
PUBLISHED = "Published by its makers, on Windows, not measured here: Snare agent, 20 MB of memory and under 5 % CPU."


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


def begin_empty_service(host):
    programs = host.prefix.drive_c / "rras_host" / "bin"
    shutil.copyfile(WINDOWS_BUILD / "bin" / "empty_service.exe", programs / "empty_service.exe")
    host.ask("service.install", service=EMPTY, path=r"C:\rras_host\bin\empty_service.exe")
    host.ask("service.start", service=EMPTY)
    wait_until(lambda: host.service(EMPTY)["state"] == "running", PATIENCE, "the empty service to run")
    return process_of(host, "empty_service.exe")


def begin_ours(host, product, policy):
    """Gives its process, and the seconds from the request to start until its first verdict was on disk."""
    product.fresh(policy)
    if product.run("install").code != 0:
        raise RuntimeError("the service could not be installed")
    asked = time.monotonic()
    host.ask("service.start", service=SERVICE)
    product.wait_for_status(lambda status: status["healthy"], PATIENCE, "the first healthy cycle")
    return process_of(host, "sstp-watchdog.exe"), time.monotonic() - asked


def end_ours(host, product):
    asked = time.monotonic()
    host.ask("service.control", service=SERVICE)
    host.wait_for_service(SERVICE, "stopped")
    took = time.monotonic() - asked
    product.run("uninstall")
    return took


def during(seconds, *pids):
    """What each took in so many seconds, and what it has at their end."""
    before = [taken(pid) for pid in pids]
    time.sleep(seconds)
    after = [taken(pid) for pid in pids]
    return [dataclasses.replace(end, cpu=end.cpu - begin.cpu, wake_ups=end.wake_ups - begin.wake_ups) for begin, end in zip(before, after, strict=True)]


def idle(host, product, seconds):
    empty = begin_empty_service(host)
    ours, first = begin_ours(host, product, {})
    time.sleep(5)   # what a start leaves behind is no part of being idle
    server = host.prefix.process_id("wineserver")
    print(f"Idle for {seconds} s with the default policy; {CERTIFICATES} certificates in the store:", flush=True)
    print(f"  {'':<14} {'CPU of a core':>14} {'wake-ups/min':>13} {'threads':>8} {'private MB':>11} {'resident MB':>12}")
    for name, each in zip(("watchdog", "empty service", "wineserver"), during(seconds, ours, empty, server), strict=True):
        print(f"  {name:<14} {100 * each.cpu / seconds:12.4f} % {60 * each.wake_ups / seconds:13.1f} {each.threads:8} {each.private:11.1f} {each.resident:12.1f}", flush=True)
    print(f"  private bytes above the empty service: {taken(ours).private - taken(empty).private:.1f} MB; start to first verdict: {first:.2f} s")
    return ours


def storm(host, product, ours):
    cycles, before = product.status()["cycle"]["number"], taken(ours)
    began = time.monotonic()
    for _ in range(STORM // 1000):
        host.write_event(13, ["The system cannot find the file specified.", ""], repeat=1000)
    written = time.monotonic() - began
    product.wait_for_status(lambda status: status["cycle"]["number"] > cycles, PATIENCE, "a cycle after the storm")
    time.sleep(5)
    after = taken(ours)
    print(f"A storm of {STORM} events in {written:.1f} s: {product.status()['cycle']['number'] - cycles} cycles, {after.cpu - before.cpu:.2f} s of CPU, "
          f"private bytes {before.private:.1f} MB before and {after.private:.1f} MB after", flush=True)


def growth(host, product, looks):
    """So many looks, each asked for by a policy file that is written anew: memory and threads at a quarter of them and at the end."""
    pid, _ = begin_ours(host, product, {"watch": {"interval": "1h"}})
    points = []
    for number in range(looks):
        seen = product.status()["cycle"]["number"]
        product.write_policy({"watch": {"interval": "1h"}, "log": {"keep_files": 5 + number % 2}})
        product.wait_for_status(lambda status, seen=seen: status["cycle"]["number"] > seen, PATIENCE, "a look")
        if number + 1 in (looks // 4, looks):
            points.append((product.status()["cycle"]["number"], taken(pid)))
    (first, early), (last, late) = points
    slope = 1024 * (late.private - early.private) / (last - first)
    print(f"Looks {first} to {last}: private bytes {early.private:.2f} to {late.private:.2f} MB ({slope:+.2f} KB a look), threads {early.threads} to {late.threads}, "
          f"{1000 * (late.cpu - early.cpu) / (last - first):.1f} ms of CPU each", flush=True)
    print(f"It stopped {end_ours(host, product):.1f} s after it was asked to")


def measure(seconds, looks):
    with measured_host("footprint-") as host:
        product = Product(host)
        host.make_healthy(host.authority.good())
        for number in range(CERTIFICATES - 1):
            host.install_certificate(host.authority.issue(f"other-{number}.example.com"))
        ours = idle(host, product, seconds)
        storm(host, product, ours)
        end_ours(host, product)
        growth(host, product, looks)
        for file in (WINDOWS_BUILD / "bin" / "sstp-watchdog.exe", *sorted(WINDOWS_BUILD.glob("*.msi"))):
            print(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB")
        print(PUBLISHED)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a minute of idleness, forty looks")
    arguments = parser.parse_args()
    measure(*((60, 40) if arguments.quick else (600, 1000)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

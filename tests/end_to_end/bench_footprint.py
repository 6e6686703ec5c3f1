"""What the service takes while nothing happens, and in a storm of events: beside an empty service on the same Wine in the same run."""

import argparse
import shutil
import sys
import time

from figures import Figure, tell
from measured_service import PATIENCE, begin_ours, during, end_ours, process_of, taken
from product import WINDOWS_BUILD, Product, measured_host
from rras_host import wait_until

EMPTY = "EmptyService"
CERTIFICATES = 10       # in the store at the first look
STORM = 10_000          # events
PUBLISHED = "Published by its makers, on Windows, not measured here: Snare agent, 20 MB of memory and under 5 % CPU."


def begin_empty_service(host):
    programs = host.prefix.drive_c / "rras_host" / "bin"
    shutil.copyfile(WINDOWS_BUILD / "bin" / "empty_service.exe", programs / "empty_service.exe")
    host.ask("service.install", service=EMPTY, path=r"C:\rras_host\bin\empty_service.exe")
    asked = time.monotonic()
    host.ask("service.start", service=EMPTY)
    wait_until(lambda: host.service(EMPTY)["state"] == "running", PATIENCE, "the empty service to run")
    return process_of(host, "empty_service.exe"), time.monotonic() - asked


def idle(host, product, seconds):
    empty, empty_started = begin_empty_service(host)
    ours, first = begin_ours(host, product, {})
    time.sleep(5)   # what a start leaves behind is no part of being idle
    server = host.prefix.process_id("wineserver")
    print(f"Idle for {seconds} s with the default policy; {CERTIFICATES} certificates in the store:", flush=True)
    print(f"  {'':<14} {'CPU of a core':>14} {'wake-ups/min':>13} {'threads':>8} {'private MB':>11} {'resident MB':>12}")
    took = during(seconds, ours, empty, server)
    for name, each in zip(("watchdog", "empty service", "wineserver"), took, strict=True):
        print(f"  {name:<14} {100 * each.cpu / seconds:12.4f} % {60 * each.wake_ups / seconds:13.1f} {each.threads:8} {each.private:11.1f} {each.resident:12.1f}", flush=True)
    print(f"  private bytes above the empty service: {taken(ours).private - taken(empty).private:.1f} MB; start to first verdict: {first:.2f} s")
    mine, nobody, _ = took

    def beside(what, value, base, unit, goal=""):
        return Figure("footprint", what, value, unit, "empty service", base, goal)

    tell(beside("CPU of a core, idle", 100 * mine.cpu / seconds, 100 * nobody.cpu / seconds, "%", "under 0.02 %"),
         beside("returns from waiting a minute", 60 * mine.wake_ups / seconds, 60 * nobody.wake_ups / seconds, "", "2 beyond the timer's"),
         beside("threads", mine.threads, nobody.threads, ""), beside("private bytes", mine.private, nobody.private, "MB", "6 MB above"),
         beside("start to the first verdict", first, empty_started, "s", "under 0.5 s"))
    return ours


def storm(host, product, ours):
    cycles, before = product.status()["cycle"]["number"], taken(ours)
    began = time.monotonic()
    for _ in range(STORM // 1000):
        host.write_event(13, ["The system cannot find the file specified.", ""], repeat=1000)
    written = time.monotonic() - began
    product.wait_for_status(lambda status: status["cycle"]["number"] > cycles, PATIENCE, "a cycle after the storm")
    time.sleep(5)
    after, cycles = taken(ours), product.status()["cycle"]["number"] - cycles
    print(f"A storm of {STORM} events in {written:.1f} s: {cycles} cycles, {after.cpu - before.cpu:.2f} s of CPU, "
          f"private bytes {before.private:.1f} MB before and {after.private:.1f} MB after", flush=True)
    tell(Figure("footprint", f"cycles in a storm of {STORM:,} events", cycles, "", "events", STORM),
         Figure("footprint", "private bytes after the storm", after.private, "MB", "before it", before.private))


def measure(seconds):
    with measured_host("footprint-") as host:
        product = Product(host)
        host.make_healthy(host.authority.good())
        for number in range(CERTIFICATES - 1):
            host.install_certificate(host.authority.issue(f"other-{number}.example.com"))
        ours = idle(host, product, seconds)
        storm(host, product, ours)
        print(f"It stopped {end_ours(host, product):.1f} s after it was asked to")
        empty = (WINDOWS_BUILD / "bin" / "empty_service.exe").stat().st_size / 1e6
        for file in (WINDOWS_BUILD / "bin" / "sstp-watchdog.exe", *sorted(WINDOWS_BUILD.glob("*.msi"))):
            size = file.stat().st_size / 1e6
            print(f"{file.name}: {size:.2f} MB")
            tell(Figure("footprint", "size of the MSI" if file.suffix == ".msi" else "size of the program", size, "MB", "empty service", empty,
                        "under 2 MB" if file.suffix == ".msi" else "under 4 MB"))
        print(PUBLISHED)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a quarter of a minute of idleness")
    measure(15 if parser.parse_args().quick else 600)
    return 0


if __name__ == "__main__":
    sys.exit(main())

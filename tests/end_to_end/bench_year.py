"""What many looks leave behind in the real executable: handles, threads and memory over a row of looks that follow each other as fast as changes of Windows are
noticed. A slope over a thousand looks says what the looks of a year would leave."""

import argparse
import sys

from bench_store import NOTICED
from figures import Figure, settled, slope, tell
from measured_service import LOOKS_A_YEAR, PATIENCE, SERVICE, begin_ours, end_ours, taken
from product import Product, measured_host

POINTS = 40     # measurements in a run


def reasons_to_look(host, product, certificate):
    """One after the other, all of them such as come in a year: registry, policy, the event log, the store."""
    policy = {"watch": {"interval": "1h"}}

    def arrival(number):
        if number % 8 < 4:
            host.install_certificate(certificate, key="none")
        else:
            host.remove_certificate(certificate)

    return (lambda number: host.ask("registry.write", key=NOTICED, name="Measured", number=number),
            lambda number: product.write_policy({**policy, "log": {"maximum_files": 5 + number // 4 % 2}}),
            lambda number: host.write_event(15300, [f"192.0.2.{number % 250}:443"], provider="Microsoft-Windows-HttpEvent", level=4),
            arrival)


def point(host, pid):
    now = taken(pid)
    return {"private MB": now.private, "threads": now.threads, "handles": host.ask("service.handles", service=SERVICE)}


def measure(looks):
    with measured_host("year-") as host:
        product = Product(host)
        host.make_healthy(host.authority.good())
        other = host.authority.issue("site.example.net")
        pid, _ = begin_ours(host, product, {"watch": {"interval": "1h"}})
        reasons = reasons_to_look(host, product, other)
        made, longest = [], 0
        first = product.status()["cycle"]["number"]
        number, next_point = 0, 0
        while (seen := product.status()["cycle"]["number"]) - first < looks:
            if seen - first >= next_point:
                made.append((seen - first, point(host, pid)))
                next_point += max(1, looks // POINTS)
            reasons[number % len(reasons)](number)
            number += 1
            status = product.wait_for_status(lambda status, seen=seen: status["cycle"]["number"] > seen, PATIENCE, "a look")
            longest = max(longest, status["cycle"]["took_ms"])
        made.append((product.status()["cycle"]["number"] - first, point(host, pid)))
        tell_growth(made, longest)
        print(f"It stopped {end_ours(host, product):.1f} s after it was asked to", flush=True)


def tell_growth(made, longest):
    count = made[-1][0]
    print(f"{count:,} looks, the longest {longest} ms; with the default interval a year has {LOOKS_A_YEAR:,}:", flush=True)
    for what in made[0][1]:
        points = settled([(look, values[what]) for look, values in made])
        each_thousand = 1000 * slope(points)
        print(f"  {what:<12} {made[0][1][what]:10.2f} at first, {points[0][1]:10.2f} at look {points[0][0]:,}, {points[-1][1]:10.2f} at the end: {each_thousand:+.3f} in a thousand looks", flush=True)
        tell(Figure("year", f"{what} after {count:,} looks", points[-1][1], "", f"after {points[0][0]:,}", points[0][1]),
             Figure("year", f"growth of {what} in a thousand looks", each_thousand, "", "what there was", points[0][1], "no growth"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="40 looks")
    parser.add_argument("--looks", type=int, default=10_000, help="(10000)")
    arguments = parser.parse_args()
    measure(40 if arguments.quick else arguments.looks)
    return 0


if __name__ == "__main__":
    sys.exit(main())

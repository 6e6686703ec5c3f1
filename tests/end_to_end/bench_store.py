"""What a look costs under Wine in stores of many certificates, while nothing in them changes: our process, and Wine's server beside it, which is the registry of all."""

import argparse
import dataclasses
import sys
import time

from figures import Figure, tell
from measured_service import PATIENCE, begin_ours, end_ours, taken
from product import Product, measured_host

SIZES = (10, 1_000, 10_000)
NOTICED = r"SYSTEM\CurrentControlSet\Services\HTTP\Parameters"   # a value here changes nothing, and is a reason to look
IDLE = {"watch": {"interval": "1h"}}


@dataclasses.dataclass
class Cost:
    """Seconds of CPU of our process and of Wine's server."""

    ours: float
    server: float


def spent(ours, server):
    return Cost(taken(ours).cpu, taken(server).cpu)


def a_look(host, product, number):
    """One more look, for a reason that has nothing to do with certificates."""
    seen = product.status()["cycle"]["number"]
    host.ask("registry.write", key=NOTICED, name="Measured", number=number)
    return product.wait_for_status(lambda status: status["cycle"]["number"] > seen, PATIENCE, "a look")


def looks(host, product, ours, server, count):
    """What one of so many costs; how long the longest took, in ms."""
    before, first = spent(ours, server), product.status()["cycle"]["number"]
    longest = max(a_look(host, product, number)["cycle"]["took_ms"] for number in range(count))
    time.sleep(0.5)
    after, made = spent(ours, server), product.status()["cycle"]["number"] - first
    return Cost((after.ours - before.ours) / made, (after.server - before.server) / made), longest


def measure_one(host, product, size, count, base):
    ours, _ = begin_ours(host, product, IDLE, patience=max(PATIENCE, size // 5))   # Wine needs minutes to read ten thousand
    server = host.prefix.process_id("wineserver")
    first = taken(ours)
    looks(host, product, ours, server, 2)   # the second one is the first that knows what listeners serve
    cost, longest = looks(host, product, ours, server, count)
    end_ours(host, product)
    print(f"  {size:>7,} {first.cpu:12.2f} s {first.private:10.1f} MB {1000 * cost.ours:12.1f} ms {1000 * cost.server:12.1f} ms {longest:10} ms", flush=True)
    name = f"{size:,} certificates"
    smallest = base or (cost, first)
    beside = f"{SIZES[0]} certificates"
    tell(Figure("store", f"CPU of a look, {name} unchanged", 1000 * cost.ours, "ms", beside, 1000 * smallest[0].ours),
         Figure("store", f"CPU of Wine's server in it, {name}", 1000 * cost.server, "ms", beside, 1000 * smallest[0].server),
         Figure("store", f"CPU of start and first look, {name}", first.cpu, "s", beside, smallest[1].cpu),
         Figure("store", f"private bytes after it, {name}", first.private, "MB", beside, smallest[1].private))
    return smallest


def measure(sizes, count):
    with measured_host("store-") as host:
        product = Product(host)
        host.make_healthy(host.authority.good())
        other = host.authority.issue("site.example.net")
        print(f"  {'store':>7} {'first look':>14} {'private':>13} {'a look':>15} {'wineserver':>15} {'longest':>13}", flush=True)
        base = None
        for size in sizes:
            host.install_series(other, size - 1)
            base = measure_one(host, product, size, count, base)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="without the largest store, ten looks")
    quick = parser.parse_args().quick
    measure(SIZES[:2] if quick else SIZES, 10 if quick else 50)
    return 0


if __name__ == "__main__":
    sys.exit(main())

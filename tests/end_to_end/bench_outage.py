"""How long clients are out: from the moment RRAS ends because of its certificate until clients of both families connect again, under our service and, on the
same server in the same run, under a poller that looks every 30 s and knows the cure at once. What RRAS itself takes is an order to the stand-in: its readiness."""

import argparse
import dataclasses
import datetime
import sys
import threading
import time

from figures import Figure, tell
from product import Product, measured_host
from rras_host import wait_until

SERVICE = "SstpWatchdog"
PATIENCE = 240              # seconds
POLLED_EVERY = 30           # seconds, as agents of the field that poll do
READINESS = (0, 3, 60)      # seconds from RUNNING until SSTP answers
ENDS_WITH = 1168            # ERROR_NOT_FOUND
FAMILIES = ("ipv4", "ipv6")


@dataclasses.dataclass
class Outage:
    """Seconds from the end of RRAS. `seen` by clients; the parts from our journal: the poller keeps none."""

    seen: float
    begin: float = 0.0      # until the heal began: noticed, observed, selected, decided, its intent durable
    act: float = 0.0        # records and hashes
    proven: float = 0.0     # from RUNNING until the heal counts as proven, by two looks 2 s apart

    @property
    def of_rras(self):
        """Its stop, start and readiness, and how finely clients were asked for."""
        return self.seen - self.begin - self.act


def connected(host):
    return all(host.vpn_client(family) == "connected" for family in FAMILIES)


def spoil(host, good):
    """The certificate has ended, the hash names nothing, and RRAS, started on that, ends (1168, event 25); the renewed one lies in the store. Gives that one."""
    expired, renewed = host.authority.expired(), host.authority.renewed()
    host.stop_ras()
    host.install_certificate(expired)
    host.install_certificate(renewed)
    host.remove_certificate(good)
    for address in ("0.0.0.0", "[::]"):
        host.bind(address, expired)
    host.set_hashes(expired)
    host.set_parameter("Sha256CertificateHash", bytes="AB" * 32)
    host.start_ras(ends_with=ENDS_WITH)
    return renewed


def wait_for_clients(host):
    """Gives when both families connect, in seconds since 1970."""
    wait_until(lambda: connected(host), PATIENCE, "clients of both families to connect")
    return time.time()


def moments(product):
    """Of the one heal, by name, in seconds since 1970."""
    at = {}
    for event in product.run("history", "--json").json["events"]:
        name = event["type"] + (" restart" if event.get("fields", {}).get("action") == "restart_services" else "")
        at[name] = datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp()
    return at


def under_our_service(host, product, good, ready):
    product.fresh({"certificate": {"dns_names": ["vpn.example.com"]}, "verify": {"ready_within": "2m"}})
    if product.run("install").code != 0 or host.ask("service.start", service=SERVICE) != 0:
        raise RuntimeError("the service could not be installed and started")
    try:
        product.wait_for_status(lambda status: status["healthy"], PATIENCE, "the first healthy cycle")
        host.order_service("RemoteAccess", ready_ms=ready * 1000)
        spoil(host, good)
        broken = time.time()
        seen = wait_for_clients(host)
        wait_until(lambda: "heal_succeeded" in moments(product), PATIENCE, "the heal to be proven")
        at = moments(product)
    finally:
        host.ask("service.control", service=SERVICE)
        host.wait_for_service(SERVICE, "stopped")
        product.run("uninstall")
    return Outage(seen - broken, at["heal_started"] - broken, at["step_begun restart"] - at["heal_started"],
                  at["heal_succeeded"] - at["step_done restart"])


def under_a_poller(host, good, ready):
    """Breaks in the middle between two looks: the mean."""
    host.order_service("RemoteAccess", ready_ms=ready * 1000)
    renewed = spoil(host, good)
    broken = time.time()

    def cure():
        for address in ("0.0.0.0", "[::]"):
            host.bind(address, renewed)
        host.set_hashes(renewed)
        host.restart_ras()

    timer = threading.Timer(POLLED_EVERY / 2, cure)
    timer.start()
    timer.join()
    return Outage(wait_for_clients(host) - broken)


def fresh(host):
    host.reset()
    good = host.authority.good()
    host.make_healthy(good)
    return good


def row(name, ready, outage):
    parts = (outage.begin, outage.act, outage.of_rras, outage.proven) if outage.begin else ()
    return f"  {name:<12} {ready:>5} s {outage.seen:8.1f} s" + "".join(f" {part * 1000:8.0f}" for part in parts)


def measure(readiness):
    with measured_host("outage-") as host:
        product = Product(host)
        print("How long clients are out where RRAS needs so long from RUNNING until SSTP answers; the parts in ms:", flush=True)
        print(f"  {'':<12} {'RRAS':>7} {'outage':>10} {'begin':>8} {'act':>8} {'of RRAS':>8} {'proven':>8}", flush=True)
        for ready in readiness:
            ours = under_our_service(host, product, fresh(host), ready)
            print(row("watchdog", ready, ours), flush=True)
            polled = under_a_poller(host, fresh(host), ready)
            print(row("poller, 30 s", ready, polled), flush=True)
            tell(Figure("outage", f"clients are out, RRAS ready after {ready} s", ours.seen, "s", "poller, 30 s", polled.seen),
                 Figure("outage", f"ours in it, RRAS ready after {ready} s", (ours.begin + ours.act) * 1000, "ms", "the whole outage", ours.seen * 1000, "under 300 ms"))
            print(f"  watchdog : poller {ours.seen / polled.seen:6.2f} : 1; ours beside what is RRAS's: {(ours.begin + ours.act) * 1000:.0f} ms", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="only with an RRAS that answers at once")
    arguments = parser.parse_args()
    measure(READINESS[:1] if arguments.quick else READINESS)
    return 0


if __name__ == "__main__":
    sys.exit(main())

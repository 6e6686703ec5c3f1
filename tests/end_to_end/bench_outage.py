"""How long clients are out: from the moment RRAS complains of a certificate that ended until both families connect again, under our service and, on the same
server in the same run, under a poller that looks every 30 s and knows the cure at once. What RRAS itself takes is an order to the stand-in: its readiness."""

import argparse
import dataclasses
import datetime
import shutil
import sys
import tempfile
import threading
import time

from product import Product, create_host
from rras_host import wait_until

SERVICE = "SstpWatchdog"
PATIENCE = 240              # seconds
POLLED_EVERY = 30           # seconds, as agents of the field that poll do
READINESS = (0, 3, 60)      # seconds from RUNNING until SSTP answers
FAMILIES = ("ipv4", "ipv6")


@dataclasses.dataclass
class Outage:
    """Seconds. `seen` by clients; the others from our journal, nothing for the poller, which keeps none."""

    seen: float
    detect: float = 0.0      # the event was written -> it was read
    decide: float = 0.0      # read -> the heal is begun: observed, selected, diagnosed, intent durable
    act: float = 0.0         # records and hashes
    restart: float = 0.0     # RemoteAccess is stopped and runs again
    ready: float = 0.0       # RRAS's own: until SSTP answers, first good look included
    second_look: float = 0.0    # until the heal counts as proven

    @property
    def ours(self):
        return self.detect + self.decide + self.act


def connected(host):
    return all(host.vpn_client(family) == "connected" for family in FAMILIES)


def spoil(host, good):
    """RRAS is started on a certificate that has ended; its successor lies in the store. Gives the successor."""
    expired, renewed = host.authority.expired(), host.authority.renewed()
    host.stop_ras()
    host.install_certificate(expired)
    host.install_certificate(renewed)
    host.remove_certificate(good)
    for address in ("0.0.0.0", "[::]"):
        host.bind(address, expired)
    host.set_hashes(expired)
    host.start_ras()
    return renewed


def outage_seen(host, began):
    wait_until(lambda: connected(host), PATIENCE, "clients of both families to connect")
    return time.monotonic() - began


def moments(product):
    """Of the last heal, by name, in seconds since 1970."""
    at = {}
    for event in product.run("history", "--json").json["events"]:
        when = datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp()
        kind, fields = event["type"], event.get("fields", {})
        if kind == "rassstp_event_seen" and "heal_started" not in at:
            at["read"] = when
            at["written"] = datetime.datetime.fromisoformat(fields["event_time"].replace("Z", "+00:00")).timestamp()
        elif kind == "step_begun" and fields.get("action") == "restart_services":
            at["restart"] = when
        elif kind == "step_done" and fields.get("action") == "restart_services":
            at["running"] = when
        elif kind in ("heal_started", "heal_succeeded"):
            at[kind] = when
    return at


def under_our_service(host, product, good, ready):
    product.fresh({"certificate": {"dns_names": ["vpn.example.com"]}})
    if product.run("install").code != 0 or host.ask("service.start", service=SERVICE) != 0:
        raise RuntimeError("the service could not be installed and started")
    try:
        product.wait_for_status(lambda status: status["healthy"], PATIENCE, "the first healthy cycle")
        host.order_service("RemoteAccess", ready_ms=ready * 1000)
        spoil(host, good)
        seen = outage_seen(host, time.monotonic())
        wait_until(lambda: "heal_succeeded" in moments(product), PATIENCE, "the heal to be proven")
        at = moments(product)
    finally:
        host.ask("service.control", service=SERVICE)
        host.wait_for_service(SERVICE, "stopped")
        product.run("uninstall")
    first_look = at["heal_succeeded"] - 2.0
    return Outage(seen, at["read"] - at["written"], at["heal_started"] - at["read"], at["restart"] - at["heal_started"], at["running"] - at["restart"],
                  max(0.0, first_look - at["running"]), 2.0)


def under_a_poller(host, good, ready):
    """Breaks in the middle between two looks: the mean."""
    host.order_service("RemoteAccess", ready_ms=ready * 1000)
    renewed = spoil(host, good)
    began = time.monotonic()

    def cure():
        for address in ("0.0.0.0", "[::]"):
            host.bind(address, renewed)
        host.set_hashes(renewed)
        host.restart_ras()

    timer = threading.Timer(POLLED_EVERY / 2, cure)
    timer.start()
    timer.join()
    return Outage(outage_seen(host, began))


def fresh(host):
    host.reset()
    good = host.authority.good()
    host.make_healthy(good)
    return good


def row(name, ready, outage):
    return f"  {name:<12} {ready:>5} s {outage.seen:8.1f} s" + (
        f" {outage.detect * 1000:7.0f} {outage.decide * 1000:7.0f} {outage.act * 1000:6.0f} {outage.restart * 1000:8.0f} {outage.ready * 1000:8.0f}" if outage.ours else "")


def measure(readiness):
    folder = tempfile.mkdtemp(prefix="outage-")
    host = create_host(folder, port=443)
    try:
        product = Product(host)
        print("Outage, from RRAS's complaint until both families connect; the parts of ours in ms:", flush=True)
        print(f"  {'':<12} {'ready':>7} {'outage':>10} {'detect':>7} {'decide':>7} {'act':>6} {'restart':>8} {'ready':>8}", flush=True)
        for ready in readiness:
            ours = under_our_service(host, product, fresh(host), ready)
            print(row("watchdog", ready, ours), flush=True)
            polled = under_a_poller(host, fresh(host), ready)
            print(row("poller, 30 s", ready, polled), flush=True)
            print(f"  watchdog : poller {ours.seen / polled.seen:6.2f} : 1; beside restart and readiness ours took {ours.ours * 1000:.0f} ms", flush=True)
    finally:
        host.delete()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="only with an RRAS that answers at once")
    arguments = parser.parse_args()
    measure(READINESS[:1] if arguments.quick else READINESS)
    return 0


if __name__ == "__main__":
    sys.exit(main())

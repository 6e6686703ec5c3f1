"""A test host with the watchdog on it: how a scenario begins, and what it looks at from outside."""

import shutil
import tempfile
import time

from product import PROGRAM, Product, create_host
from rras_host import WILDCARD

HTTP_WRITES = ("HttpSetServiceConfiguration", "HttpUpdateServiceConfiguration", "HttpDeleteServiceConfiguration")


class ServerUnderWatch:
    """One host for all scenarios of a module; each begins with a server as installed."""

    def __init__(self, name):
        self.folder = tempfile.mkdtemp(prefix=name)
        self.host = create_host(self.folder)
        self.product = Product(self.host)
        self.good = self.host.authority.good()

    def delete(self):
        self.host.delete()
        shutil.rmtree(self.folder, ignore_errors=True)

    def begin(self, policy=None, certificate=None, by_admin=True):
        """A healthy server that nobody has watched yet. `host.good` is its certificate."""
        host = self.host
        host.reset()
        host.good = certificate or self.good
        host.made = {"good": host.good}
        host.make_healthy(host.good, by_admin)
        host.order_listener()
        self.product.fresh(policy)

    def look(self, with_a_client=False):
        """A cycle on a server that needs nothing; the first client after one teaches names and CA, which the next one notes."""
        for _ in range(1 + with_a_client):
            looked = self.product.heal()
            assert looked.code == 0, looked.output
            if with_a_client:
                assert self.clients() == ["connected", "connected"], self.clients()
                self.host.client_connects(self.families()[0])

    def wait_until_settled(self):
        """What is written within two seconds of a start counts as part of it."""
        time.sleep(3)

    def families(self):
        return sorted(self.host.reached_at)

    def clients(self):
        """What a client with crypto binding meets, by family."""
        return [self.host.vpn_client(family) for family in self.families()]

    def everything(self):
        """What a product that changes nothing leaves alone, but for the times at which services last answered."""
        host = self.host
        return {"bindings": host.bindings(), "parameters": host.parameters()["values"], "certificates": host.certificates(),
                "services": {name: host.service(name)["state"] for name in ("SstpSvc", "RasMan", "RemoteAccess")}}

    def changes_by_product(self):
        return [line for line in self.host.writes(by=PROGRAM) if line["function"] in HTTP_WRITES]

    def starts(self, service="RemoteAccess"):
        """How often it was started, or was tried to be, since the writes were last forgotten."""
        return sum(1 for line in self.host.writes() if line["function"] in ("service started", "service failed to start") and line["subject"] == service)

    def events(self, event_type):
        return [event for event in self.product.run("history", "--json").json["events"] if event["type"] == event_type]

    def is_in_force(self, certificate):
        """Records of both wildcards and both hashes name it. Empty, or what does not."""
        host = self.host
        bindings = host.bindings()
        found = {address: bindings.get(f"{address}:{host.port}", {}).get("hash") for address in WILDCARD.values()}
        found.update(host.hashes())
        wanted = {**dict.fromkeys(WILDCARD.values(), certificate.thumbprint), "sha1": certificate.thumbprint, "sha256": certificate.sha256}
        return {name: value for name, value in found.items() if value != wanted[name]}

    def put_in_force(self, certificate, by_admin=True):
        """Bindings and hashes name it, and RRAS has read them: the state that an administrator, a tool or time has brought about."""
        for address in WILDCARD.values():
            self.host.bind(address, certificate)
        self.host.set_hashes(certificate, by_admin)
        self.host.restart_ras()

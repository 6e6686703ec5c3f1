"""A test host with the watchdog on it: how a scenario begins, and what it looks at from outside."""

import contextlib
import shutil
import tempfile
import time
import unittest

from product import PROGRAM, Product, create_host, severities
from rras_host import WILDCARD, wait_until

CONNECTED, NO_TLS, REFUSED = ["connected"] * 2, ["no TLS session"] * 2, ["crypto binding failed"] * 2
SLOW = 300   # seconds: how long anything is waited for
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


class ServerTest(unittest.TestCase):
    """Steps of tests that take several. A module gives it `server` before its tests run."""

    server = None

    @property
    def host(self):
        return self.server.host

    @property
    def product(self):
        return self.server.product

    def heal(self, code, *arguments):
        done = self.product.heal(*arguments)
        self.assertEqual(done.code, code, done.output)
        return done.output

    def heal_and_write_nothing(self, code):
        before = self.server.everything()
        self.host.forget_writes()
        output = self.heal(code)
        self.assertEqual((self.server.everything(), self.host.writes(by=PROGRAM), self.server.starts()), (before, [], 0), output)

    def is_healed(self, certificate, starts, output=""):
        server = self.server
        self.assertEqual((server.is_in_force(certificate), server.clients(), server.starts()), ({}, CONNECTED, starts), (output, self.host.writes()))

    def finds(self, **severity_by_reason):
        checked = self.product.check()
        found = severities(checked.json)
        self.assertEqual({reason: found.get(reason) for reason in severity_by_reason}, severity_by_reason, checked.output)

    @contextlib.contextmanager
    def while_it_heals(self, codes, *arguments):
        """A heal in a process of its own: what is done inside happens meanwhile. Ends with one of the exit codes."""
        self.host.forget_writes()
        healing = self.product.start("heal", "--now", *arguments, stdout=-1, stderr=-2)
        try:
            yield
            output, _ = healing.communicate(timeout=SLOW)
        finally:
            healing.kill()
            healing.wait(timeout=60)
            healing.stdout.close()
        self.assertIn(healing.returncode, codes, output)

    @contextlib.contextmanager
    def while_it_proves(self, codes, *arguments):
        """The same, from its restart on. Its proof takes some seconds, as RRAS does not answer yet."""
        self.host.order_service("RemoteAccess", ready_ms=8000)
        with self.while_it_heals(codes, *arguments):
            wait_until(lambda: self.server.starts() == 1 and self.host.service("RemoteAccess")["state"] == "running", SLOW, "the restart of the heal")
            self.host.order_service("RemoteAccess")
            yield

    @contextlib.contextmanager
    def while_it_watches(self, **options):
        """The program runs in a console, as it does in the service, and has looked once. Ended as by a crash: what it has committed is all that it leaves."""
        (self.product.data / "status.json").unlink(missing_ok=True)   # of an earlier process
        running = self.product.start("run", stdin=-3, stdout=-3, stderr=-3, **options)
        try:
            self.product.wait_for_status(lambda status: status["cycle"]["number"] > 0, SLOW, "the first look")
            yield
        finally:
            running.kill()
            running.wait(timeout=60)

    def wait_for_events(self, event_type, count=1):
        """The first `count` of this type in the journal, once they are there."""
        seen = []

        def are_there():
            run = self.product.run("history", "--json")
            if run.code == 0:   # a reader may come while the record makes room on a full disk
                seen[:] = [event for event in run.json["events"] if event["type"] == event_type]
            return len(seen) >= count
        wait_until(are_there, SLOW, f"{count} of the event {event_type}")
        return seen[:count]

"""Each reason that can arise on a host: what is found, what is healed, and that nothing else is written."""

import pathlib
import re
import shutil
import tempfile
import unittest

from product import PROGRAM, Product, create_host, reasons
from scenarios import HEALED, LEFT_ALONE, SYMPTOMS

HASHES = {"Sha1CertificateHash", "Sha256CertificateHash", "isHashConfiguredByAdmin"}
HTTP_WRITES = ("HttpSetServiceConfiguration", "HttpUpdateServiceConfiguration", "HttpDeleteServiceConfiguration")


def setUpModule():
    global folder, host, product, good
    folder = tempfile.mkdtemp(prefix="reasons-")
    host = create_host(folder)
    product = Product(host)
    good = host.authority.good()


def tearDownModule():
    host.delete()
    shutil.rmtree(folder, ignore_errors=True)


def make_healthy():
    host.reset()
    host.good = good
    host.made = {"good": good}
    host.make_healthy(good)
    host.order_listener()


def everything():
    """What a product that changes nothing leaves alone, but for the times at which services last answered."""
    return {"bindings": host.bindings(), "parameters": host.parameters()["values"], "certificates": host.certificates(),
            "services": {name: host.service(name)["state"] for name in ("SstpSvc", "RasMan", "RemoteAccess")}}


def changes_by_product():
    return [line for line in host.writes(by=PROGRAM) if line["function"] in HTTP_WRITES]


def restarts():
    return sum(1 for line in host.writes() if line["function"] == "service started" and line["subject"] == "RemoteAccess")


class Scenarios(unittest.TestCase):
    def look(self, scenario):
        """Breaks a healthy server, and checks what is found before anything is healed."""
        make_healthy()
        product.fresh(scenario.policy)
        scenario.breaks(host)
        host.forget_writes()
        checked = product.check()
        self.assertLessEqual(scenario.finds, reasons(checked.json), checked.output)
        self.assertEqual(checked.code, scenario.check, checked.output)
        if not scenario.finds:
            self.assertEqual(reasons(checked.json), set(), checked.output)
        self.assertEqual(changes_by_product(), [], "check has written")

    def heal(self, scenario):
        healed = product.heal(*scenario.arguments)
        self.assertEqual(healed.code, scenario.heal, healed.output)
        return healed

    def is_healed(self, scenario):
        self.look(scenario)
        foreign_before = {endpoint: record for endpoint, record in host.bindings().items() if not endpoint.startswith(("0.0.0.0:", "[::]:"))}
        parameters_before = host.parameters()["values"]
        healed = self.heal(scenario)
        target = host.made[scenario.heals]
        bindings = host.bindings()
        for address in ("0.0.0.0", "[::]"):
            self.assertEqual(bindings[f"{address}:{host.port}"]["hash"], target.thumbprint, healed.output)
        self.assertEqual(host.hashes(), {"sha1": target.thumbprint, "sha256": target.sha256})
        for family in ("ipv4", "ipv6"):
            self.assertEqual(host.vpn_client(family), "connected", healed.output)
            self.assertEqual(host.served(family), target.sha256)
        self.assertEqual({endpoint: record for endpoint, record in bindings.items() if endpoint in foreign_before}, foreign_before)
        values = host.parameters()["values"]
        self.assertEqual({name: values[name] for name in values if name not in HASHES}, {name: parameters_before[name] for name in parameters_before if name not in HASHES})
        self.assertEqual(restarts(), scenario.restarts, host.writes())
        self.second_heal_writes_nothing()

    def second_heal_writes_nothing(self):
        host.forget_writes()
        written = host.parameters()["last_written"]
        again = product.heal()
        self.assertEqual(again.code, 0, again.output)
        self.assertEqual(host.writes(by=PROGRAM), [])
        self.assertEqual(host.parameters()["last_written"], written, "an equal value was written again")

    def is_left_alone(self, scenario):
        self.look(scenario)
        before, written = everything(), host.parameters()["last_written"]
        healed = self.heal(scenario)
        host.order_faults()
        self.assertEqual(everything(), before, healed.output)
        self.assertEqual(host.parameters()["last_written"], written, "a parameter was written")
        self.assertEqual(host.writes(by=PROGRAM), [], "something was written")
        self.assertEqual(restarts(), 0)

    def has_a_reason(self, scenario):
        planned = product.plan()
        self.assertEqual(planned.code, 11, planned.output)
        self.assertEqual(planned.json["decision"]["why"], scenario.why, planned.output)

    def is_put_back(self, scenario):
        self.look(scenario)
        before = everything()
        healed = self.heal(scenario)
        self.assertEqual(everything(), before, healed.output)
        self.assertGreaterEqual(restarts(), 1, healed.output)


def add_tests(scenarios, run):
    for scenario in scenarios:
        name = "test_" + re.sub(r"\W+", "_", scenario.sentence.lower()).strip("_")

        def test(self, scenario=scenario):
            run(self, scenario)
        test.__doc__ = scenario.sentence
        setattr(Scenarios, name, test)


def left_alone_with_reason(self, scenario):
    self.is_left_alone(scenario)
    if scenario.why and scenario.why != "state_unreadable":   # the fault that made it unreadable is over
        self.has_a_reason(scenario)


add_tests(HEALED, Scenarios.is_healed)
add_tests(LEFT_ALONE, left_alone_with_reason)
add_tests(SYMPTOMS, Scenarios.is_put_back)

if __name__ == "__main__":
    unittest.main()

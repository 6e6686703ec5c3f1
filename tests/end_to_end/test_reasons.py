"""Each reason that can arise on a host: what is found, what is healed, and that nothing else is written."""

import re
import shutil
import tempfile
import time
import unittest

from parts import part_of
from product import PROGRAM, Product, create_host, severities
from scenarios import HEALED, LEFT_ALONE, NEVER, SEEN_WITH_A_CLIENT, SYMPTOMS

PARTS = 3
HASHES = {"Sha1CertificateHash", "Sha256CertificateHash", "isHashConfiguredByAdmin"}
ONE = {"type": 4, "bytes": "01000000"}    # REG_DWORD
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


def watch(scenario):
    """The watchdog sees the healthy server, as a service does from its installation on; the first client after that teaches it names and CA."""
    scenario.prepares(host)
    if scenario.known == NEVER:
        time.sleep(3)   # what is written within two seconds of a start counts as part of it
        return
    looked = product.heal()
    assert looked.code == 0, looked.output
    if scenario.known == SEEN_WITH_A_CLIENT:
        assert host.client_connects() == "connected"
        looked = product.heal()
        assert looked.code == 0, looked.output


class Scenarios(unittest.TestCase):
    def look(self, scenario):
        """Breaks a healthy server, and checks what is found before anything is healed."""
        make_healthy()
        product.fresh(scenario.policy)
        watch(scenario)
        scenario.breaks(host)
        host.forget_writes()
        checked = product.check()
        found = severities(checked.json)
        self.assertEqual({reason: found.get(reason) for reason in scenario.finds}, scenario.finds, checked.output)
        self.assertEqual(checked.code, scenario.check, checked.output)
        if not scenario.finds:
            self.assertEqual(set(found.values()) - {"information"}, set(), checked.output)
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
        self.assertEqual(values["isHashConfiguredByAdmin"], ONE, "the flag stays as found, and a malformed one that says 1 becomes 1")
        self.assertEqual(restarts(), scenario.restarts, (healed.output, host.writes()))
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

    def is_kept_and_reported(self, scenario):
        """A restart that did not help changes nothing that would have to be taken back, and is not tried again and again."""
        self.look(scenario)
        before = everything()
        healed = self.heal(scenario)
        self.assertEqual(everything(), before, healed.output)
        self.assertEqual(changes_by_product(), [], "a symptom is no reason to write")
        self.assertGreaterEqual(restarts(), 1, healed.output)
        (symptom,) = scenario.finds
        checked = product.check()
        self.assertEqual((checked.code, severities(checked.json)[symptom]), (2, "critical"), checked.output)
        planned = product.plan()
        self.assertEqual((planned.code, planned.json["decision"].get("why")), (11, "reported_only"), planned.output)


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
add_tests(SYMPTOMS, Scenarios.is_kept_and_reported)


def load_tests(loader, tests, pattern):
    return part_of(tests)


if __name__ == "__main__":
    unittest.main()

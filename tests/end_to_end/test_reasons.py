"""Each reason that can arise on a host: what is found, what is healed, and that nothing else is written."""

import re
import unittest

from parts import part_of
from product import PROGRAM, severities
from rras_host import WILDCARD  # isort: skip  (product tells where it is)
from scenarios import HEALED, LEFT_ALONE, NEVER, SEEN_WITH_A_CLIENT, SYMPTOMS
from scenarios_of_servers import HEALED_SERVERS, LEFT_ALONE_SERVERS
from server_under_watch import ServerUnderWatch

PARTS = 3
HASHES = {"Sha1CertificateHash", "Sha256CertificateHash", "isHashConfiguredByAdmin"}
FLAG = {by_admin: {"type": 4, "bytes": f"0{by_admin:d}000000"} for by_admin in (True, False)}    # REG_DWORD


def setUpModule():
    global server, host, product
    server = ServerUnderWatch("reasons-")
    host, product = server.host, server.product


def tearDownModule():
    server.delete()


class Scenarios(unittest.TestCase):
    def look(self, scenario):
        """Breaks a healthy server that the watchdog knows as well as the scenario says, and checks what is found before anything is healed."""
        certificate = scenario.begins(host.authority) if scenario.begins else server.good
        server.begin(scenario.policy(certificate) if callable(scenario.policy) else scenario.policy, certificate, scenario.by_admin)
        scenario.prepares(host)
        if scenario.known == NEVER:
            server.wait_until_settled()
        else:
            server.look(with_a_client=scenario.known == SEEN_WITH_A_CLIENT)
        scenario.breaks(host)
        host.forget_writes()
        if scenario.meets is not None:
            self.assertEqual(set(server.clients()), {scenario.meets})
        checked = product.check()
        found = severities(checked.json)
        self.assertEqual({reason: found.get(reason) for reason in scenario.finds}, scenario.finds, checked.output)
        if scenario.check is not None:
            self.assertEqual(checked.code, scenario.check, checked.output)
        if scenario.one_critical:
            self.assertEqual([each["reason"] for each in checked.json["findings"] if each["severity"] == "critical"], list(scenario.finds), checked.output)
        if not scenario.finds:
            self.assertEqual(set(found.values()) - {"information"}, set(), checked.output)
        self.assertEqual(server.changes_by_product(), [], "check has written")

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
        self.assertEqual(server.is_in_force(target), {}, healed.output)
        bindings = host.bindings()
        self.assertEqual({bindings[f"{address}:{host.port}"]["store_name"] for address in WILDCARD.values()}, {scenario.store})
        self.assertEqual(set(server.clients()), {"connected"}, healed.output)
        self.assertEqual({host.served(family) for family in server.families()}, {target.sha256})
        self.assertEqual({endpoint: record for endpoint, record in bindings.items() if endpoint in foreign_before}, foreign_before)
        values = host.parameters()["values"]
        self.assertEqual({name: values[name] for name in values if name not in HASHES}, {name: parameters_before[name] for name in parameters_before if name not in HASHES})
        self.assertEqual(values["isHashConfiguredByAdmin"], FLAG[scenario.by_admin], "the flag stays as found, and a malformed one that says 1 becomes 1")
        self.assertEqual(server.starts(), scenario.restarts, (healed.output, host.writes()))
        self.finds_and_tells_afterwards(scenario)
        self.second_heal_writes_nothing(scenario)

    def finds_and_tells_afterwards(self, scenario):
        if scenario.then_finds:
            found = severities(product.check().json)
            self.assertEqual({reason: found.get(reason) for reason in scenario.then_finds}, scenario.then_finds)
        for event_type in scenario.tells:
            self.assertEqual(len(server.events(event_type)), 1, event_type)

    def second_heal_writes_nothing(self, scenario):
        host.forget_writes()
        written = host.parameters()["last_written"]
        again = product.heal()
        self.assertEqual(again.code, scenario.again, again.output)
        self.assertEqual(host.writes(by=PROGRAM), [])
        self.assertEqual(host.parameters()["last_written"], written, "an equal value was written again")

    def is_left_alone(self, scenario):
        self.look(scenario)
        before, written, met = server.everything(), host.parameters()["last_written"], server.clients()
        healed = self.heal(scenario)
        host.order_faults()
        self.assertEqual(server.everything(), before, healed.output)
        self.assertEqual(server.clients(), met)
        self.assertEqual(host.parameters()["last_written"], written, "a parameter was written")
        self.assertEqual(host.writes(by=PROGRAM), [], "something was written")
        self.assertEqual(server.starts(), 0)
        self.finds_and_tells_afterwards(scenario)

    def has_a_reason(self, scenario):
        planned = product.plan()
        self.assertEqual(planned.code, 11, planned.output)
        self.assertEqual(planned.json["decision"]["why"], scenario.why, planned.output)

    def is_kept_and_reported(self, scenario):
        """A restart that did not help changes nothing that would have to be taken back, and is not tried again and again."""
        self.look(scenario)
        before = server.everything()
        healed = self.heal(scenario)
        self.assertEqual(server.everything(), before, healed.output)
        self.assertEqual(server.changes_by_product(), [], "a symptom is no reason to write")
        self.assertGreaterEqual(server.starts(), 1, healed.output)
        (symptom,) = scenario.finds
        checked = product.check()
        self.assertEqual((checked.code, severities(checked.json)[symptom]), (2, "critical"), checked.output)
        planned = product.plan()
        self.assertEqual((planned.code, planned.json["decision"].get("why")), (11, "reported_only"), planned.output)


def add_tests(scenarios, run):
    for scenario in scenarios:
        name = "test_" + re.sub(r"\W+", "_", scenario.sentence.lower()).strip("_")
        assert not hasattr(Scenarios, name), f"two scenarios have the sentence {scenario.sentence!r}"

        def test(self, scenario=scenario):
            run(self, scenario)
        test.__doc__ = scenario.sentence
        setattr(Scenarios, name, test)


def left_alone_with_reason(self, scenario):
    self.is_left_alone(scenario)
    if scenario.why and scenario.why != "state_unreadable":   # the fault that made it unreadable is over
        self.has_a_reason(scenario)


add_tests(HEALED + HEALED_SERVERS, Scenarios.is_healed)
add_tests(LEFT_ALONE + LEFT_ALONE_SERVERS, left_alone_with_reason)
add_tests(SYMPTOMS, Scenarios.is_kept_and_reported)


def load_tests(loader, tests, pattern):
    return part_of(tests)


if __name__ == "__main__":
    unittest.main()

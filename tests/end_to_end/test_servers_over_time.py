"""States of servers (tests/core/servers/README.md) that show only while the program watches: what others do meanwhile, what waits, and what a full disk leaves. Tests bear the
number of the state."""

import unittest

from parts import part_of
from product import PROGRAM, reasons, severities
from rras_host import WILDCARD, wait_until  # isort: skip  (product tells where it is)
from scenarios import deleted, install
from server_under_watch import CONNECTED, NO_TLS, SLOW, ServerTest, ServerUnderWatch

PARTS = 2
OFTEN = {"watch": {"interval": "5s"}}


def setUpModule():
    global server, host, product
    server = ServersOverTime.server = ServerUnderWatch("over-time-")
    host, product = server.host, server.product


def tearDownModule():
    server.delete()


class ServersOverTime(ServerTest):
    def wait_until_healed(self, certificate, heals):
        self.wait_for_events("heal_succeeded", heals)
        self.assertEqual((server.is_in_force(certificate), server.clients()), ({}, CONNECTED))

    def test_29_a_tool_that_renews_all_of_it_within_seconds_is_left_to_finish(self):
        server.begin({"limits": {"quiet_period": "15s"}})
        server.look()
        with self.while_it_watches():
            host.forget_writes()
            renewed = install(host, "renewed")
            server.wait_until_settled()
            for address in WILDCARD.values():
                host.bind(address, renewed)
            self.assertEqual(server.clients(), ["crypto binding failed"] * 2)
            server.wait_until_settled()
            host.set_hashes(renewed)
            server.wait_until_settled()
            host.restart_ras()
            self.wait_for_events("certificate_adopted")
        self.is_healed(renewed, 1)   # the tool's restart
        self.assertEqual((host.writes(by=PROGRAM), server.events("heal_started")), ([], []))
        self.heal_and_write_nothing(0)

    def test_50_on_a_full_disk_one_heal_has_room_and_what_was_found_meanwhile_is_told(self):
        server.begin(OFTEN)
        server.look()
        disk = host.disk_of(product.data)
        with self.while_it_watches(environment=disk.environment):
            with disk.full():
                deleted(host)
                self.assertEqual(server.clients(), NO_TLS)
                host.forget_writes()
                wait_until(lambda: server.clients() == CONNECTED, SLOW, "clients to connect again")
            told = [event["fields"]["reason"] for event in self.wait_for_events("finding_cleared") and server.events("finding_raised")]
            self.assertIn("certificate_missing", told)
            self.wait_until_healed(host.made["renewed"], 1)
        self.is_healed(host.made["renewed"], 1)

    def test_87a_a_heal_that_can_be_brought_to_neither_end_is_closed_after_a_day_and_planned_afresh(self):
        server.begin(OFTEN)
        server.look()
        deleted(host)
        host.order_faults({"function": "HttpUpdateServiceConfiguration", "error": 1450, "skip": 1, "count": 0, "process": PROGRAM})
        host.forget_writes()
        with self.while_it_watches():
            self.wait_for_events("heal_failed")
        self.assertEqual({host.bound(family) for family in ("ipv4", "ipv6")}, {host.good.thumbprint, host.made["renewed"].thumbprint}, "Windows refuses both ends")
        product.let_the_machine_run(hours=12)
        with self.while_it_watches():
            status = product.wait_for_status(lambda s: s["cycle"]["number"] > 0 and "heal_incomplete" in reasons(s), SLOW, "a look at the open heal")
            self.assertEqual(severities(status)["heal_incomplete"], "critical")
        self.assertEqual((server.events("recovery_given_up"), server.starts()), ([], 0))
        product.let_the_machine_run(hours=13)
        with self.while_it_watches():
            self.wait_for_events("recovery_given_up")
        host.order_faults()
        product.let_the_machine_run(hours=2)   # the schedule of what failed is over as well
        with self.while_it_watches():
            self.wait_until_healed(host.made["renewed"], 1)
        self.is_healed(host.made["renewed"], 1)
        self.assertEqual(len(server.events("recovery_given_up")), 1)


def load_tests(loader, tests, pattern):
    return part_of(tests)


if __name__ == "__main__":
    unittest.main()

"""States of servers (tests/core/servers/README.md) that show only while the program watches: what others do again and again, what waits, and what a full disk leaves. Tests bear the
number of the state."""

import datetime
import unittest

from parts import part_of
from product import PROGRAM, reasons, severities
from certificate_authority import days  # isort: skip  (product tells where it is)
from rras_host import WILDCARD, wait_until  # isort: skip
from scenarios import deleted, install, spoiled
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

    def test_19a_a_certificate_of_six_days_is_replaced_in_the_window_by_the_successor_that_came_before_without_a_warning(self):
        opens = datetime.datetime.now().replace(second=0) + datetime.timedelta(minutes=2)
        window = {"start": f"{opens:%H:%M}", "duration": "2m", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}
        server.begin({**OFTEN, "restart": {"window": window}}, certificate=host.authority.good(valid_from=-days(5), valid_to=days(1)))
        server.look()
        host.forget_writes()
        with self.while_it_watches():
            install(host, "renewed")
            status = product.wait_for_status(lambda s: s["decision"].get("why") == "outside_window", SLOW, "the successor to wait")
            self.assertEqual(set(severities(status).values()), {"information"})
            self.assertEqual((server.clients(), server.starts(), host.bound("ipv4")), (CONNECTED, 0, host.good.thumbprint))
            self.wait_until_healed(host.made["renewed"], 1)
            self.assertGreaterEqual(datetime.datetime.now(), opens)
        self.is_healed(host.made["renewed"], 1)
        self.assertEqual([event["fields"]["reason"] for event in server.events("finding_raised") if event["fields"]["severity"] in ("warning", "critical")], [])

    def test_28b_what_RRAS_has_read_is_put_back_by_the_schedule_and_told_as_not_lasting(self):
        server.begin(OFTEN)
        server.look()
        old = install(host, "expired")

        def group_policy_writes_and_RRAS_reads_it():
            host.stop_ras()   # what an administrator stopped is left alone: nothing is put back before RRAS has read it
            host.set_hashes(old)
            host.forget_writes()
            host.start_ras()
        with self.while_it_watches():
            for heals in (1, 2):   # the first one was not yet undone, and what was undone once is put back at once
                group_policy_writes_and_RRAS_reads_it()
                self.wait_until_healed(host.good, heals)
                self.assertEqual(server.starts(), 2, "the one above, and ours")
            group_policy_writes_and_RRAS_reads_it()
            status = product.wait_for_status(lambda s: "heal_does_not_last" in reasons(s) and s["decision"].get("why") == "waiting_for_schedule", SLOW, "the next try to wait for its time")
            self.assertIn("Sha256CertificateHash", str([each for each in status["findings"] if each["reason"] == "heal_does_not_last"]))
            began = status["cycle"]["number"]
            product.wait_for_status(lambda s: s["cycle"]["number"] > began + 2, SLOW, "three more looks")
            self.assertEqual((server.starts(), host.bound("ipv4")), (1, old.thumbprint))
        host.forget_writes()
        self.is_healed(host.good, 1, self.heal(0))   # an administrator may: the schedule is for us

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

    def test_40_a_RemoteAccess_that_hangs_while_it_stops_is_told_and_healed_once_it_ends(self):
        server.begin({**OFTEN, "restart": {"timeout": "5s"}})
        server.look()
        with self.while_it_watches():
            host.order_service("RemoteAccess", stop="hang")
            deleted(host)
            self.assertEqual(server.clients(), NO_TLS)
            host.forget_writes()
            status = product.wait_for_status(lambda s: "service_hung" in reasons(s), SLOW, "the hang to be found")
            self.assertEqual(severities(status)["service_hung"], "critical")
            self.assertEqual(server.starts(), 0)
            host.order_service("RemoteAccess")   # the hang ends
            self.wait_until_healed(host.made["renewed"], 1)
        self.is_healed(host.made["renewed"], 1)
        self.assertEqual(len(server.events("heal_started")), 1)

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

    def test_50_on_a_disk_that_was_full_before_our_first_start_nothing_is_healed_and_that_is_said(self):
        server.begin()
        disk = host.disk_of(product.data)
        spoiled("expired")(host)
        before, met = server.everything(), server.clients()
        host.forget_writes()
        with disk.full():
            refused = product.heal(environment=disk.environment)
        self.assertIn(refused.code, (1, 3, 11), refused.output)
        self.assertRegex(refused.output, r"(?i)disk")
        self.assertEqual((server.everything(), host.writes(by=PROGRAM), server.starts(), server.clients()), (before, [], 0, met))
        self.is_healed(host.made["renewed"], 1, self.heal(0))   # there is room again

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

    def test_88b_two_values_that_are_overwritten_three_seconds_apart_are_put_right_without_a_restart(self):
        server.begin({"limits": {"quiet_period": "5s"}})
        server.look()
        other = install(host, "expired")
        server.wait_until_settled()
        with self.while_it_watches():
            host.forget_writes()
            host.bind("0.0.0.0", other)
            server.wait_until_settled()
            host.set_hashes(other)
            wait_until(lambda: server.is_in_force(host.good) == {}, SLOW, "both to be put right")
            wait_until(lambda: server.events("heal_succeeded"), SLOW, "the heal to be proven")
        self.is_healed(host.good, 0)

    def test_90_that_TLS_of_our_endpoint_could_not_be_used_is_a_look_at_once_which_asks_for_the_key_anew(self):
        server.begin({"watch": {"interval": "1h"}})
        server.look()
        with self.while_it_watches():
            before = product.status()["cycle"]["number"]
            host.break_key(host.good)
            host.stop_serving(host.good)
            self.assertEqual(server.clients(), NO_TLS)
            host.forget_writes()
            host.write_event(15021, [r"\Device\Http\ReqQueue", f"0.0.0.0:{host.port}"], provider="Microsoft-Windows-HttpEvent")
            status = product.wait_for_status(lambda s: s["cycle"]["number"] > before and "private_key_unusable" in reasons(s), SLOW, "the key to be found unusable")
            self.assertEqual(severities(status)["private_key_unusable"], "critical")
        self.assertEqual((host.writes(by=PROGRAM), server.starts()), ([], 0))


def load_tests(loader, tests, pattern):
    return part_of(tests)


if __name__ == "__main__":
    unittest.main()

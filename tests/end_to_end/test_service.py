"""The service that the SCM runs: it heals by itself, on events and on what raises none, and stops within seconds."""

import shutil
import tempfile
import time
import unittest

from product import PROGRAM, Product, create_host, reasons
from rras_host import IIS_APP_ID, wait_until

SERVICE = "SstpWatchdog"
HEALED_WITHIN = 90   # seconds; generous, machines here are slow: nothing waits for it when all is well


def setUpModule():
    global folder, host, product, good, renewed
    folder = tempfile.mkdtemp(prefix="service-")
    host = create_host(folder, port=443)
    product = Product(host)
    good, renewed = host.authority.good(), host.authority.renewed()


def tearDownModule():
    host.delete()
    shutil.rmtree(folder, ignore_errors=True)


class RunningService(unittest.TestCase):
    policy = {}

    def setUp(self):
        host.reset()
        host.make_healthy(good)
        # A long interval: what is healed in these tests is healed because something woke the service.
        product.fresh({"watch": {"interval": "1h"}, **self.policy})
        self.assertEqual(product.run("install").code, 0)
        self.assertEqual(host.ask("service.start", service=SERVICE), 0)
        product.wait_for_status(lambda status: status["healthy"], HEALED_WITHIN, "the first healthy cycle")
        host.forget_writes()

    def tearDown(self):
        if host.service(SERVICE)["state"] != "stopped":
            host.ask("service.control", service=SERVICE)
            host.wait_for_service(SERVICE, "stopped")
        self.assertEqual(product.run("uninstall").code, 0)

    def wait_until_healthy(self, certificate):
        def connected():
            return all(host.bound(family) == certificate.thumbprint and host.vpn_client(family) == "connected" for family in ("ipv4", "ipv6"))
        wait_until(connected, HEALED_WITHIN, "clients of both families to connect")
        return product.wait_for_status(lambda status: status["healthy"], HEALED_WITHIN, "a healthy status")

    def test_a_binding_overwritten_while_RRAS_runs_is_healed_though_RRAS_says_nothing(self):
        expired = host.authority.expired()
        host.install_certificate(expired)
        host.bind("[::]", expired)
        self.wait_until_healthy(good)
        self.assertEqual(host.ras_sstp_ids(), [])

    def test_a_deleted_certificate_is_replaced_by_the_renewed_one(self):
        host.install_certificate(renewed)
        host.remove_certificate(good)
        self.wait_until_healthy(renewed)

    def test_a_stale_hash_is_noticed_in_the_registry(self):
        host.set_parameter("Sha256CertificateHash", bytes="AB" * 32)
        self.wait_until_healthy(good)

    def test_event_13_wakes_it(self):
        host.order_service("RemoteAccess")
        before = product.status()["cycle"]["number"]
        host.write_event(13, ["The system cannot find the file specified.", ""])
        status = product.wait_for_status(lambda s: s["cycle"]["number"] > before, HEALED_WITHIN, "a cycle after the event")
        self.assertIn("event_log", status["cycle"]["wakes"])
        # Everything is right and served: an event alone is no reason to write.
        self.assertEqual(host.writes(by=PROGRAM), [])

    def test_a_storm_of_events_is_one_heal_at_most(self):
        host.unbind("[::]")
        host.write_event(13, ["The system cannot find the file specified.", ""], repeat=2000)
        self.wait_until_healthy(good)
        sets = [line for line in host.writes(by=PROGRAM) if line["function"] == "HttpSetServiceConfiguration"]
        self.assertEqual(len(sets), 1, sets)

    def test_a_policy_change_is_followed_without_a_restart(self):
        product.write_policy({"mode": "observe", "watch": {"interval": "1h"}})
        product.wait_for_status(lambda status: status["permission"] != "heal", HEALED_WITHIN, "observe mode")
        host.unbind("[::]")
        product.wait_for_status(lambda status: "binding_missing_ipv6" in reasons(status), HEALED_WITHIN, "the finding")
        self.assertIsNone(host.bound("ipv6"))
        product.write_policy({"watch": {"interval": "1h"}})
        self.wait_until_healthy(good)

    def test_an_invalid_policy_leaves_the_last_good_one_in_force_loudly(self):
        product.policy_file.write_text('{"mode": "hael"}')
        status = product.wait_for_status(lambda s: "policy_invalid" in reasons(s), HEALED_WITHIN, "the finding")
        self.assertEqual(status["permission"], "heal")
        self.assertIn("mode", status["policy_problem"])
        host.unbind("0.0.0.0")
        wait_until(lambda: host.bound("ipv4") == good.thumbprint, HEALED_WITHIN, "the binding to be made anew")

    def test_the_kill_switch_holds_at_once(self):
        host.set_kill_switch("observe")
        product.wait_for_status(lambda status: status["permission"] != "heal", HEALED_WITHIN, "observation only")
        host.unbind("0.0.0.0")
        product.wait_for_status(lambda status: "binding_missing_ipv4" in reasons(status), HEALED_WITHIN, "the finding")
        self.assertIsNone(host.bound("ipv4"))
        self.assertEqual(host.writes(by=PROGRAM), [])
        host.set_kill_switch(None)
        self.wait_until_healthy(good)

    def test_an_administrators_heal_is_done_by_the_service(self):
        host.install_certificate(renewed)
        product.wait_for_status(lambda status: "certificate_superseded" in reasons(status), HEALED_WITHIN, "the planned replacement")
        self.assertEqual(host.bound("ipv4"), good.thumbprint)
        asked = product.run("heal", "--ignore-window")
        self.assertEqual(asked.code, 0, asked.output)
        self.wait_until_healthy(renewed)

    def test_it_stops_within_seconds_while_a_heal_waits_for_a_service(self):
        host.order_service("RemoteAccess", stop="hang")
        host.set_parameter("Sha256CertificateHash", bytes="AB" * 32)
        wait_until(lambda: host.service("RemoteAccess")["state"] == "stop_pending", HEALED_WITHIN, "the heal to wait for RemoteAccess")
        began = time.monotonic()
        host.ask("service.control", service=SERVICE)
        host.wait_for_service(SERVICE, "stopped", 60)
        self.assertLess(time.monotonic() - began, 30)   # the hang is ordered for ever, the service's own time-out is 30 s
        host.order_service("RemoteAccess")   # the hang ends
        host.wait_for_service("RemoteAccess", "stopped")

    def test_foreign_owners_and_the_service_do_not_fight(self):
        expired = host.authority.expired()
        host.install_certificate(expired)
        host.unbind("[::]")
        host.bind("[::]", expired, app_id=IIS_APP_ID)
        product.wait_for_status(lambda status: "binding_foreign_owner" in reasons(status), HEALED_WITHIN, "the finding")
        self.assertEqual(host.bound("ipv6"), expired.thumbprint)
        self.assertEqual([line for line in host.writes(by=PROGRAM) if line["subject"].startswith("[::]")], [])

    def test_a_spent_budget_is_told_and_nothing_more_is_changed(self):
        before = product.status()["cycle"]["number"]
        product.write_policy({"limits": {"heals_per_hour": 1, "heals_per_day": 1}, "watch": {"interval": "1h"}})
        product.wait_for_status(lambda status: status["cycle"]["number"] > before, HEALED_WITHIN, "the policy to be read anew")
        host.unbind("0.0.0.0")
        self.wait_until_healthy(good)
        host.forget_writes()
        host.unbind("0.0.0.0")
        status = product.wait_for_status(lambda s: "budget_exhausted" in reasons(s), HEALED_WITHIN, "the finding")
        self.assertIn("binding_missing_ipv4", reasons(status))
        self.assertIsNone(host.bound("ipv4"))
        self.assertEqual(host.writes(by=PROGRAM), [])

    def test_a_deaf_event_source_is_told_until_it_hears_again(self):
        host.order_faults({"function": "EvtNext", "error": 1722, "count": 0}, {"function": "EvtSubscribe", "error": 1722, "count": 0})
        host.write_event(13, ["", ""])
        host.install_certificate(renewed)   # wakes it: the event itself cannot
        product.wait_for_status(lambda status: "event_source_degraded" in reasons(status), HEALED_WITHIN, "the finding")
        host.order_faults()
        product.wait_for_status(lambda status: "event_source_degraded" not in reasons(status), HEALED_WITHIN, "the finding to be cleared")

    def test_a_store_that_cannot_be_watched_is_told_until_another_is(self):
        product.write_policy({"mode": "observe", "certificate": {"store": "Nowhere"}, "watch": {"interval": "1h"}})
        status = product.wait_for_status(lambda status: "event_source_degraded" in reasons(status), HEALED_WITHIN, "the finding")
        self.assertEqual([each["subject"] for each in status["findings"] if each["reason"] == "event_source_degraded"], [r"LocalMachine\Nowhere"])
        product.write_policy({"watch": {"interval": "1h"}})
        self.wait_until_healthy(good)

    def test_after_a_heal_of_another_process_it_watches_what_the_policy_names(self):
        product.write_policy({"mode": "observe", "certificate": {"store": "Nowhere"}, "watch": {"interval": "1h"}})
        product.wait_for_status(lambda status: "event_source_degraded" in reasons(status), HEALED_WITHIN, "the finding")
        product.heal()
        host.set_kill_switch("observe")    # a wake, in which it finds that another process has written
        self.addCleanup(host.set_kill_switch, None)
        log = product.data / "logs" / "sstp-watchdog.log"
        wait_until(lambda: "another process healed" in log.read_text(), HEALED_WITHIN, "it to begin anew")
        status = product.wait_for_status(lambda s: s["permission"] != "heal" and s["cycle"]["number"] <= 2, HEALED_WITHIN, "its first cycle")
        self.assertIn("event_source_degraded", reasons(status))

    def test_the_event_log_service_restarts_and_it_is_not_deaf(self):
        host.order_faults({"function": "EvtNext", "error": 1722, "count": 1}, {"function": "EvtSubscribe", "error": 1722, "count": 1})
        host.write_event(13, ["", ""])
        time.sleep(1)
        host.order_faults()
        before = product.status()["cycle"]["number"]
        wait_until(lambda: woken_by_another_event(before), HEALED_WITHIN, "an event to be seen after the log service was away")


def woken_by_another_event(number):
    host.write_event(13, ["", ""])
    time.sleep(1)
    status = product.status()
    return status["cycle"]["number"] > number and "event_source_degraded" not in reasons(status)


if __name__ == "__main__":
    unittest.main()

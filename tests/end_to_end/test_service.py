"""The service that the SCM runs: it heals by itself, on events and on what raises none, and stops within seconds."""

import shutil
import tempfile
import time
import unittest

from product import PROGRAM, Product, create_host, reasons
from certificate_authority import days  # isort: skip  (product tells where it is)
from rras_host import IIS_APP_ID, wait_until

SERVICE = "SstpWatchdog"
HEALED_WITHIN = 240   # seconds; generous, machines are slow: nothing waits for it when all is well


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
            return (host.hashes() == {"sha1": certificate.thumbprint, "sha256": certificate.sha256}
                    and all(host.bound(family) == certificate.thumbprint and host.vpn_client(family) == "connected" for family in ("ipv4", "ipv6")))
        wait_until(connected, HEALED_WITHIN, "clients of both families to connect")
        return product.wait_for_status(lambda status: status["healthy"], HEALED_WITHIN, "a healthy status")

    def history(self, event_type):
        done = product.run("history", "--json")
        return [event for event in done.json["events"] if event["type"] == event_type]

    def wait_for_events(self, event_type, count=1):
        wait_until(lambda: len(self.history(event_type)) >= count, HEALED_WITHIN, f"{count} of the event {event_type}")
        return self.history(event_type)

    def replace_by(self, certificate, old):
        """An ACME client deletes the old certificate: clients are cut off, and only a restart brings the new one into crypto binding."""
        host.install_certificate(certificate)
        host.remove_certificate(old)

    def test_a_binding_overwritten_while_RRAS_runs_is_healed_though_RRAS_says_nothing(self):
        expired = host.authority.expired()
        host.install_certificate(expired)
        host.bind("[::]", expired)
        self.wait_until_healthy(good)
        self.assertEqual(host.ras_sstp_ids(), [])

    def test_83_a_deleted_certificate_is_replaced_by_the_renewed_one_and_the_next_client_is_told(self):
        product.write_policy({"watch": {"interval": "5s"}})   # clients are asked for once an interval
        self.replace_by(renewed, good)
        self.wait_until_healthy(renewed)
        (heal,) = self.wait_for_events("heal_succeeded")
        self.assertEqual(self.history("heal_confirmed_by_client"), [])
        self.assertEqual(host.client_connects(), "connected")
        (confirmed,) = self.wait_for_events("heal_confirmed_by_client")
        self.assertEqual(confirmed["fields"]["heal_id"], heal["fields"]["heal_id"])

    def test_names_and_CA_are_learned_from_the_first_client(self):
        product.write_policy({"watch": {"interval": "5s"}})
        self.assertEqual(product.status()["names"]["origin"], "presumed")
        self.assertEqual(host.client_connects(), "connected")
        status = product.wait_for_status(lambda s: s["names"]["origin"] == "learned", HEALED_WITHIN, "the names to be learned")
        self.assertEqual((status["names"]["required"], status["ca"]), (["vpn.example.com"], {"kind": "private", "origin": "learned"}))
        self.assertNotIn("names_presumed", reasons(status))
        self.assertEqual(host.writes(by=PROGRAM), [])

    def test_11a_a_moved_hash_is_noticed_in_the_registry_and_moved_back_without_a_restart(self):
        host.install_certificate(renewed)
        host.set_parameter("Sha256CertificateHash", bytes=renewed.sha256)
        self.wait_until_healthy(good)
        self.assertEqual([line for line in host.writes() if line["function"] == "service started"], [], "RRAS held the right hash all the time")

    def test_event_13_wakes_it(self):
        host.order_service("RemoteAccess")
        before = product.status()["cycle"]["number"]
        host.write_event(13, ["The system cannot find the file specified.", ""])
        product.wait_for_status(lambda s: s["cycle"]["number"] > before and "event_log" in s["cycle"]["wakes"], HEALED_WITHIN, "a cycle for the event")
        # Everything is right and served: an event alone is no reason to write, nor to restart.
        self.assertEqual(host.writes(), [])

    def test_a_storm_of_events_is_one_heal(self):
        expired = host.authority.expired()
        host.install_certificate(expired)
        host.bind("[::]", expired)
        host.write_event(13, ["The system cannot find the file specified.", ""], repeat=2000)
        self.wait_until_healthy(good)
        written = [line for line in host.writes(by=PROGRAM) if line["function"] in ("HttpSetServiceConfiguration", "HttpUpdateServiceConfiguration") and line["answer"] == 0]
        self.assertEqual(len(written), 1, written)
        self.assertEqual(len(self.history("heal_started")), 1)

    def test_a_policy_change_is_followed_without_a_restart(self):
        product.write_policy({"mode": "observe", "watch": {"interval": "1h"}})
        product.wait_for_status(lambda status: status["permission"] != "heal", HEALED_WITHIN, "observe mode")
        host.unbind("[::]")
        product.wait_for_status(lambda status: "binding_missing_ipv6" in reasons(status), HEALED_WITHIN, "the finding")
        self.assertIsNone(host.bound("ipv6"))
        product.write_policy({"watch": {"interval": "1h"}})
        self.wait_until_healthy(good)

    def test_an_invalid_policy_leaves_the_last_good_one_in_force_loudly(self):
        product.policy_file.write_text('{"mode": "heal", "watch": {"interval": "often"}}')
        status = product.wait_for_status(lambda s: "policy_invalid" in reasons(s), HEALED_WITHIN, "the finding")
        self.assertEqual(status["permission"], "heal")
        self.assertIn("/watch/interval", status["policy_problem"])
        host.unbind("0.0.0.0")
        wait_until(lambda: host.bound("ipv4") == good.thumbprint, HEALED_WITHIN, "the binding to be made anew")

    def test_79_an_invalid_policy_that_may_mean_observe_observes_until_it_is_valid(self):
        product.policy_file.write_text('{"mode": "observ"}')
        status = product.wait_for_status(lambda s: "policy_invalid" in reasons(s), HEALED_WITHIN, "the finding")
        self.assertNotEqual(status["permission"], "heal")
        host.unbind("0.0.0.0")
        product.wait_for_status(lambda s: "binding_missing_ipv4" in reasons(s), HEALED_WITHIN, "the finding")
        self.assertIsNone(host.bound("ipv4"))
        self.assertEqual(host.writes(by=PROGRAM), [])
        product.write_policy({"watch": {"interval": "1h"}})
        self.wait_until_healthy(good)

    def test_the_kill_switch_holds_at_once(self):
        host.set_kill_switch("observe")
        product.wait_for_status(lambda status: status["permission"] != "heal", HEALED_WITHIN, "observation only")
        host.unbind("0.0.0.0")
        product.wait_for_status(lambda status: "binding_missing_ipv4" in reasons(status), HEALED_WITHIN, "the finding")
        self.assertIsNone(host.bound("ipv4"))
        self.assertEqual(host.writes(by=PROGRAM), [])
        host.set_kill_switch("heal")
        self.wait_until_healthy(good)

    def test_73_a_kill_switch_that_disappears_is_believed_gone_after_a_minute_only(self):
        host.set_kill_switch("observe")
        product.wait_for_status(lambda status: status["permission"] != "heal", HEALED_WITHIN, "observation only")
        host.unbind("0.0.0.0")
        before = time.monotonic()
        host.set_kill_switch(None)   # as a refresh of Group Policy does, which then writes it again
        self.wait_until_healthy(good)
        self.assertGreater(time.monotonic() - before, 55)

    def test_an_administrators_heal_is_done_by_the_service(self):
        host.install_certificate(renewed)
        product.wait_for_status(lambda status: "certificate_superseded" in reasons(status), HEALED_WITHIN, "the planned replacement")
        self.assertEqual(host.bound("ipv4"), good.thumbprint)
        asked = product.run("heal", "--ignore-window")
        self.assertEqual(asked.code, 0, asked.output)
        self.wait_until_healthy(renewed)

    def test_41_77a_a_stop_in_the_middle_of_a_heal_waits_for_RemoteAccess_and_starts_it(self):
        host.order_service("RemoteAccess", stop="hang")
        self.replace_by(renewed, good)
        host.wait_for_service("RemoteAccess", "stop_pending", HEALED_WITHIN)
        host.ask("service.control", service=SERVICE)
        wait_until(lambda: host.service(SERVICE)["state"] != "running", HEALED_WITHIN, "the stop to be taken up")
        host.order_service("RemoteAccess")   # the hang ends
        host.wait_for_service(SERVICE, "stopped", HEALED_WITHIN)
        host.wait_for_service("RemoteAccess", "running", HEALED_WITHIN)

    def test_77b_a_stop_while_RemoteAccess_hangs_ends_and_the_next_start_starts_RemoteAccess(self):
        host.order_service("RemoteAccess", stop="hang")
        self.replace_by(renewed, good)
        host.wait_for_service("RemoteAccess", "stop_pending", HEALED_WITHIN)
        host.ask("service.control", service=SERVICE)
        host.wait_for_service(SERVICE, "stopped", HEALED_WITHIN)   # 90 s at the most, and nothing is killed
        self.assertEqual(host.service("RemoteAccess")["state"], "stop_pending")
        host.order_service("RemoteAccess")   # the hang ends
        host.wait_for_service("RemoteAccess", "stopped")
        self.assertEqual(host.ask("service.start", service=SERVICE), 0)
        self.wait_until_healthy(renewed)

    def test_foreign_owners_and_the_service_do_not_fight(self):
        expired = host.authority.expired()
        host.install_certificate(expired)
        host.unbind("[::]")
        host.bind("[::]", expired, app_id=IIS_APP_ID)
        product.wait_for_status(lambda status: "binding_foreign_owner" in reasons(status), HEALED_WITHIN, "the finding")
        self.assertEqual(host.bound("ipv6"), expired.thumbprint)
        self.assertEqual([line for line in host.writes(by=PROGRAM) if line["subject"].startswith("[::]")], [])

    def test_74b_a_spent_budget_is_told_and_no_restart_is_begun_while_what_needs_none_is_healed(self):
        loaded = len(self.history("policy_loaded"))
        product.write_policy({"limits": {"restarts_per_hour": 2, "restarts_per_day": 2}, "watch": {"interval": "1h"}})
        wait_until(lambda: len(self.history("policy_loaded")) > loaded, HEALED_WITHIN, "the policy to be read anew")
        self.replace_by(renewed, good)
        self.wait_until_healthy(renewed)
        self.wait_for_events("heal_succeeded")   # what breaks before that is cured by the same heal
        host.forget_writes()
        host.unbind("0.0.0.0")
        wait_until(lambda: host.bound("ipv4") == renewed.thumbprint, HEALED_WITHIN, "the binding to be made anew")
        heals = len(self.wait_for_events("heal_succeeded", 2))
        host.forget_writes()
        newest = host.authority.renewed(valid_from=-days(1) / 48, valid_to=days(270))
        self.replace_by(newest, renewed)   # one restart is left, and a heal begins only with room for taking back as well
        status = product.wait_for_status(lambda s: "budget_exhausted" in reasons(s), HEALED_WITHIN, "the finding")
        self.assertIn("certificate_missing", reasons(status))
        self.assertEqual((status["decision"]["verdict"], status["decision"]["why"]), ("refused", "budget_exhausted"))
        self.assertEqual((host.bound("ipv4"), host.hashes()["sha256"]), (renewed.thumbprint, renewed.sha256))
        self.assertEqual((host.writes(), len(self.history("heal_started"))), ([], heals), "neither a record nor a service was touched")

    def test_a_deaf_event_source_is_told_until_it_hears_again(self):
        host.order_faults({"function": "EvtNext", "error": 1722, "count": 0}, {"function": "EvtSubscribe", "error": 1722, "count": 0})
        host.write_event(13, ["", ""])
        host.install_certificate(renewed)   # wakes it: the event itself cannot
        product.wait_for_status(lambda status: "event_source_degraded" in reasons(status), HEALED_WITHIN, "the finding")
        host.order_faults()
        product.wait_for_status(lambda status: "event_source_degraded" not in reasons(status), HEALED_WITHIN, "the finding to be cleared")

    def test_a_channel_that_cannot_be_read_is_told_until_the_policy_names_others(self):
        product.write_policy({"watch": {"interval": "1h", "channels": ["System", "Nowhere"]}})
        product.wait_for_status(lambda status: "event_source_degraded" in reasons(status), HEALED_WITHIN, "the finding")
        product.write_policy({"watch": {"interval": "1h"}})
        self.wait_until_healthy(good)

    def test_after_a_heal_of_another_process_it_goes_on_with_what_that_recorded(self):
        host.install_certificate(renewed)
        product.wait_for_status(lambda status: "certificate_superseded" in reasons(status), HEALED_WITHIN, "the planned replacement")
        healed = product.heal("--ignore-window")
        self.assertEqual(healed.code, 0, healed.output)
        log = product.data / "logs" / "sstp-watchdog.log"
        wait_until(lambda: "another process healed" in log.read_text(), HEALED_WITHIN, "it to begin anew")
        status = product.wait_for_status(lambda s: s["healthy"] and s["record"]["last_heal"] is not None, HEALED_WITHIN, "its first cycle")
        self.assertEqual(status["record"]["proven"]["sha256"], renewed.sha256)
        self.wait_until_healthy(renewed)

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

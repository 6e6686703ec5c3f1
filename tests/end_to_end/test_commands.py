"""The commands of the shipped executable on a server that behaves as RRAS does: what they print, change, leave alone, and answer."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import xml.etree.ElementTree

SOURCE_DIR = pathlib.Path(os.environ["SSTP_SOURCE_DIR"])
sys.path.append(str(SOURCE_DIR / "tests" / "rras_host"))

from certificate_authority import days  # noqa: E402  (the path has to be known first)
from ports import free_port  # noqa: E402
from product import QUICK, merged  # noqa: E402
from rras_host import HostError, RrasHost, wait_until  # noqa: E402

WINDOWS_BUILD = pathlib.Path(os.environ["SSTP_WINDOWS_BUILD"])
PROGRAM_FOLDER = r"C:\Program Files\SSTP Watchdog"
PROGRAM = PROGRAM_FOLDER + r"\sstp-watchdog.exe"
SERVICE = "SstpWatchdog"
PROCESS = "sstp-watchdog.exe"
LONG = 180  # s: how long anything is waited for before it counts as hung


class Server(unittest.TestCase):
    """One host for all; each test begins with a server as installed."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="commands-", ignore_cleanup_errors=True)
        cls.host = RrasHost.create(pathlib.Path(cls.temporary.name) / "prefix", port=free_port())
        folder = cls.host.prefix.drive_c / "Program Files" / "SSTP Watchdog"
        folder.mkdir(parents=True)
        (folder / PROCESS).write_bytes((WINDOWS_BUILD / "bin" / PROCESS).read_bytes())
        cls.data = cls.host.prefix.drive_c / "ProgramData" / "SSTP Watchdog"
        cls.good = cls.host.authority.good()
        cls.expired = cls.host.authority.expired()

    @classmethod
    def tearDownClass(cls):
        cls.host.close()
        cls.temporary.cleanup()

    def setUp(self):
        if self.service_state() is not None:
            self.run_program("uninstall")
        self.host.reset()
        self.write_policy({})

    def write_policy(self, policy):
        self.data.mkdir(parents=True, exist_ok=True)
        for left in self.data.glob("state.db*"):
            left.unlink()
        (self.data / "status.json").unlink(missing_ok=True)
        (self.data / "policy.json").write_text(json.dumps(merged(QUICK, policy)))

    def run_program(self, *arguments):
        """The finished program with its two outputs apart. Files, not pipes: the service inherits them."""
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output, tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
            done = subprocess.run(self.host.prefix.as_administrator((PROGRAM, *arguments)), env=self.host.prefix.environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
                                  timeout=LONG, check=False)
            for file in (output, errors):
                file.seek(0)
            done.stdout, done.stderr = (file.read().replace("\r\n", "\n") for file in (output, errors))
        return done

    def answer(self, expected_code, *arguments):
        """Output of a command that must end with this code."""
        done = self.run_program(*arguments)
        self.assertEqual(done.returncode, expected_code, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def service_state(self):
        try:
            return self.host.service(SERVICE)["state"]
        except HostError:  # 1060: not installed
            return None

    def start_service(self):
        self.answer(0, "install")
        done = self.host.prefix.run("net", "start", SERVICE, timeout=LONG)
        self.assertEqual(done.returncode, 0, done.stdout)
        wait_until(lambda: (self.data / "status.json").exists(), LONG, "the first status")

    def stop_service(self):
        self.host.prefix.run("net", "stop", SERVICE, timeout=LONG)
        wait_until(lambda: self.service_state() == "stopped", LONG, "the service to stop")

    def make_renewed(self):
        """A successor waits for the window, which is far: nobody but an administrator puts it in force now."""
        renewed = self.host.authority.renewed()
        self.host.install_certificate(renewed)
        return renewed

    def assert_in_force(self, certificate):
        self.assertEqual({self.host.bound(family) for family in ("ipv4", "ipv6")}, {certificate.thumbprint})
        self.assertEqual(self.host.hashes(), {"sha1": certificate.thumbprint, "sha256": certificate.sha256})
        self.assert_healthy()

    def start_again(self):
        """After a stop. The first status of the new process has been written."""
        (self.data / "status.json").unlink(missing_ok=True)
        self.assertEqual(self.host.prefix.run("net", "start", SERVICE, timeout=LONG).returncode, 0)
        wait_until(lambda: (self.data / "status.json").exists(), LONG, "the first status after the stop")

    def events(self):
        return json.loads(self.answer(0, "history", "--json"))["events"]

    def make_broken(self):
        """IPv6 serves an expired certificate, and RRAS has read nothing new since."""
        self.host.make_healthy(self.good)
        time.sleep(3)   # what is written within two seconds of its start counts as read by RRAS
        self.host.install_certificate(self.expired)
        self.host.bind("[::]", self.expired)
        self.host.forget_writes()

    def assert_healthy(self):
        self.assertEqual({family: self.host.vpn_client(family) for family in ("ipv4", "ipv6")}, {"ipv4": "connected", "ipv6": "connected"})


class TheCommandLine(Server):
    def test_help_and_version_go_to_the_standard_output(self):
        for arguments, pattern in ((("--help",), "Subcommands:"), (("heal", "--help"), "--ignore-window"), (("--version",), r"^SSTP Watchdog \d+\.\d+\.\d+$")):
            done = self.run_program(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
            self.assertRegex(done.stdout.strip(), pattern)

    def test_mistakes_go_to_the_standard_error_with_a_code_of_their_own(self):
        for arguments, pattern in (((), "check"), (("nonsense",), "nonsense"), (("check", "--bogus"), "--bogus"), (("policy", "check"), "FILE"), (("history", "--since", "soon"), "soon")):
            done = self.run_program(*arguments)
            self.assertEqual((done.returncode, done.stdout), (64, ""), arguments)
            self.assertRegex(done.stderr, pattern)

    def test_the_services_own_command_says_what_to_use_in_a_console(self):
        done = self.run_program("service")
        self.assertEqual(done.returncode, 1)
        self.assertIn("sstp-watchdog run", done.stderr)


class Looking(Server):
    def test_a_healthy_server_is_ok_and_untouched(self):
        self.host.make_healthy(self.good)
        before, files = self.host.snapshot(), sorted(self.data.iterdir())
        status, *details = self.answer(0, "check", "--verbose").splitlines()
        self.assertRegex(status, r"^SSTP OK - vpn\.example\.com valid \d+ days, bindings match \| 'days_left'=\d+;21:;7: 'findings'=0 'queue'=0;100;1000;0$")
        self.assertTrue(any("names_presumed" in line and "dns_names" in line for line in details), details)   # with the key that settles it
        self.assertRegex(self.answer(0, "plan"), r"^Nothing to do: ")
        self.assertEqual(self.host.snapshot(), before)
        self.assertEqual(sorted(self.data.iterdir()), files)

    def test_a_broken_server_is_critical_has_a_plan_and_is_untouched(self):
        self.make_broken()
        before, files = self.host.snapshot(), sorted(self.data.iterdir())
        status, *details = self.answer(2, "check", "--verbose").splitlines()
        self.assertRegex(status, r"^SSTP CRITICAL - IPv6 clients get an expired certificate since .* UTC \| 'days_left'=-?\d+;21:;7: 'findings'=\d+ 'queue'=0;100;1000;0$")
        self.assertTrue(any("What I would do" in line for line in details), details)
        self.assertTrue(any("Why not yet" in line and "not installed" in line for line in details), details)
        plan = json.loads(self.answer(10, "plan", "--json"))
        self.assertEqual((plan["verdict"], plan["exit_code"], plan["decision"]["verdict"]), ("plan", 10, "heal"))
        self.assertEqual((plan["plan"]["urgency"], plan["plan"]["restarts_services"]), ("now", False))   # RRAS holds the right hash
        bind = plan["plan"]["steps"][0]
        self.assertEqual((bind["kind"], bind["after"]["certificate"]), ("bind", self.good.thumbprint))
        self.assertEqual(bind["before"]["certificate"], self.expired.thumbprint)
        self.assertEqual(self.host.snapshot(), before)
        self.assertEqual(sorted(self.data.iterdir()), files)

    def test_json_and_text_agree(self):
        self.make_broken()
        found = json.loads(self.answer(2, "check", "--json"))
        self.assertEqual((found["status"], found["exit_code"]), ("critical", 2))
        text = self.answer(2, "check", "--verbose")
        for finding in found["findings"]:
            self.assertIn(f"  {finding['reason']} ", text)
        self.assertEqual(found["listener"]["ipv6"]["served"]["sha256"], self.expired.sha256)

    def test_without_verbose_it_is_six_lines_and_the_last_says_what_to_do(self):
        self.make_broken()
        status, *rows = self.answer(2, "check").splitlines()
        self.assertRegex(status, r"^SSTP CRITICAL - IPv6 clients get an expired certificate since .* \| 'days_left'=")
        self.assertLessEqual(len(rows), 5)
        self.assertEqual([row for row in rows if len(row) > 80], [])
        self.assertEqual(rows[-1], "  To do    Heal it now: sstp-watchdog heal")
        reason = re.search(r"sstp-watchdog explain (\w+)", rows[-2])[1]
        self.assertIn("What you do", self.answer(0, "explain", reason))

    def test_a_report_is_one_well_formed_page_of_what_check_says(self):
        self.make_broken()
        page = self.host.prefix.drive_c / "report.html"
        before = sorted(self.data.iterdir())
        self.assertIn("report.html", self.answer(0, "report", "--html", r"C:\report.html"))
        text = page.read_text(encoding="utf-8")
        tree = xml.etree.ElementTree.fromstring(text.removeprefix("<!DOCTYPE html>"))
        self.assertEqual(tree.find("./body/main/section/h2").text, "The way a client takes")
        self.assertIn("IPv6 clients get an expired certificate since", tree.findtext("./body/header/div/h1"))
        self.assertNotIn("<script", text)
        self.assertEqual(sorted(self.data.iterdir()), before)   # it looks only

    def test_a_forecast_a_snapshot_and_a_rehearsal_look_only(self):
        self.host.make_healthy(self.good)
        before, files = self.host.snapshot(), sorted(self.data.iterdir())
        ahead = json.loads(self.answer(0, "forecast", "--days", "120", "--json"))
        self.assertEqual((ahead["permission"], ahead["standing"], ahead["restarts"]), ("heal", [], 0))
        self.assertIn("certificate_expired", [entry["reason"] for entry in ahead["entries"]])   # nobody renews it, and it lasts 90 days
        self.assertEqual([line for line in self.answer(0, "forecast").splitlines() if len(line) > 80], [])
        taken = self.host.prefix.drive_c / "taken.json"
        self.assertIn("Written", self.answer(0, "snapshot", r"C:\taken.json"))
        text = taken.read_text(encoding="ascii")
        for secret in ("vpn.example.com", self.good.thumbprint, self.good.sha256):
            self.assertNotIn(secret, text)
        stories = json.loads(self.answer(0, "rehearse", "--state", r"C:\taken.json", "--json"))["stories"]
        self.assertEqual((len(stories), stories[0]["name"], stories[0]["restarts"]), (6, "renewal_day", 1))
        self.assertEqual(self.run_program("forecast", "--days", "0").returncode, 64)
        self.assertEqual(self.host.snapshot(), before)
        self.assertEqual(sorted(self.data.iterdir()), files)

    def test_explains_every_finding_and_names_the_nearest_of_a_word_that_there_is_none_of(self):
        self.assertIn("certificate_expired", self.answer(0, "explain"))
        self.assertRegex(self.answer(0, "explain", "1025"), r"^siem_destination_down\r?\n  Event        1025, warning")
        done = self.run_program("explain", "certificate_expird")
        self.assertEqual((done.returncode, done.stdout), (64, ""))
        self.assertRegex(done.stderr, r"Did you mean:\s+certificate_expired ")

    def test_a_store_that_cannot_be_read_is_unknown(self):
        self.host.make_healthy(self.good)
        self.host.order_faults({"function": "HttpQueryServiceConfiguration", "error": 5, "count": 0})
        text = self.answer(3, "check")
        self.assertRegex(text, r"^SSTP UNKNOWN - .*\(5\)")
        self.assertIn("elevated", text)
        self.answer(3, "plan")
        self.host.order_faults()

    def test_a_look_works_beside_the_running_service(self):
        self.host.make_healthy(self.good)
        self.start_service()
        self.answer(0, "check")
        self.answer(0, "plan")
        self.stop_service()


class Healing(Server):
    def test_heals_in_this_process_when_there_is_no_service_and_a_second_time_changes_nothing(self):
        self.make_broken()
        text = self.answer(0, "heal")
        self.assertIn("healing in this process", text)
        self.assertRegex(text, r"(?m)^SSTP OK - ")
        self.assertRegex(text, r"(?m)^  Healed ")
        self.assert_healthy()
        before = self.host.snapshot()
        self.assertRegex(self.answer(0, "heal"), r"(?m)^  Nothing to do ")
        self.assertEqual(self.host.snapshot(), before)

    def test_observe_mode_refuses_and_changes_nothing(self):
        self.write_policy({"mode": "observe"})
        self.make_broken()
        before = self.host.snapshot()
        self.assertIn("observe", self.answer(11, "heal"))
        self.assertIn("observe", self.answer(11, "plan"))
        self.assertEqual(self.host.snapshot(), before)

    def test_without_a_fit_certificate_it_refuses_and_says_so(self):
        self.host.make_healthy(self.good)
        self.host.install_certificate(self.expired)
        for wildcard in ("0.0.0.0", "[::]"):
            self.host.bind(wildcard, self.expired)
        self.host.set_hashes(self.expired)
        self.host.remove_certificate(self.good)
        before = self.host.snapshot()
        self.assertIn("no_fit_certificate", self.answer(11, "heal"))
        self.assertEqual(self.host.snapshot(), before)

    def test_planned_work_outside_the_window_is_refused_with_its_time_and_price_until_an_administrator_says_now(self):
        self.host.make_healthy(self.good)
        renewed = self.make_renewed()
        self.assertEqual(self.host.client_connects(), "connected")
        before = self.host.snapshot()
        plan = json.loads(self.answer(11, "plan", "--json"))
        self.assertEqual((plan["verdict"], plan["decision"]["why"]), ("refused", "outside_window"))
        self.assertRegex(plan["decision"]["until"], r"^\d{4}-\d\d-\d\dT")
        self.assertEqual((plan["plan"]["urgency"], plan["plan"]["restarts_services"], plan["plan"]["sessions_that_end"]), ("planned", True, 1))
        self.assertIn("outside_window", self.answer(11, "heal"))
        self.assertEqual(self.host.snapshot(), before)
        self.answer(0, "heal", "--ignore-window")
        self.assert_in_force(renewed)

    def test_the_running_service_is_asked_and_its_answer_waited_for(self):
        self.host.make_healthy(self.good)
        self.start_service()
        renewed = self.make_renewed()
        text = self.answer(11, "heal")
        self.assertIn("Asked the service", text)
        self.assertIn("outside_window", text)
        text = self.answer(0, "heal", "--ignore-window")
        self.assertIn("Asked the service", text)
        self.assertRegex(text, r"(?m)^  Healed ")
        self.assert_in_force(renewed)
        status = json.loads(self.answer(0, "status", "--json"))
        self.assertEqual((status["status"], status["record"]["last_heal"]["result"]), ("ok", "succeeded"))
        self.assertRegex(self.answer(0, "status"), r"^SSTP OK - ")
        types = [event["type"] for event in json.loads(self.answer(0, "history", "--json", "--since", "1h"))["events"]]
        for expected in ("service_started", "heal_planned", "heal_started", "step_begun", "step_done", "heal_succeeded", "certificate_changed"):
            self.assertIn(expected, types)
        self.stop_service()

    def test_a_heal_beside_the_service_leaves_the_service_able_to_heal(self):
        self.host.make_healthy(self.good)
        self.start_service()
        renewed = self.make_renewed()
        self.assertNotIn("Asked the service", self.answer(0, "heal", "--now", "--ignore-window"))
        self.assert_in_force(renewed)
        newest = self.host.authority.renewed(valid_from=-days(1) / 48, valid_to=days(270))
        self.host.install_certificate(newest)
        self.assertIn("Asked the service", self.answer(0, "heal", "--ignore-window"))
        self.assert_in_force(newest)
        events = self.events()
        sequences = [event["sequence"] for event in events]
        self.assertEqual(sequences, sorted(set(sequences)))
        self.assertEqual([event["type"] for event in events].count("heal_succeeded"), 2)
        self.stop_service()

    def test_only_the_service_is_told_as_started_and_stopped(self):
        self.make_broken()
        self.answer(0, "heal")
        self.assertEqual([event["type"] for event in self.events() if event["type"] in ("service_started", "service_stopped")], [])


class TheService(Server):
    def test_is_registered_quoted_and_removed_without_its_data(self):
        self.answer(0, "install")
        self.assertEqual(self.service_state(), "stopped")
        key = self.host.prefix.run("reg", "query", rf"HKLM\SYSTEM\CurrentControlSet\Services\{SERVICE}", "/v", "ImagePath").stdout
        self.assertIn(f'"{PROGRAM}" service', key)
        self.assertEqual(self.message_file(), PROGRAM)
        self.assertEqual(self.run_program("install").returncode, 1)
        self.assertIn("stay in", self.answer(0, "uninstall"))
        self.assertIsNone(self.service_state())
        self.assertTrue((self.data / "policy.json").exists())
        self.assertEqual(self.run_program("uninstall").returncode, 1)

    def message_file(self):
        key = rf"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\{SERVICE}"
        text = self.host.prefix.run("reg", "query", key, "/v", "EventMessageFile").stdout
        return text.split("REG_EXPAND_SZ")[1].strip()

    def test_takes_the_texts_of_its_events_from_the_message_file_beside_it(self):
        """The program as the message file could not be exchanged while Event Viewer shows an event."""
        messages = PROGRAM_FOLDER + r"\sstp-watchdog-messages.dll"
        copy = self.host.prefix.drive_c / "Program Files" / "SSTP Watchdog" / "sstp-watchdog-messages.dll"
        copy.write_bytes((WINDOWS_BUILD / "bin" / copy.name).read_bytes())
        self.addCleanup(copy.unlink)
        said = self.answer(0, "install")
        self.assertIn(messages, said)
        self.assertNotIn("holds the program", said)
        self.assertEqual(self.message_file(), messages)

    def test_writes_the_first_policy_from_what_the_installer_was_told_and_never_again(self):
        (self.data / "policy.json").unlink()
        self.host.ask("registry.write", key=r"SOFTWARE\SSTP Watchdog\Install", name="Mode", text="observe")
        self.host.ask("registry.write", key=r"SOFTWARE\SSTP Watchdog\Install", name="DnsNames", text="vpn.example.com; vpn2.example.com")
        self.addCleanup(self.host.ask, "registry.delete_key", key=r"SOFTWARE\SSTP Watchdog\Install")
        self.host.make_healthy(self.good)
        self.start_service()
        policy = json.loads(self.answer(0, "policy", "show"))
        self.assertEqual((policy["mode"], policy["certificate"]["dns_names"]), ("observe", ["vpn.example.com", "vpn2.example.com"]))
        self.stop_service()
        edited = '{"mode": "observe", /* mine */ "watch": {"interval": "1h"}}'
        (self.data / "policy.json").write_text(edited)
        self.start_again()
        self.assertEqual((self.data / "policy.json").read_text(), edited)
        self.stop_service()

    def test_49_a_deleted_policy_file_leaves_the_last_good_one_in_force(self):
        self.write_policy({"mode": "observe"})
        self.host.make_healthy(self.good)
        self.start_service()
        self.stop_service()
        (self.data / "policy.json").unlink()
        self.start_again()
        self.assertEqual(json.loads((self.data / "status.json").read_text())["permission"], "observe_by_policy")
        self.assertFalse((self.data / "policy.json").exists(), "a first policy is written only where there is no last good one")
        self.stop_service()

    def test_41_stops_in_the_middle_of_a_heal_that_waits_for_a_service_which_runs_afterwards_and_ends_the_heal_at_the_next_start(self):
        self.host.make_healthy(self.good)
        self.start_service()
        renewed = self.make_renewed()
        self.host.order_service("RemoteAccess", stop="hang")
        asking = self.host.prefix.popen(PROGRAM, "heal", "--ignore-window", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        heard = []
        reader = threading.Thread(target=lambda: heard.extend(iter(asking.stdout.readline, "")), daemon=True)
        reader.start()
        self.host.wait_for_service("RemoteAccess", "stop_pending", LONG)
        self.assertEqual(self.host.ask("service.control", service=SERVICE), 0)
        wait_until(lambda: self.service_state() != "running", LONG, "the stop to be taken up")
        self.host.order_service("RemoteAccess")   # the hang ends
        wait_until(lambda: self.service_state() == "stopped", LONG, "the service to stop")
        self.host.wait_for_service("RemoteAccess", "running", LONG)
        self.assertEqual(asking.wait(timeout=LONG), 1)
        reader.join()
        asking.stdout.close()
        self.assertRegex("".join(heard), "the service stopped before it answered|Failed and undone|  Failed ")
        self.start_again()
        self.answer(0, "heal", "--ignore-window")
        self.assert_in_force(renewed)
        self.stop_service()

    def test_keeps_a_log_that_an_administrator_can_read(self):
        self.host.make_healthy(self.good)
        self.start_service()
        self.stop_service()
        log = (self.data / "logs" / "sstp-watchdog.log").read_text()
        self.assertRegex(log, r"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info     SSTP Watchdog \d")
        self.assertRegex(log, r"(?m)info     SSTP OK - vpn\.example\.com valid")
        self.assertRegex(log, r"(?m)info     stopped$")


class ThePolicy(Server):
    def file(self, text):
        path = self.host.prefix.drive_c / "candidate.json"
        path.write_text(text)
        self.addCleanup(path.unlink)
        return r"C:\candidate.json"

    def test_check_finds_each_mistake_with_its_place(self):
        done = self.run_program("policy", "check", self.file('{\n  "mode": "haal",\n  "limits": {"restart_per_hour": 5}\n}\n'))
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"candidate\.json:2:\d+: /mode: ")
        self.assertRegex(done.stderr, r'candidate\.json:3:\d+: /limits/restart_per_hour: .*Did you mean "restarts_per_hour"')

    def test_check_accepts_an_empty_object(self):
        self.assertIn("valid", self.answer(0, "policy", "check", self.file("{}")))

    def test_show_gives_every_default_and_is_itself_valid(self):
        shown = self.answer(0, "policy", "show")
        restart = json.loads(shown)["restart"]
        self.assertEqual((restart["services"], restart["then"]), (["RemoteAccess"], ["RemoteAccess", "RasMan", "SstpSvc"]))
        self.answer(0, "policy", "check", self.file(shown))

    def test_show_says_where_each_value_comes_from(self):
        shown = self.answer(0, "policy", "show", "--origins", "--policy", self.file('{"mode": "observe"}'))
        self.assertRegex(shown, r'(?m)^file +mode = "observe"$')
        self.assertRegex(shown, r'(?m)^default +restart\.services = \["RemoteAccess"\]$')

    def test_schema_is_the_one_that_is_shipped(self):
        self.assertEqual(json.loads(self.answer(0, "policy", "schema")), json.loads((SOURCE_DIR / "config" / "policy.schema.json").read_text()))

    def test_another_place_may_be_named(self):
        path = self.file('{"mode": "observe"}')
        self.assertEqual(json.loads(self.answer(0, "policy", "show", "--policy", path))["mode"], "observe")
        self.assertEqual(json.loads(self.answer(0, "--policy", path, "policy", "show"))["mode"], "observe")


class History(Server):
    def test_is_empty_before_anything_happened_and_told_oldest_first(self):
        self.assertEqual(self.answer(0, "history"), "Nothing has happened in that time.\n")
        self.make_broken()
        self.answer(0, "heal")
        lines = self.answer(0, "history").splitlines()
        self.assertTrue(all(re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z  [a-z_]+ +\S", line) for line in lines), lines)
        self.assertEqual(lines, sorted(lines, key=lambda line: line[:24]))


if __name__ == "__main__":
    unittest.main()

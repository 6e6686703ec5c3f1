"""The MSI: what is in it, and what installing, upgrading and uninstalling do to a server."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from wine_prefix import SOURCE_DIR, WINDOWS_BUILD, WinePrefix, wait_until

PROGRAM = WINDOWS_BUILD / "bin" / "sstp-watchdog.exe"
MESSAGES = WINDOWS_BUILD / "bin" / "sstp-watchdog-messages.dll"
MSI = pathlib.Path(os.environ["SSTP_MSI"])
SERVICE_KEY = r"HKLM\SYSTEM\CurrentControlSet\Services\SstpWatchdog"
EVENT_SOURCE_KEY = r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\SstpWatchdog"
FIRST_POLICY_KEY = r"HKLM\SOFTWARE\SSTP Watchdog\Install"


def make_msi(version, folder):
    output = pathlib.Path(folder) / f"sstp-watchdog-{version}-x64.msi"
    subprocess.run((SOURCE_DIR / "installer" / "make-msi", version, PROGRAM, MESSAGES, output), check=True)
    return output


def table(msi, name):
    """Rows of a table of the package, each a dictionary by column name."""
    text = subprocess.run(("msiinfo", "export", msi, name), check=True, capture_output=True, text=True).stdout
    lines = text.replace("\r", "").splitlines()
    columns = lines[0].split("\t")
    return [dict(zip(columns, line.split("\t"))) for line in lines[3:]]


def pinned_files():
    return sorted((SOURCE_DIR / "installer" / "installed-files.txt").read_text(encoding="utf-8").split())


class ThePackage(unittest.TestCase):
    def test_holds_exactly_the_pinned_files(self):
        self.assertEqual(sorted(row["FileName"].split("|")[-1] for row in table(MSI, "File")), pinned_files())

    def test_has_an_icon_for_the_list_of_programs(self):
        properties = {row["Property"]: row["Value"] for row in table(MSI, "Property")}
        icon = subprocess.run(("msiinfo", "extract", MSI, "Icon." + properties["ARPPRODUCTICON"]), check=True, capture_output=True).stdout
        self.assertEqual(icon, (SOURCE_DIR / "installer" / "sstp-watchdog.ico").read_bytes())

    def test_has_the_same_package_code_only_for_the_same_contents(self):
        """Two packages of one code are one to Windows Installer, which then serves the files of the first that it saw."""
        def code(msi):
            return re.search(r"Revision number \(UUID\): (\{.*\})", subprocess.run(("msiinfo", "suminfo", msi), check=True, capture_output=True, text=True).stdout)[1]
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(code(make_msi("99.0.0", folder)), code(make_msi("99.0.0", folder)))
            self.assertNotEqual(code(make_msi("99.0.0", folder)), code(make_msi("99.0.1", folder)))

    def test_runs_no_program_of_its_own(self):
        """51 sets a property, 19 ends with a message. Whatever ran would run as LocalSystem, in a repair by a user too."""
        actions = {row["Action"]: (int(row["Type"]), row["Source"]) for row in table(MSI, "CustomAction")}
        self.assertEqual(actions, {"PurgeNothing": (51, "PurgeFolder"), "PurgeData": (51, "PurgeFolder"), "PurgeLogs": (51, "PurgeLogFolder"), "FailForTest": (19, "")})

    def test_what_is_purged_is_named_by_properties_that_no_command_line_can_set(self):
        rows = table(MSI, "RemoveFile")
        self.assertEqual({row["InstallMode"] for row in rows}, {"2"}, "something is removed by an installation")
        for folder in {row["DirProperty"] for row in rows}:
            self.assertNotEqual(folder, folder.upper(), "a public property: a command line could name any folder")
        self.assertLessEqual({"policy.json", "state.db", "status.json", "*", ""}, {row["FileName"] for row in rows if row["DirProperty"] == "PurgeFolder"})
        self.assertLessEqual({"*", ""}, {row["FileName"] for row in rows if row["DirProperty"] == "PurgeLogFolder"})
        conditions = {row["Action"]: (int(row["Sequence"]), row["Condition"]) for row in table(MSI, "InstallExecuteSequence")}
        self.assertEqual(conditions["PurgeData"][1], 'PURGE="1" AND REMOVE~="ALL" AND NOT UPGRADINGPRODUCTCODE')
        self.assertEqual(conditions["PurgeNothing"][1], "")
        self.assertLess(conditions["CostFinalize"][0], conditions["PurgeNothing"][0])
        self.assertLess(conditions["PurgeNothing"][0], conditions["PurgeData"][0])
        self.assertLess(conditions["PurgeData"][0], conditions["RemoveFiles"][0])

    def test_can_be_made_to_fail_behind_all_that_it_does(self):
        order = {row["Action"]: (int(row["Sequence"]), row["Condition"]) for row in table(MSI, "InstallExecuteSequence")}
        self.assertEqual(order["FailForTest"], (order["RemoveExistingProducts"][0] + 1, "FAILFORTEST AND NOT REMOVE"))
        self.assertLess(order["FailForTest"][0], order["InstallFinalize"][0])

    def test_every_component_is_64_bit(self):
        self.assertEqual([row["Component"] for row in table(MSI, "Component") if not int(row["Attributes"]) & 256], [])

    def test_program_has_its_version_in_the_table(self):
        rows = {row["File"]: row["Version"] for row in table(MSI, "File")}
        properties = {row["Property"]: row["Value"] for row in table(MSI, "Property")}
        for file in ("program", "messages"):
            self.assertEqual(rows[file], properties["ProductVersion"] + ".0")
            self.assertNotIn(file, [row["File_"] for row in table(MSI, "MsiFileHash")])
        self.assertEqual(properties["REINSTALLMODE"], "amus")

    def test_an_upgrade_is_in_place_and_inside_the_transaction(self):
        """Removed first, the service would be deleted and made again: 1072 while a console holds it open, start type and access rights lost."""
        order = {row["Action"]: int(row["Sequence"]) for row in table(MSI, "InstallExecuteSequence")}
        self.assertEqual(order["InstallExecute"] + 1, order["RemoveExistingProducts"])
        self.assertGreater(order["InstallExecute"], max(value for action, value in order.items() if action.startswith(("Install", "Publish", "Register", "Start"))
                                                        and action not in ("InstallExecute", "InstallFinalize")))
        self.assertLess(order["RemoveExistingProducts"], order["InstallFinalize"])

    def test_a_service_that_is_there_is_left_as_the_administrator_has_it(self):
        conditions = {row["Action"]: row["Condition"] for row in table(MSI, "InstallExecuteSequence")}
        self.assertEqual(conditions["InstallServices"], "VersionNT AND (NOT SERVICESTART OR SERVICEDELETED OR NOT (SERVICEPATH ~>< INSTALLFOLDER))")
        self.assertEqual(conditions["StartServices"], 'VersionNT AND (NOT SERVICESTART OR SERVICESTART="#2")')

    def test_every_search_of_the_registry_is_in_the_64_bit_view(self):
        self.assertEqual({row["Signature_"]: row["Type"] for row in table(MSI, "RegLocator")}, dict.fromkeys(("WindowsMajor", "ServiceStart", "ServicePath", "ServiceDeleted", "Folder"), "18"))

    def test_never_restarts_the_server_by_itself(self):
        properties = {row["Property"]: row["Value"] for row in table(MSI, "Property")}
        self.assertEqual(properties["REBOOT"], "ReallySuppress")
        self.assertEqual(properties["MSIRESTARTMANAGERCONTROL"], "Disable")

    def test_event_messages_are_in_a_file_that_is_no_program(self):
        values = {(row["Name"], row["Value"]) for row in table(MSI, "Registry")}
        self.assertIn(("EventMessageFile", "#%[INSTALLFOLDER]sstp-watchdog-messages.dll"), values)

    def test_what_the_first_installation_was_asked_for_is_not_overwritten(self):
        (component,) = [row for row in table(MSI, "Component") if row["Component"] == "FirstPolicy"]
        self.assertEqual(int(component["Attributes"]) & 128, 128)

    def test_policy_properties_reach_the_elevated_half(self):
        properties = {row["Property"]: row["Value"] for row in table(MSI, "Property")}
        self.assertLessEqual({"MODE", "DNSNAMES", "SIEMHOST", "INSTALLFOLDER", "PURGE", "FAILFORTEST", "SERVICESTART", "SERVICEPATH", "SERVICEDELETED", "WINDOWSMAJOR"}, set(properties["SecureCustomProperties"].split(";")))

    def test_no_service_means_no_installation(self):
        (service,) = table(MSI, "ServiceInstall")
        self.assertEqual(int(service["ErrorControl"]) & 32768, 32768)
        self.assertEqual((service["Name"], service["StartType"], service["Arguments"]), ("SstpWatchdog", "2", "service"))

    def test_same_contents_have_the_same_product_code_and_other_versions_another(self):
        with tempfile.TemporaryDirectory() as folder:
            codes = []
            for version in ("7.0.0", "7.0.0", "7.0.1"):
                msi = make_msi(version, folder)
                codes.append(next(row["Value"] for row in table(msi, "Property") if row["Property"] == "ProductCode"))
        self.assertEqual(codes[0], codes[1])
        self.assertNotEqual(codes[0], codes[2])


class OnAServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.packages = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.packages.cleanup)
        cls.older = make_msi("0.9.0", cls.packages.name)
        cls.newer = make_msi("99.0.0", cls.packages.name)
        cls.prefix = WinePrefix("test_installer")
        cls.addClassCleanup(cls.prefix.close)
        cls.program_folder = cls.prefix.drive_c / "Program Files" / "SSTP Watchdog"
        cls.data_folder = cls.prefix.drive_c / "ProgramData" / "SSTP Watchdog"

    def setUp(self):
        shutil.rmtree(self.data_folder, ignore_errors=True)    # kept by uninstalling, on purpose; here each test begins with none

    def msiexec(self, *arguments):
        return self.prefix.run("msiexec", *arguments, "/qn", "/norestart").returncode

    def stop_as_windows_installer_does(self):
        """Wine's StopServices asks the service to stop and goes on at once; Windows Installer waits for it, before it touches the program."""
        self.prefix.stop_service("SstpWatchdog", "sstp-watchdog.exe")

    def installed_files(self):
        return sorted(path.name for path in self.program_folder.iterdir()) if self.program_folder.exists() else []

    def assert_nothing_is_installed(self):
        self.assertEqual(self.installed_files(), [])
        self.assertEqual(self.prefix.installed_versions(), [])
        self.assertIsNone(self.prefix.service_state("SstpWatchdog"))
        self.assertFalse(self.prefix.registry_key_exists(EVENT_SOURCE_KEY))
        self.assertFalse(self.prefix.registry_key_exists(FIRST_POLICY_KEY))

    def tearDown(self):
        for version, msi in (("0.9.0", self.older), ("99.0.0", self.newer)):
            if version in self.prefix.installed_versions():
                self.stop_as_windows_installer_does()
                self.msiexec("/x", msi)

    def test_a_wrong_mode_is_refused_and_leaves_nothing(self):
        self.assertNotEqual(self.msiexec("/i", self.older, "MODE=of"), 0)
        self.assert_nothing_is_installed()
        self.assertEqual(self.msiexec("/i", self.older, "MODE=observe"), 0, "it was refused for another reason than its mode")

    def test_a_downgrade_is_refused_and_the_newer_one_runs_on(self):
        self.assertEqual(self.msiexec("/i", self.newer), 0)
        self.assertNotEqual(self.msiexec("/i", self.older), 0)
        self.assertEqual(self.prefix.installed_versions(), ["99.0.0"])
        self.assertEqual(self.prefix.service_state("SstpWatchdog"), "RUNNING")

    def test_an_upgrade_keeps_a_start_type_that_the_administrator_chose(self):
        self.assertEqual(self.msiexec("/i", self.older), 0)
        self.stop_as_windows_installer_does()
        # Wine's sc knows no config.
        key = SERVICE_KEY.replace("HKLM", "HKEY_LOCAL_MACHINE")
        self.assertEqual(self.prefix.run("reg", "add", key, "/v", "Start", "/t", "REG_DWORD", "/d", "3", "/f").returncode, 0)
        self.assertEqual(self.msiexec("/i", self.newer), 0)
        self.assertEqual(self.prefix.installed_versions(), ["99.0.0"])
        self.assertEqual(self.prefix.registry_value(SERVICE_KEY, "Start"), ("REG_DWORD", "0x3"))
        self.assertEqual(self.prefix.service_state("SstpWatchdog"), "STOPPED")

    def test_an_upgrade_with_purge_keeps_the_data(self):
        self.assertEqual(self.msiexec("/i", self.older, "MODE=observe"), 0)
        self.assertTrue(wait_until((self.data_folder / "status.json").exists), "the service did not look")
        self.stop_as_windows_installer_does()
        self.assertEqual(self.msiexec("/i", self.newer, "PURGE=1"), 0)
        self.assertTrue((self.data_folder / "policy.json").exists(), "an upgrade removed the data")
        self.assertTrue((self.data_folder / "logs").is_dir())

    def test_purge_removes_the_data_with_the_product_and_not_with_an_upgrade(self):
        policy = self.data_folder / "policy.json"
        self.assertEqual(self.msiexec("/i", self.older, "MODE=observe"), 0)
        self.assertTrue(wait_until((self.data_folder / "status.json").exists), "the service did not look")
        self.stop_as_windows_installer_does()
        self.assertEqual(self.msiexec("/i", self.newer, "PURGE=1"), 0)
        self.assertTrue(policy.exists(), "an upgrade removed the data")
        self.assertTrue((self.data_folder / "logs").is_dir())
        self.stop_as_windows_installer_does()
        self.assertEqual(self.msiexec("/x", self.newer, "PURGE=1"), 0)
        self.assert_nothing_is_installed()
        self.assertEqual(sorted(str(path) for path in self.data_folder.rglob("*")), [])
        self.assertFalse(self.data_folder.exists(), "the empty folder was left")

    def test_purge_leaves_folders_that_are_not_ours(self):
        own = self.data_folder / "of the administrator" / "notes.txt"
        self.assertEqual(self.msiexec("/i", self.older, "MODE=observe"), 0)
        self.assertTrue(wait_until((self.data_folder / "status.json").exists), "the service did not look")
        own.parent.mkdir()
        own.write_text("kept")
        self.stop_as_windows_installer_does()
        self.assertEqual(self.msiexec("/x", self.older, "PURGE=1"), 0)
        self.assertEqual([path for path in self.data_folder.rglob("*") if path.is_file()], [own])

    def test_an_installation_that_is_to_fail_fails(self):
        self.assertEqual(self.msiexec("/i", self.older, "FAILFORTEST=1"), 1603 & 0xFF)    # what a process of Linux can hand on
        self.assertEqual(self.prefix.installed_versions(), [])

    def test_install_upgrade_uninstall(self):
        policy = self.data_folder / "policy.json"

        self.assertEqual(self.msiexec("/i", self.older, "MODE=observe", "DNSNAMES=vpn.example.com;vpn6.example.com", "SIEMHOST=siem.example.com"), 0)
        self.assertEqual(self.installed_files(), pinned_files())
        self.assertEqual(self.prefix.service_state("SstpWatchdog"), "RUNNING")
        self.assertEqual(self.prefix.registry_value(SERVICE_KEY, "DisplayName"), ("REG_SZ", "SSTP Certificate Watchdog"))
        self.assertEqual(self.prefix.registry_value(SERVICE_KEY, "ObjectName"), ("REG_SZ", "LocalSystem"))
        self.assertEqual(self.prefix.registry_value(SERVICE_KEY, "Start"), ("REG_DWORD", "0x2"))
        self.assertEqual(self.prefix.registry_value(EVENT_SOURCE_KEY, "EventMessageFile"),
                         ("REG_EXPAND_SZ", r"C:\Program Files\SSTP Watchdog\sstp-watchdog-messages.dll"))
        self.assertEqual(self.prefix.registry_value(EVENT_SOURCE_KEY, "TypesSupported"), ("REG_DWORD", "0x7"))
        self.assertEqual(self.prefix.registry_value(FIRST_POLICY_KEY, "Mode"), ("REG_SZ", "observe"))
        self.assertEqual(self.prefix.registry_value(FIRST_POLICY_KEY, "DnsNames"), ("REG_SZ", "vpn.example.com;vpn6.example.com"))
        self.assertEqual(self.prefix.registry_value(FIRST_POLICY_KEY, "SiemHost"), ("REG_SZ", "siem.example.com"))

        self.assertTrue(wait_until(policy.exists), "the service made no first policy")
        first = self.prefix.run(self.program_folder / "sstp-watchdog.exe", "policy", "show", check=True).stdout
        self.assertEqual(json.loads(first)["mode"], "observe")
        self.assertEqual(json.loads(first)["certificate"]["dns_names"], ["vpn.example.com", "vpn6.example.com"])
        self.assertEqual(json.loads(first)["siem"]["destinations"][0]["hosts"], ["siem.example.com:6514"])

        edited = b'{ "mode": "observe", "watch": { "interval": "7m" } }\r\n'
        policy.write_bytes(edited)

        self.stop_as_windows_installer_does()
        self.assertEqual(self.msiexec("/i", self.newer, "MODE=heal"), 0)
        self.assertEqual(self.prefix.installed_versions(), ["99.0.0"])
        self.assertEqual(self.installed_files(), pinned_files())
        self.assertEqual(self.prefix.service_state("SstpWatchdog"), "RUNNING")
        self.assertEqual(policy.read_bytes(), edited, "an upgrade changed the edited policy")

        self.stop_as_windows_installer_does()
        self.assertEqual(self.msiexec("/x", self.newer), 0)
        self.assert_nothing_is_installed()
        self.assertEqual(policy.read_bytes(), edited, "uninstalling changed the edited policy")


if __name__ == "__main__":
    unittest.main()

"""The kit for a real Windows Server, as far as Wine goes: a dry run, its looks, one change with its way back, and the workflow that runs it."""

import json
import os
import pathlib
import re
import subprocess
import unittest

from wine_prefix import SOURCE_DIR, WINDOWS_BUILD, WinePrefix, wait_until

KIT = WINDOWS_BUILD / "bin" / "windows_server_kit.exe"
MSI = pathlib.Path(os.environ["SSTP_MSI"])
WORKFLOW = SOURCE_DIR / ".github" / "workflows" / "windows-server.yml"
STATUSES = {"asked", "settled", "declined", "not_asked", "failed", "interrupted", "dry"}
VERDICTS = {"as_expected", "differs", "to_be_read"}


class Kit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prefix = WinePrefix("test_windows_server_kit")
        cls.addClassCleanup(cls.prefix.close)

    def kit(self, *arguments):
        return self.prefix.run(KIT, *arguments)

    def answers(self, name):
        """The file of answers: strict JSON in ASCII, each question as README.md has it."""
        file = json.loads((self.prefix.drive_c / name).read_bytes().decode("ascii"))
        self.assertEqual(file["format"], 1)
        for question in file["questions"]:
            self.assertIn(question["status"], STATUSES)
            self.assertEqual(question["verdict"] in VERDICTS, question["status"] == "asked", question["id"])
            self.assertTrue(question["asks"] and question["answers"])
            for step in question["steps"]:
                self.assertEqual("exit_code" in step, step["ran"])
                self.assertEqual("put_back" in step, step["kind"] == "change")
        self.assertEqual(len({question["id"] for question in file["questions"]}), len(file["questions"]), "a question stands there twice")
        return file, {question["id"]: question for question in file["questions"]}

    def listed(self):
        return re.findall(r"^(\w+): ", self.kit("list").stdout, re.MULTILINE)

    def installed(self):
        """As Windows Installer lists it: Wine's does not wait for the service to stop, and leaves the file of a program that still runs."""
        return self.prefix.installed_versions() != []

    def test_a_dry_run_shows_every_question_and_runs_nothing(self):
        self.assertEqual(self.kit("ask", "--dry-run", "--answers", r"C:\dry.json", "--msi", r"C:\a b\one.msi", "--next", r"C:\two.msi").returncode, 0)
        file, questions = self.answers("dry.json")
        self.assertEqual(list(questions), self.listed())
        self.assertGreater(len(questions), 30)
        self.assertEqual({question["status"] for question in questions.values()}, {"dry"})
        self.assertFalse([step for question in questions.values() for step in question["steps"] if step["ran"]])
        self.assertEqual(file["to_put_back"], [])
        self.assertFalse((self.prefix.drive_c / "sstp-kit").exists())
        # What the operator reads is what would be run, but for the password.
        (install,) = [step for step in questions["install"]["steps"] if step["name"] == "install"]
        self.assertEqual(install["line"], r'msiexec /i "C:\a b\one.msi" /qn /norestart /l*v C:\sstp-kit\install.log MODE=observe')
        self.assertEqual(install["put_back"], r'msiexec /x "C:\a b\one.msi" /qn /norestart')
        words = set(re.findall(r"\{([a-z_]+)\}", json.dumps(questions)))
        self.assertLessEqual(words, {"password", "hex", "text"}, "a word was not filled in")

    def test_only_looking_asks_what_changes_nothing(self):
        self.kit("ask", "--look-only", "--answers", r"C:\looks.json")
        file, questions = self.answers("looks.json")
        self.assertEqual(file["to_put_back"], [])
        for question in questions.values():
            changes = [step for step in question["steps"] if step["kind"] == "change"]
            if changes:
                self.assertEqual(question["status"], "not_asked", question["id"])
        # Real tools, real answers.
        self.assertIn("CurrentMajorVersionNumber", questions["version_value"]["steps"][0]["output"])
        self.assertEqual(questions["version_value"]["verdict"], "as_expected")
        self.assertIn("update=exported", questions["records"]["steps"][0]["output"])
        self.assertEqual(questions["records"]["verdict"], "as_expected")

    def test_what_is_not_answered_is_not_changed(self):
        """Nobody is there to say yes."""
        self.kit("ask", "--only", "install", "--msi", MSI_IN_WINE, "--answers", r"C:\nobody.json")
        _, questions = self.answers("nobody.json")
        self.assertEqual(questions["install"]["status"], "declined")
        self.assertFalse(self.installed())

    def test_a_package_is_installed_looked_at_and_removed_again(self):
        self.kit("ask", "--yes", "--only", "mitigations", "--msi", MSI_IN_WINE, "--answers", r"C:\installed.json")
        file, questions = self.answers("installed.json")
        self.assertEqual(list(questions), ["install", "mitigations"])
        self.assertEqual((questions["install"]["status"], questions["install"]["verdict"]), ("asked", "as_expected"), questions["install"])
        self.assertIn("state=running", [step for step in questions["install"]["steps"] if step["name"] == "service"][0]["output"])
        self.assertIn("process=", questions["mitigations"]["steps"][0]["output"])
        self.assertEqual([back["done"] for back in file["put_back"]], [True])
        self.assertEqual(file["to_put_back"], [])
        self.assertFalse(self.installed())

    def test_what_stands_when_the_kit_is_gone_is_put_back_from_the_file(self):
        self.kit("ask", "--yes", "--keep", "--only", "install", "--msi", MSI_IN_WINE, "--answers", r"C:\kept.json")
        file, _ = self.answers("kept.json")
        self.assertEqual(len(file["to_put_back"]), 1)
        self.assertTrue(self.installed())
        self.prefix.stop_service("SstpWatchdog", "sstp-watchdog.exe")    # Wine's msiexec does not wait for it
        self.assertEqual(self.kit("put-back", "--answers", r"C:\kept.json").returncode, 0)
        self.assertEqual(self.answers("kept.json")[0]["to_put_back"], [])
        self.assertTrue(wait_until(lambda: not self.installed()))

    def test_an_unknown_question_and_a_broken_file_are_refused(self):
        self.assertEqual(self.kit("ask", "--only", "nonsense", "--dry-run", "--answers", r"C:\n.json").returncode, 2)
        (self.prefix.drive_c / "broken.json").write_text("{}")
        self.assertEqual(self.kit("put-back", "--answers", r"C:\broken.json").returncode, 2)


class TheWorkflow(unittest.TestCase):
    """Names what exists: it runs elsewhere, seldom, and nobody would see a stale name before."""

    text = WORKFLOW.read_text(encoding="utf-8")

    def test_uses_options_that_the_kit_has(self):
        prefix = WinePrefix("test_windows_server_kit_help")
        self.addCleanup(prefix.close)
        for command in ("ask", "put-back"):
            options = {option for line in self.text.splitlines() if f"windows_server_kit.exe {command}" in line for option in re.findall(r"--[a-z-]+", line)}
            self.assertTrue(options)
            known = set(re.findall(r"--[a-z-]+", prefix.run(KIT, command, "--help").stdout))
            self.assertLessEqual(options, known)

    def test_builds_targets_and_presets_that_exist(self):
        presets = {preset["name"] for kind in ("configurePresets", "buildPresets") for preset in json.loads((SOURCE_DIR / "CMakePresets.json").read_text())[kind]}
        used = set(re.findall(r"--preset (\w+)", self.text))
        self.assertEqual(used, {"msvc"})
        self.assertLessEqual(used, presets)
        targets = re.search(r"--target ([\w ]+)", self.text).group(1).split()
        known = subprocess.run(("ninja", "-C", WINDOWS_BUILD, "-t", "targets", "all"), check=True, capture_output=True, text=True).stdout
        for target in targets:
            self.assertIn(f"\n{target}: phony", known)
        for script in ("./dev", "installer/make-msi"):
            self.assertIn(script, self.text)
            self.assertTrue(os.access(SOURCE_DIR / script, os.X_OK))


def in_wine(path):
    return "Z:" + str(path).replace("/", "\\")


MSI_IN_WINE = in_wine(MSI)

if __name__ == "__main__":
    unittest.main()

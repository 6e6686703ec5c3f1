"""`support` of the shipped executable: one zip, read by programs that are not ours, that holds what is known and names nobody."""

import json
import platform
import re
import subprocess
import unittest
import zipfile

from test_commands import LONG, Server, wait_until


class Support(Server):
    def test_support_packs_what_is_known_and_names_nobody(self):
        token = "7f3a0b1c-hec-token"
        self.data.mkdir(parents=True, exist_ok=True)
        (self.data / "hec.token").write_text(token)
        self.write_policy({"siem": {"destinations": [{"type": "https", "url": "https://hec.contoso.example/services/collector/event", "profile": "hec",
                                                      "token_file": r"C:\ProgramData\SSTP Watchdog\hec.token"}]}})
        self.host.make_healthy(self.good)
        self.start_service()
        wait_until(lambda: self.events(), LONG, "the first events")
        printed = self.answer(0, "support", r"C:\support.zip")
        file = self.host.prefix.drive_c / "support.zip"
        self.assertEqual(subprocess.run(("unzip", "-tq", file), check=False, capture_output=True).returncode, 0)
        with zipfile.ZipFile(file) as bundle:
            contents = {name: bundle.read(name).decode("utf-8").replace("\r\n", "\n") for name in bundle.namelist()}
        self.assertEqual(list(contents), ["contents.txt", "versions.txt", "check.txt", "plan.txt", "snapshot.json", "policy.txt", "history.txt", "history.json", "status.json",
                                          "metrics.prom", "logs/sstp-watchdog.log"])
        self.assertEqual(printed.partition("\nWritten: ")[0].rstrip(), contents["contents.txt"].rstrip())
        self.assertIn("Read it before you hand it on", printed)
        secrets = [token, "contoso", self.good.thumbprint, self.good.sha256, "vpn.example.com"]
        for name, text in contents.items():
            for secret in secrets:
                self.assertNotIn(secret.lower(), text.lower(), name)
            self.assertNotRegex(text, rf"(?i)\b{re.escape(platform.node().split('.')[0])}\b", name)
            self.assertNotIn("PRIVATE KEY", text)
        for name in ("snapshot.json", "history.json", "status.json"):
            json.loads(contents[name])
        self.assertIn("service_started", contents["history.txt"])
        (self.host.prefix.drive_c / "snapshot.json").write_text(contents["snapshot.json"])
        self.assertIn("renewal", self.answer(0, "rehearse", "--state", r"C:\snapshot.json", "--json"))

    def test_support_that_cannot_be_written_says_so(self):
        self.host.make_healthy(self.good)
        done = self.run_program("support", r"C:\no such folder\support.zip")
        self.assertEqual(done.returncode, 1)
        self.assertIn("could not write", done.stderr)


if __name__ == "__main__":
    unittest.main()

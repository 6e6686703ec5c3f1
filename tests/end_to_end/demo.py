"""The demo: the real MSI in a new Wine prefix, a server broken as event 13 describes, then a renewal that waits for the maintenance window until an administrator asks
for it, then a server broken without any event, and a page of all that for a browser. Ends with 0 only when the end state was verified from outside the product: registry,
bindings, and a client that knows nothing of it."""

import collections
import datetime
import json
import os
import pathlib
import shutil
import sys
import tempfile
import textwrap
import time

from product import PROGRAM, create_host, far_window
from certificate_authority import days  # isort: skip  (product tells where it is)
from rras_host import wait_until

SERVICE = "SstpWatchdog"
MSI = pathlib.Path(os.environ["SSTP_MSI"])
PROGRAM_FILE = pathlib.PurePath("Program Files") / "SSTP Watchdog" / PROGRAM
DATA = pathlib.PurePath("ProgramData") / "SSTP Watchdog"
PAGE = MSI.parent / "demo-report.html"
HEALED_WITHIN = 240   # seconds
WIDTH = 148


def heading(text):
    print(f"\n== {text}", flush=True)


def line(what, text, at=None):
    at = at or datetime.datetime.now(datetime.timezone.utc)
    wrapped = textwrap.wrap(text, WIDTH - 46) or [""]
    print(f"  {at.strftime('%H:%M:%S.%f')[:-3]}  {what:<28}  {wrapped[0]}", flush=True)
    for more in wrapped[1:]:
        print(f"{'':46}{more}", flush=True)


class Story:
    """The product's own journal, printed as it grows."""

    def __init__(self, host):
        self.host = host
        self.program = host.prefix.drive_c / PROGRAM_FILE
        self.told = 0
        self.heard = collections.Counter()   # events by type

    def tell_news(self, quietly=False):
        done = self.host.prefix.run(self.program, "history", "--json")
        if done.returncode != 0:
            return
        for event in json.loads(done.stdout)["events"]:
            if event["sequence"] <= self.told:
                continue
            self.told = event["sequence"]
            self.heard[event["type"]] += 1
            at = datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00"))
            if not quietly:
                line(event["type"], event["text"], at)

    def tell_until(self, condition, what, quietly=False):
        """`quietly`: what happened was printed by whoever did it."""
        deadline = time.monotonic() + HEALED_WITHIN
        while not condition():
            self.tell_news(quietly)
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {HEALED_WITHIN} s for {what}")
            time.sleep(0.3)
        self.tell_news(quietly)


def is_sound(host):
    """Nothing is critical. That somebody undid a repair stands as a warning for a day."""
    found = status(host)
    return bool(found["cycle"]["number"]) and all(each["severity"] != "critical" for each in found["findings"])


def status(host):
    try:
        return json.loads((host.prefix.drive_c / DATA / "status.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {"healthy": False, "findings": [], "cycle": {"number": 0, "began": ""}}


def install(host, story):
    heading(f"Install {MSI.name}, silently, as an administrator would")
    path = host.prefix.windows_path(MSI)
    done = host.prefix.run("msiexec", "/i", path, "/qn", "MODE=heal", "DNSNAMES=vpn.example.com", timeout=300)
    if done.returncode != 0:
        raise SystemExit(f"msiexec ended with {done.returncode}: {done.stdout}")
    wait_until(lambda: host.service(SERVICE)["state"] == "running", HEALED_WITHIN, "the service to run")
    line("service", f"{SERVICE} is running, says the SCM")
    story.tell_until(lambda: status(host)["healthy"], "the first healthy look")
    policy = {"mode": "heal", "certificate": {"dns_names": ["vpn.example.com"]}, "watch": {"interval": "10s"}, "restart": {"window": far_window()}}
    loaded = story.heard["policy_loaded"]
    (host.prefix.drive_c / DATA / "policy.json").write_text(json.dumps(policy))
    line("policy.json", f"Two settings are changed for the demo: the maintenance window begins at {policy['restart']['window']['start']} (default 02:00), so that it is closed now; "
                        "and sessions are counted every 10 s (default 5 min).")
    story.tell_until(lambda: story.heard["policy_loaded"] > loaded, "the policy to be read anew")


def verify(host, certificate):
    """From outside: the registry, HTTP.SYS's records, and clients. True when all name the certificate."""
    expected_sha1, expected_sha256 = certificate.thumbprint, certificate.sha256
    facts = []
    for family, endpoint in (("ipv4", "0.0.0.0:443"), ("ipv6", "[::]:443")):
        bound = host.bindings().get(endpoint, {}).get("hash")
        facts.append((f"binding {endpoint}", bound, bound == expected_sha1))
    hashes = host.hashes()
    facts.append(("Sha1CertificateHash", hashes["sha1"], hashes["sha1"] == expected_sha1))
    facts.append(("Sha256CertificateHash", hashes["sha256"], hashes["sha256"] == expected_sha256))
    for family in ("ipv4", "ipv6"):
        served = host.served(family)
        facts.append((f"TLS client, {family}", served, served == expected_sha256))
        met = host.vpn_client(family)
        facts.append((f"SSTP call, {family}", met, met == "connected"))
    for what, value, right in facts:
        print(f"    {'ok   ' if right else 'WRONG'}  {what:<24}  {value}", flush=True)
    return all(right for _, _, right in facts)


def locked_out(host):
    for family in ("ipv4", "ipv6"):
        line(f"a VPN client over {family}", host.vpn_client(family))


def event_13(host, story, good, renewed):
    heading("Story 1, event 13. RRAS is stopped; its certificate is exchanged for one that has expired, the record of [::]:443 is deleted and RRAS will not be able to make it "
            "again; a renewed certificate is put into the store")
    expired = host.authority.expired()
    host.stop_ras()
    host.install_certificate(expired)
    host.install_certificate(renewed)
    host.remove_certificate(good)
    host.unbind("[::]")
    host.bind("0.0.0.0", expired)
    host.set_hashes(expired)
    host.order_service("RemoteAccess", refuses_ipv6=2)
    heading("RRAS is started again, finds that, writes event 13 and ends. Nobody can connect")
    seen = max((event["record_id"] for event in host.events()), default=0)
    began = time.monotonic()
    host.start_ras(ends_with=2)
    line("events of RasSstp", ", ".join(str(each) for each in host.ras_sstp_ids(after=seen)))
    line("RemoteAccess", f"{host.service('RemoteAccess')['state']}, exit code {host.service('RemoteAccess')['exit_code']}")
    locked_out(host)
    heading("What the watchdog saw and did: its journal, from the first of these changes on")
    story.tell_until(lambda: all(host.bound(f) == renewed.thumbprint and host.vpn_client(f) == "connected" for f in ("ipv4", "ipv6")), "clients to connect again")
    story.tell_until(lambda: story.heard["heal_succeeded"] == 1 and status(host)["healthy"], "a healthy status")
    line("clients connect again", f"and the watchdog finds nothing left to cure, {time.monotonic() - began:.0f} s after that start of RRAS")


def no_event(host, story, renewed):
    heading("Story 3, no event. While RRAS runs somebody overwrites the record of [::]:443 with an expired certificate: RRAS does not notice, clients over IPv6 do")
    began = time.monotonic()
    number = len(host.ras_sstp_ids())
    other = host.authority.expired()
    host.install_certificate(other)
    host.bind("[::]", other)
    locked_out(host)
    heading("What the watchdog saw and did")
    story.tell_until(lambda: host.bound("ipv6") == renewed.thumbprint and host.vpn_client("ipv6") == "connected", "IPv6 clients to connect again")
    story.tell_until(lambda: story.heard["heal_succeeded"] == 3 and is_sound(host), "a healthy status")
    written = len(host.ras_sstp_ids()) - number
    line("clients connect again", f"and nothing is critical, {time.monotonic() - began:.0f} s after the record was overwritten. RRAS wrote {written or 'no'} event{'s' * (written != 1)}.")


def command(host, story, *arguments):
    done = host.prefix.run(story.program, *arguments)
    print(textwrap.indent(done.stdout.rstrip(), "  "), flush=True)
    return done.returncode


def renewal(host, story, renewed):
    """Ends with what is in force then. A working VPN is not restarted in the daytime, unless somebody who may decide that says so."""
    heading("Story 2, a renewal. Three clients are connected; an ACME client puts the next certificate into the store")
    for family in ("ipv4", "ipv6", "ipv4"):
        line(f"a VPN client over {family}", host.client_connects(family))
    newest = host.authority.renewed("vpn.example.com", valid_from=-days(1) / 48, valid_to=days(270))
    host.install_certificate(newest)
    heading("What the watchdog does: nothing before the maintenance window, for the present certificate works. sstp-watchdog plan says what it will do, when, and what that costs")
    story.tell_until(lambda: any(each["reason"] == "certificate_superseded" for each in status(host)["findings"]), "the successor to be seen")
    refused = command(host, story, "plan") == 11 and host.bound("ipv4") == renewed.thumbprint
    heading("An administrator does not want to wait: sstp-watchdog heal --ignore-window")
    asked = command(host, story, "heal", "--ignore-window")
    story.tell_until(lambda: story.heard["heal_succeeded"] == 2 and is_sound(host), "a healthy status", quietly=True)
    heading("That crypto binding works only a client can prove: the first one that connects is told")
    confirmed = story.heard["heal_confirmed_by_client"]
    line("a VPN client over ipv4", host.client_connects("ipv4"))
    story.tell_until(lambda: story.heard["heal_confirmed_by_client"] > confirmed, "the heal to be confirmed by a client")
    return newest, refused and asked == 0


def report(host, story, certificate):
    """What just happened, as a page that stays when the demo's server is gone. True when it names the certificate in force."""
    heading("sstp-watchdog report --html: what just happened, as one page for a browser")
    made = host.prefix.drive_c / "report.html"
    done = host.prefix.run(story.program, "report", "--html", r"C:\report.html")
    if done.returncode != 0 or not made.exists():
        print(textwrap.indent(done.stdout.rstrip(), "  "), flush=True)
        return False
    shutil.copyfile(made, PAGE)
    print(f"  {PAGE}", flush=True)
    page = PAGE.read_text(encoding="utf-8")
    return certificate.thumbprint in page and "No heal is in the journal" not in page


def demo(host):
    story = Story(host)
    good, renewed = host.authority.good("vpn.example.com"), host.authority.renewed("vpn.example.com")
    heading("A healthy RRAS server (a stand-in under Wine: services, HTTP.SYS records, event log, TLS listener on 443)")
    host.reset()
    host.make_healthy(good)
    locked_out(host)
    install(host, story)
    event_13(host, story, good, renewed)
    heading("Is that true? Registry, records and clients, asked without the product")
    right = verify(host, renewed)
    newest, as_told = renewal(host, story, renewed)
    heading("Is that true? Registry, records and clients, asked without the product")
    right = verify(host, newest) and as_told and right
    no_event(host, story, newest)
    heading("Is that true? Registry, records and clients, asked without the product")
    right = verify(host, newest) and right
    heading("sstp-watchdog check: nothing is open. Story 3 wrote what had never stood there, so that nobody puts back what story 2 replaced")
    right = command(host, story, "check") == 0 and not status(host)["findings"] and right
    right = report(host, story, newest) and right
    print(f"\n{'The server is as it should be.' if right else 'The server is NOT as it should be.'}", flush=True)
    return 0 if right else 1


def main():
    folder = tempfile.mkdtemp(prefix="sstp-watchdog-demo-")
    host = create_host(folder, port=443)
    try:
        return demo(host)
    finally:
        host.delete()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

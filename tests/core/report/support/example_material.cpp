#include "tests/core/report/support/example_material.h"

#include "tests/core/report/example_reports.h"

namespace sstp::example {

SupportMaterial support_material() {
    SupportMaterial material;
    material.head = {"1.0.0", "EDGE7", R"(C:\Users\alice.smith\policy.json)"};
    material.look = ended();
    material.look.findings.front().explanation += " Seen by CORP\\alice from 198.51.100.77 on gate.contoso.com.";
    material.snapshot.computer = "EDGE7";
    material.snapshot.domain = "contoso.com";
    material.snapshot.state = material.look.state;
    material.snapshot.record = record();
    material.snapshot.record.destinations["hec.contoso.com"];   // known by its name, which is its host
    material.snapshot.policy_file =
        R"({"siem": {"destinations": [{"type": "https", "url": "https://hec.contoso.com/services/x?token=t0k3n", "token_file": "C:\\t"}]}})";
    material.values = {{"/siem/destinations/0/hosts", "siem.destinations[0].hosts", R"(["siem.contoso.com:6514"])", ValueOrigin::file}};
    material.policy_problems = {"policy.json:3:7: \"gate.contoso.com\" is no number"};
    material.events = events();
    material.events.front().fields["user"] = "CORP\\alice";
    material.events.front().fields["certificate_sha1"] = kGone;
    material.events.front().fields["computer"] = "EDGE7";
    material.versions = {{"Windows", "10.0.20348.2849"}, {"Policy file", R"(C:\Users\alice.smith\policy.json)"}};
    material.files = {
        {"status.json", "the last cycle",
         R"({"computer": "EDGE7", "user": "CORP\\alice", "siem": {"hec.contoso.com": {}}, "at": ["gate.contoso.com", 7, null, true]})"},
        {"logs/sstp-watchdog.log", "the log",
         std::string("2026-11-21T02:19:10.862Z info     EDGE7 bound ") + kGone + " for CORP\\alice\r\n"},
        {"metrics.prom", "metrics", "x{host=\"gate.contoso.com\"} 1\n"}};
    material.missing = {"could not read C:\\Users\\alice.smith\\x: Access is denied (5)"};
    return material;
}

}  // namespace sstp::example

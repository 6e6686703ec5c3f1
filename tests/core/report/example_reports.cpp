#include "tests/core/report/example_reports.h"

#include "core/watchdog/own_findings.h"

#include <array>

namespace sstp::example {

namespace {

using namespace std::chrono_literals;
using test::ServerBuilder;

WallTime at(const char* time) { return from_rfc3339(time).value(); }

Certificate certificate(std::uint8_t first, std::uint8_t second, std::uint8_t last, const char* serial, const char* from,
                        const char* until) {
    std::array<std::uint8_t, Thumbprint::kSize> thumbprint{};
    std::array<std::uint8_t, CertificateHash::kSize> hash{};
    for (std::size_t i = 0; i < thumbprint.size(); ++i) thumbprint[i] = static_cast<std::uint8_t>(first + 17 * i);
    for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<std::uint8_t>(last + 29 * i);
    thumbprint[1] = second;
    thumbprint.back() = last;
    Certificate made = test::certificate(1).cn("vpn.example.com");
    made.thumbprint = Thumbprint{thumbprint};
    made.hash = CertificateHash{hash};
    made.serial = serial;
    made.not_before = at(from);
    made.not_after = at(until);
    return made;
}

/// As a cycle with this number would begin and end.
CycleReport in_a_cycle(CycleReport report, Wakes wakes, Duration took) {
    report.number = 41;
    report.wakes = std::move(wakes);
    report.ended = {report.began.wall + took, report.began.monotonic + took};
    report.destinations = destinations();
    return report;
}

}  // namespace

Certificate ended_certificate() { return certificate(0x3F, 0x2A, 0x91, "1E000000A4", "2026-08-23T02:14:00Z", "2026-11-21T02:14:00Z"); }

Certificate renewed_certificate() { return certificate(0x8C, 0x10, 0x4E, "1E000000B7", "2026-11-18T00:00:00Z", "2027-02-19T00:00:00Z"); }

ReportHead head() { return {"1.0.0", "VPN01", "policy.json"}; }

Policy policy() { return {}; }

ServerBuilder healthy_server() {
    ServerBuilder server = test::healthy().at(3, 2, 19).holding({ended_certificate(), renewed_certificate()});
    server.rras_started(5 * 60).all_naming(renewed_certificate());
    server.learned(renewed_certificate()).proven(renewed_certificate()).held(renewed_certificate()).sessions(3);
    return server;
}

ServerBuilder ended_server() {
    ServerBuilder server = healthy_server().all_naming(ended_certificate());
    return server.learned(ended_certificate()).proven(ended_certificate()).held(ended_certificate());
}

ServerBuilder ipv6_put_back_server() {
    return healthy_server().record(test::v6, ended_certificate()).serving(test::v6, ended_certificate()).records_written(4);
}

ServerBuilder successor_server() {
    const Certificate present = certificate(0x3F, 0x2A, 0x91, "1E000000A4", "2026-08-30T02:14:00Z", "2026-11-28T02:14:00Z");
    ServerBuilder server = test::healthy().at(0, 12, 0).holding({present, renewed_certificate()}).all_naming(present);
    return server.learned(present).proven(present).held(present).sessions(3);
}

ServerBuilder not_elevated_server() {
    const Unreadable refused{{ErrorKind::access_denied, "list the HTTP.SYS bindings", {}, 5, "Access is denied."}};
    return healthy_server().with([&](ServerBuilder& server) {
        server.state.ipv4_binding = refused;
        server.state.ipv6_binding = refused;
        server.state.shadowing = refused;
    });
}

test::Around experienced() {
    test::Around around;
    around.outages = {12s};
    return around;
}

CycleReport look_at(const ServerBuilder& server, const test::Around& around) {
    const test::Outcome outcome = test::decide_for(server, around);
    CycleReport report;
    report.began = report.ended = server.state.looked_at;
    report.permission = around.permission;
    report.state = server.state;
    report.assessment = outcome.assessment;
    report.decision = outcome.decided.decision;
    report.plan = outcome.decided.plan;
    report.planned_for = outcome.decided.planned_for;
    report.sessions = server.memory.sessions.now;
    report.findings = outcome.assessment.findings;
    OwnFooting footing;
    const auto* refused = std::get_if<Refused>(&report.decision);
    if (refused && refused->why == word(Reason::budget_exhausted)) footing.budget = refused->explanation;
    for (Finding& each : own_findings(footing)) report.findings.push_back(std::move(each));
    report.healthy = worst(report.findings) == Severity::information;
    return report;
}

CycleReport healthy() { return look_at(healthy_server(), experienced()); }

CycleReport ended() {
    CycleReport report = look_at(ended_server(), experienced());
    report.destinations = destinations();
    return report;
}

CycleReport ended_out_of_budget() {
    test::Around around = experienced();
    around.charges = {17, 31, 44};
    CycleReport report = look_at(ended_server(), around);
    report.destinations = destinations();
    return report;
}

CycleReport healed() {
    const CycleReport before = ended();
    CycleReport report = look_at(healthy_server());
    report.decision = before.decision;
    report.plan = before.plan;
    HealOutcome outcome;
    outcome.result = HealResult::succeeded;
    outcome.heal_id = "5b1f0c6e93a24a7d8e02f4d1c7b98a36-12";
    outcome.explanation =
        "A fresh look finds nothing left to cure, and the listeners serve " + brief(renewed_certificate()) + " and answer.";
    outcome.restarts = 1;
    outcome.service_was_asked_to_stop = true;
    outcome.sessions_ended = *value_of(before.sessions);
    outcome.times = {140ms, 3210ms, 5870ms, 2900ms};
    report.heal = outcome;
    return in_a_cycle(std::move(report), {Wake::administrator_heal}, 13782ms);
}

CycleReport successor_waits() { return in_a_cycle(look_at(successor_server(), experienced()), {Wake::certificate_store}, 420ms); }

CycleReport behind_load_balancer() { return look_at(healthy_server().tls_offloaded()); }

CycleReport not_elevated() { return look_at(not_elevated_server()); }

}  // namespace sstp::example

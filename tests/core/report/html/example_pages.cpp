#include "tests/core/report/html/example_pages.h"

#include "core/journal/draft.h"
#include "tests/core/report/example_forecast.h"
#include "tests/core/report/example_reports.h"

namespace sstp::example {

namespace {

using namespace std::chrono_literals;

/// The journal of two heals: one that was taken back in the week before, and the one of `healed`, from its first event on.
std::vector<JournalEvent> two_heals() {
    const std::string first = "5b1f0c6e93a24a7d8e02f4d1c7b98a36-11";
    const std::string second = "5b1f0c6e93a24a7d8e02f4d1c7b98a36-12";
    const auto at = [](const char* time) { return from_rfc3339(time).value(); };
    JournalDraft draft;
    draft.tell(EventType::heal_started, at("2026-11-14T02:31:07.100Z"), "Heal begun.",
               {{"heal_id", first}, {"reason", "hash_sha256_mismatch"}, {"sessions", "5"}});
    draft.tell(EventType::step_done, at("2026-11-14T02:31:07.400Z"),
               "Step 1 of 2 done: write Sha256CertificateHash = 91AE..14 (was 0000..00).", {{"heal_id", first}});
    draft.tell(EventType::step_failed, at("2026-11-14T02:31:21.000Z"),
               "RemoteAccess did not start: The dependency service does not exist. (1075)", {{"heal_id", first}});
    draft.tell(EventType::heal_undone, at("2026-11-14T02:31:24.700Z"), "Everything is as it was found.",
               {{"heal_id", first}, {"restarts", "2"}, {"sessions", "5"}, {"seconds", "17"}});
    draft.tell(EventType::heal_started, at("2026-11-21T02:19:02.050Z"), "Heal begun.",
               {{"heal_id", second}, {"reason", "certificate_expired,binding_mismatch"}, {"sessions", "3"}});
    draft.tell(EventType::step_done, at("2026-11-21T02:19:02.600Z"), "Step 1 of 5 done: bind 8C10..4E on 0.0.0.0:443 (was 3F2A..91).",
               {{"heal_id", second}});
    for (const JournalEvent& each : events()) draft.events.push_back(each);
    std::uint64_t sequence = 300;
    for (JournalEvent& each : draft.events) each.sequence = ++sequence;
    return draft.events;
}

ReportPage page_of(CycleReport report) {
    ReportPage page;
    page.head = head();
    page.report = std::move(report);
    page.policy = policy();
    page.values = policy_values({page.policy, {}, {}}, {"/mode"}, false);
    page.record = record();
    page.windows = {};
    const LocalOffset utc;
    WallTime from = page.report.state.looked_at.wall;
    for (int i = 0; i < 7; ++i) {
        const auto next = next_opening(page.policy.restart.window, from, utc);
        if (!next) break;
        page.windows.push_back(*next);
        from = next->begins;
    }
    return page;
}

}  // namespace

ReportPage page_of_ended() {
    ReportPage page = page_of(ended_out_of_budget());
    page.events = two_heals();
    page.events.resize(4);  // before the second heal
    page.record.held = ended_server().memory.held;
    return page;
}

ReportPage page_of_healthy() {
    ReportPage page = page_of(healed());
    page.events = two_heals();
    return page;
}

ReportPage page_of_successor() {
    Certificate other = test::certificate(7).cn("vpn.example.com").issued_by(test::private_ca());
    other.not_before = from_rfc3339("2026-10-01T00:00:00Z").value();
    other.not_after = from_rfc3339("2028-10-01T00:00:00Z").value();
    ReportPage page = page_of(look_at(successor_server().adding(other), experienced()));
    page.record.held = successor_server().memory.held;
    return page;
}

ReportPage page_with_forecast() {
    ReportPage page = page_of_successor();
    page.forecast = forecast(120);
    return page;
}

ReportPage page_of_not_elevated() { return page_of(not_elevated()); }

ReportPage page_of_load_balancer() { return page_of(behind_load_balancer()); }

ReportPage page_without_rras() {
    return page_of(look_at(healthy_server().not_installed("RemoteAccess").not_installed("RasMan").not_installed("SstpSvc")));
}

ReportPage page_with(const std::string& text) {
    ReportPage page = page_of_ended();
    const auto taint = [&](Certificate& certificate) {
        certificate.dns_names = {text};
        certificate.subject_cn = certificate.issuer_cn = certificate.subject = certificate.issuer = text;
        for (ChainRoot& each : certificate.roots) each.subject = text;
    };
    CycleReport& report = page.report;
    for (Certificate& each : std::get_if<CertificateList>(&report.state.certificates)->own()) taint(each);
    for (Probe& each : report.state.probes) {
        if (auto* served = std::get_if<Served>(&each.outcome)) taint(served->leaf);
    }
    DesiredState& desired = report.assessment.desired;
    if (desired.active) taint(*desired.active);
    if (desired.certificate) taint(*desired.certificate);
    for (Candidate& each : desired.candidates) {
        taint(each.certificate);
        each.why_not = text;
    }
    for (Finding& each : report.findings) each.explanation = text;
    std::get_if<ListenerBinding>(&report.state.ipv4_binding)->store = text;
    if (auto* refused = std::get_if<Refused>(&report.decision)) refused->explanation = text;
    report.policy_problem = text;
    for (DestinationState& each : report.destinations) {
        each.name = each.where = text;
        if (each.position.last_attempt) each.position.last_attempt->problem = each.position.last_attempt->protocol = text;
    }
    for (JournalEvent& each : page.events) each.text = text;
    for (JournalEvent& each : page.events) {
        if (each.fields.count("reason") == 1) each.fields["reason"] = text;
    }
    for (PolicyValue& each : page.values) each.value = text;
    page.forecast = forecast(30);
    for (ForecastEntry& each : page.forecast->entries) each.text = each.reason = each.subject = text;
    page.head.computer = page.head.policy_file = page.head.version = page.nobody_heals = text;
    return page;
}

}  // namespace sstp::example

#include "core/report/render_text.h"
#include "core/report/render_check.h"
#include "core/report/render_plan.h"
#include "core/report/render_status.h"
#include "tests/core/report/example_reports.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace sstp {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

const std::string kHostile =
    "evil\nSSTP OK - fine | 'days_left'=9\x1B[2J\xE2\x80\xAE"
    "gpj\xFF\xC2\x85";

/// Everything that comes from outside is hostile: a certificate's names, what a finding or a refusal quotes, a policy's error.
CycleReport hostile_report() {
    CycleReport report = example::ended();
    Certificate& active = *report.assessment.desired.active;
    active.dns_names = {kHostile};
    active.subject = kHostile;
    report.assessment.desired.names.names = {kHostile};
    for (Finding& finding : report.findings) finding = {finding.reason, finding.severity, kHostile, kHostile};
    report.findings.push_back({Reason::no_fit_certificate, Severity::critical, kHostile, "Nothing fits."});
    report.policy_problem = kHostile;
    report.decision = Refused{kHostile, kHostile, {}};
    report.heal = HealOutcome{};
    report.heal->explanation = kHostile;
    return report;
}

void expect_harmless(const std::string& text) {
    EXPECT_EQ(text.find('\x1B'), std::string::npos);
    EXPECT_EQ(text.find("\xE2\x80\xAE"), std::string::npos);
    EXPECT_EQ(text.find('\xFF'), std::string::npos);
    EXPECT_EQ(text.find("\nSSTP OK"), std::string::npos);
    EXPECT_THAT(text, EndsWith("\n"));
}

/// A certificate's names come from whoever issued it: none may forge a line, colour a console, or begin perfdata.
TEST(RenderText, hostile_text_stays_within_its_line) {
    const CycleReport report = hostile_report();
    const std::string check = render_check_text(report, example::policy(), kHostile);
    expect_harmless(check);
    EXPECT_EQ(std::count(check.begin(), check.end(), '|'), 1);
    EXPECT_THAT(check, HasSubstr("evil\\x0ASSTP OK - fine / 'days_left'=9\\x1B[2J\\u202Egpj\\xFF\\x85"));
    expect_harmless(render_plan_text(report));
    expect_harmless(render_status_text(render_status_json(report, example::record(), example::head())).value());
}

TEST(RenderText, hostile_text_in_json_is_ascii) {
    const CycleReport report = hostile_report();
    for (const std::string& document : {render_check_json(report, example::head()), render_plan_json(report, example::head()),
                                        render_status_json(report, example::record(), example::head())}) {
        EXPECT_TRUE(std::all_of(document.begin(), document.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
        EXPECT_EQ(nlohmann::json::parse(document)["findings"][0]["reason"], "certificate_expired");
    }
}

TEST(RenderText, text_that_is_plain_stays_as_it_is) {
    EXPECT_EQ(one_line("Zertifikat f\xC3\xBCr vpn \xF0\x9F\x94\x91"), "Zertifikat f\xC3\xBCr vpn \xF0\x9F\x94\x91");
    EXPECT_EQ(one_line("\xC0\xAF\xED\xA0\x80\xF4\x90\x80\x80"),
              "\\xC0\\xAF\\xED\\xA0\\x80\\xF4\\x90\\x80\\x80");   // overlong, surrogate, too large
    EXPECT_EQ(one_line("\xE2\x82"), "\\xE2\\x82");
}

TEST(RenderText, a_family_is_represented_by_the_worst_of_what_our_record_answers) {
    test::ServerBuilder server = example::healthy_server().serving_at("203.0.113.5", example::ended_certificate());
    EXPECT_EQ(representative(server.state, test::v4)->address, IpAddress::loopback(test::v4)) << "all answer: the first";
    server.with([](auto& each) { each.state.probes.back().outcome = NotProbed{}; });
    EXPECT_EQ(representative(server.state, test::v4)->address.to_string(), "203.0.113.5");
    server.with([](auto& each) { each.state.probes.clear(); });
    EXPECT_EQ(representative(server.state, test::v6), nullptr);
}

}  // namespace
}  // namespace sstp

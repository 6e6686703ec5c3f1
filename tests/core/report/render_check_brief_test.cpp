#include "core/report/fitted.h"
#include "core/report/render_check.h"
#include "core/report/wrap.h"
#include "tests/core/report/example_reports.h"
#include "tests/core/report/lines_of.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <ostream>
#include <sstream>

namespace sstp {
namespace {

using test::v4;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

CycleReport with(Permission permission) {
    test::Around around;
    around.permission = permission;
    return example::look_at(example::ended_server(), around);
}

CycleReport nothing_fit() { return example::look_at(example::ended_server().deleting(example::renewed_certificate())); }

/// The certificate in force ends in twenty days.
CycleReport nearly_ended(const std::function<void(test::ServerBuilder&)>& besides = [](auto&) {}) {
    const Certificate ending = test::one().valid(-70, 20);
    test::ServerBuilder server = test::healthy().replacing(ending).serving(ending).learned(ending).proven(ending);
    besides(server);
    return example::look_at(server);
}

struct Told {
    const char* sentence;
    CycleReport report;
    std::string nobody_heals;
    std::string last_line;
};
void PrintTo(const Told& each, std::ostream* out) { *out << each.sentence; }

class CheckInSixLines : public testing::TestWithParam<Told> {};

TEST_P(CheckInSixLines, ends_with_the_one_thing_to_do) {
    const Told& each = GetParam();
    const std::string text = render_check_brief(each.report, example::policy(), each.nobody_heals);
    const auto lines = lines_of(text);
    EXPECT_LE(lines.size(), 6U) << text;
    for (std::size_t i = 1; i < lines.size(); ++i) EXPECT_LE(columns_of(lines[i]), 80U) << lines[i];
    EXPECT_EQ(lines.back(), each.last_line) << text;
    EXPECT_EQ(lines.front(), lines_of(render_check_text(each.report, example::policy(), "")).front()) << "programs read the same line";
}

/// Where the headline is wrapped, it is not the seventh line that tells what to do.
TEST_P(CheckInSixLines, on_a_console_of_any_width) {
    const Told& each = GetParam();
    for (const std::size_t columns : {40U, 60U, 80U, 120U}) {
        const std::string text = render_check_brief(each.report, example::policy(), each.nobody_heals, columns);
        const auto lines = lines_of(text);
        EXPECT_LE(lines.size(), 6U) << text;
        EXPECT_THAT(text, HasSubstr("\n  To do    " + each.last_line.substr(11, columns < 80 ? 4 : std::string::npos)));
        for (const std::string& line : lines) EXPECT_LE(columns_of(line), columns) << line;
    }
}

INSTANTIATE_TEST_SUITE_P(
    RenderCheck, CheckInSixLines,
    testing::Values(
        Told{"what a running service heals needs nobody", example::ended(), "",
             "  To do    Nothing: the service heals it now. To watch: sstp-watchdog history"},
        Told{"without a service somebody has to heal", example::ended(), "The service SstpWatchdog is not running.",
             "  To do    Heal it now: sstp-watchdog heal"},
        Told{"a spent budget yields to an administrator", example::ended_out_of_budget(), "",
             "  To do    Heal at once, beyond the budget: sstp-watchdog heal"},
        Told{"observe mode is ended in the policy", with(Permission::observe_by_policy), "",
             "  To do    Set mode to heal in the policy, if it is to be healed by itself."},
        Told{"the kill switch where it is", with(Permission::observe_by_kill_switch), "",
             "  To do    Clear Mode in Group Policy (SOFTWARE\\Policies\\SSTP Watchdog)."},
        Told{"without a fit certificate only a new one helps", nothing_fit(), "",
             "  To do    Renew or import a fit certificate with its key into LocalMachine\\MY."},
        Told{"one that ends soon is to be renewed", nearly_ended(), "", "  To do    Renew the certificate into LocalMachine\\MY."},
        Told{"where a newer one is here it is not: that is kept out by the policy",
             nearly_ended([](auto& s) { s.adding(test::certificate(2).newer()).pinning(test::one()); }), "",
             "  To do    Read why the newer one is not taken: sstp-watchdog check --verbose"},
        Told{"a console that is not elevated is the first thing to mend", example::not_elevated(), "",
             "  To do    Run this in an elevated console (Run as administrator)."},
        Told{"a computer without RRAS needs no watchdog",
             example::look_at(example::healthy_server().not_installed("RemoteAccess").not_installed("RasMan").not_installed("SstpSvc")), "",
             "  To do    Install the role Remote Access here, or remove SSTP Watchdog."},
        Told{"what one look has shown is looked at again",
             example::look_at(example::healthy_server().unreachable(v4).seen(Reason::listener_unreachable_ipv4, 1)), "",
             "  To do    Nothing: it comes by itself. At once: sstp-watchdog heal"}));

TEST(RenderCheckBrief, of_a_healthy_server_is_the_status_and_the_whole_hash_that_clients_get) {
    const auto lines = lines_of(render_check_brief(example::healthy(), example::policy(), ""));
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[1].substr(0, 11), "  Served   ");
    EXPECT_TRUE(CertificateHash::parse(lines[1].substr(11)).has_value()) << lines[1];
}

TEST(RenderCheckBrief, what_is_not_wrong_asks_for_nothing_and_is_explained) {
    const std::string text = render_check_brief(example::successor_waits(), example::policy(), "");
    EXPECT_THAT(text, HasSubstr("\n  Found    3F2A..91 (vpn.example.com) works until"));
    std::string unwrapped = text;
    for (std::size_t at; (at = unwrapped.find("\n           ")) != std::string::npos;) unwrapped.replace(at, 12, " ");
    EXPECT_THAT(unwrapped, HasSubstr("It is planned for 2026-11-19 04:34 UTC."));
    EXPECT_THAT(text, EndsWith("\n  More     sstp-watchdog explain certificate_superseded\n"));
    EXPECT_THAT(text, Not(HasSubstr("To do")));
}

TEST(RenderCheckBrief, tells_price_and_time_before_what_may_be_cut_off) {
    const std::string text = render_check_brief(example::ended_out_of_budget(), example::policy(), "");
    EXPECT_THAT(text, HasSubstr("\n  Found    3F2A..91 (vpn.example.com) ended 2026-11-21 02:14 UTC.\n"));
    EXPECT_THAT(text, HasSubstr("\n  Plan     Ends 3 sessions; about 12 s without VPN; 4 changes, to 8C10..4E\n"));
    EXPECT_THAT(text, HasSubstr("\n  Not yet  until 2026-11-21 02:48 UTC: Budget: 3 restarts"));
    EXPECT_THAT(text, HasSubstr("\n  More     sstp-watchdog explain certificate_expired (+5: --verbose)\n"));
}

struct Cut {
    const char* sentence;
    std::string explanation;
    std::string found;
};
void PrintTo(const Cut& each, std::ostream* out) { *out << each.sentence; }

class FoundInOneLine : public testing::TestWithParam<Cut> {};

TEST_P(FoundInOneLine, keeps_what_is_whole) {
    CycleReport report = example::ended_out_of_budget();   // its other rows leave one line
    for (Finding& each : report.findings) each.explanation = GetParam().explanation;
    EXPECT_THAT(render_check_brief(report, example::policy(), ""), HasSubstr("\n  Found    " + GetParam().found + "\n  Plan "));
}

const std::string k60 = "An explanation of so many letters that it is sixty characters";
INSTANTIATE_TEST_SUITE_P(
    RenderCheckBrief, FoundInOneLine,
    testing::Values(Cut{"a sentence that fits is not touched", "Ended.", "Ended."},
                    Cut{"where only the stop does not fit, the stop goes", k60 + " long 1a.", k60 + " long 1a"},
                    Cut{"of two sentences the first stays", "The first one. " + k60 + ".", "The first one."},
                    Cut{"of three the first two", "The first one. The second. " + k60 + ".", "The first one. The second."},
                    Cut{"a point inside a word ends no sentence", "vpn.example.com at 0.0.0.0:443 " + k60,
                        "vpn.example.com at 0.0.0.0:443 An explanation of so many letters..."},
                    Cut{"one that is too long is cut at a blank, and says so", k60 + " long at the least.", k60 + " long..."}));

TEST(RenderCheckBrief, on_a_console_every_line_fits_and_no_performance_data_is_shown) {
    for (const std::size_t columns : {60U, 80U, 120U}) {
        for (const CycleReport& report : {example::ended_out_of_budget(), example::not_elevated(), example::successor_waits()}) {
            for (const std::string& text : {render_check_brief(report, example::policy(), "", columns),
                                            fitted(render_check_text(report, example::policy(), "", columns), columns)}) {
                EXPECT_THAT(text, Not(HasSubstr("'days_left'")));
                for (const std::string& line : lines_of(text)) EXPECT_LE(columns_of(line), columns) << line;
            }
        }
    }
}

TEST(RenderCheckVerbose, tells_what_clients_get_with_its_sha256_where_to_read_on_and_last_the_one_thing_to_do) {
    const std::string text = render_check_text(example::healthy(), example::policy(), "");
    EXPECT_THAT(text, HasSubstr(", SHA-256 " + example::renewed_certificate().hash.to_string() + "\n"));
    EXPECT_THAT(render_check_text(example::ended(), example::policy(), ""),
                EndsWith("\n  Explained                  sstp-watchdog explain certificate_expired\n"
                         "  To do                      Nothing: the service heals it now. To watch: sstp-watchdog history\n"));
}

TEST(Wrap, counts_characters_and_breaks_at_blanks) {
    EXPECT_EQ(wrapped("", 30), std::vector<std::string>{""});
    EXPECT_EQ(wrapped("one two  three four five", 20), (std::vector<std::string>{"one two three four", "five"}));
    EXPECT_EQ(wrapped("ab 0123456789012345678901234567", 20), (std::vector<std::string>{"ab", "01234567890123456789", "01234567"}));
    EXPECT_EQ(wrapped("M\xC3\xBCnchen M\xC3\xBCnchen abcd", 20), std::vector<std::string>{"M\xC3\xBCnchen M\xC3\xBCnchen abcd"});
    EXPECT_EQ(columns_of("M\xC3\xBCnchen"), 7U);
    EXPECT_EQ(cut_to_columns("a sentence that is too long", 18), "a sentence that...");
    EXPECT_EQ(cut_to_columns("\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC", 4), "\xC3\xBC...") << "no character is cut in two";
    EXPECT_EQ(cut_to_columns("fits", 4), "fits");
}

}  // namespace
}  // namespace sstp

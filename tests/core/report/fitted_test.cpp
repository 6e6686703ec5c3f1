#include "core/report/fitted.h"

#include "core/report/render_check.h"
#include "core/report/render_history.h"
#include "core/report/render_plan.h"
#include "core/report/render_status.h"
#include "core/report/render_text.h"
#include "core/report/siem_test_outcome.h"
#include "core/report/wrap.h"
#include "tests/core/report/example_reports.h"
#include "tests/core/report/lines_of.h"

#include <gmock/gmock.h>

#include <ostream>
#include <sstream>

namespace sstp {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Line {
    const char* sentence;
    std::string text;
    std::size_t columns;
    std::string shown;
};
void PrintTo(const Line& each, std::ostream* out) { *out << each.sentence; }

class Fitted : public testing::TestWithParam<Line> {};

TEST_P(Fitted, to_a_console) { EXPECT_EQ(fitted(GetParam().text, GetParam().columns), GetParam().shown); }

INSTANTIATE_TEST_SUITE_P(
    Lines, Fitted,
    testing::Values(
        Line{"what fits stays as it is", "SSTP OK - fine\n  Mode                       heals by itself\n", 60,
             "SSTP OK - fine\n  Mode                       heals by itself\n"},
        Line{"a row goes on under its text", "  Mode                       only observes: the policy file says so\n", 60,
             "  Mode                       only observes: the policy file\n                             says so\n"},
        Line{"a numbered step under its words", "  12. write Sha256CertificateHash = 4E6B..D1 (was 91AE..14)\n", 48,
             "  12. write Sha256CertificateHash = 4E6B..D1\n      (was 91AE..14)\n"},
        Line{"a sentence two columns in", "SSTP CRITICAL - IPv4 clients get an expired certificate\n", 40,
             "SSTP CRITICAL - IPv4 clients get an\n  expired certificate\n"},
        Line{"a label that is longer than its column has its text under the others'",
             "  a_very_long_label_of_thirty_chars  and a text that does not fit beside it\n", 60,
             "  a_very_long_label_of_thirty_chars  and a text that does\n                             not fit beside it\n"},
        Line{"what somebody wants to copy stays in one piece, below its label",
             "  served at ::1              3F2A..91, SHA-256 91AECBE805223F5C7996B3D0ED0A2744617E9BB8D5F20F2C496683A0BDDAF714\n", 80,
             "  served at ::1\n    3F2A..91, SHA-256\n    91AECBE805223F5C7996B3D0ED0A2744617E9BB8D5F20F2C496683A0BDDAF714\n"},
        Line{"what is longer than the console is broken all the same", "  Policy  " + std::string(50, 'x') + "\n", 40,
             "  Policy  " + std::string(30, 'x') + "\n          " + std::string(20, 'x') + "\n"},
        Line{"characters count, not bytes", "  M\xC3\xBCnchen\n", 9, "  M\xC3\xBCnchen\n"}, Line{"nothing stays nothing", "", 80, ""}));

TEST(FittedText, for_a_program_is_unchanged) {
    const std::string text = "  Mode                       " + std::string(300, 'x') + "\n";
    EXPECT_EQ(fitted(text, std::nullopt), text);
}

std::vector<TestOutcome> outcomes() {
    std::vector<TestOutcome> all(2);
    all[0].name = "soc";
    all[0].host = "siem.example.com:6514";
    all[0].protocol = "TLS 1.3";
    all[0].peer = "CN=siem.example.com, SHA-256 91AECBE805223F5C7996B3D0ED0A2744617E9BB8D5F20F2C496683A0BDDAF714";
    all[0].verdict = TestOutcome::Verdict::confirmed;
    all[1].name = "archive";
    all[1].where = "archive.example.com:6514 (tls)";
    all[1].verdict = TestOutcome::Verdict::failed;
    all[1].problem =
        "could not connect to archive.example.com:6514: No connection could be made because the target computer refused it. (10061)";
    return all;
}

/// Every text that a command prints for a person, of servers that are well, broken, waiting and unreadable.
std::vector<std::string> printed(std::size_t columns) {
    std::vector<std::string> texts;
    for (const CycleReport& report : {example::healthy(), example::ended(), example::ended_out_of_budget(), example::successor_waits(),
                                      example::behind_load_balancer(), example::not_elevated()}) {
        texts.push_back(render_check_brief(report, example::policy(), "The service SstpWatchdog is stopped.", columns));
        texts.push_back(render_check_text(report, example::policy(), "The service SstpWatchdog is stopped.", columns));
        texts.push_back(render_plan_text(report));
        texts.push_back(render_status_text(render_status_json(report, example::record(), example::head())).value());
    }
    texts.push_back(render_status_text(render_status_json(example::healed(), example::record(), example::head())).value());
    texts.push_back(render_history_text(example::events(), columns));
    texts.push_back(render_test_text(outcomes()));
    return texts;
}

TEST(EveryCommand, fits_a_console_of_any_width_and_loses_no_word) {
    for (const std::size_t columns : {40U, 60U, 79U, 80U, 120U, 200U}) {
        for (const std::string& text : printed(columns)) {
            const std::string shown = fitted(text, columns);
            for (const std::string& line : lines_of(shown)) EXPECT_LE(columns_of(line), columns) << line << "\n" << shown;
            const auto bare = [](std::string each) {
                std::erase_if(each, [](char c) { return c == ' ' || c == '\n'; });
                return each;
            };
            EXPECT_EQ(bare(shown), bare(text));
        }
    }
}

TEST(EveryCommand, about_a_server_in_trouble_ends_with_the_one_thing_to_do) {
    const CycleReport report = example::ended_out_of_budget();
    constexpr char kToDo[] = "\n  To do                      Heal at once, beyond the budget: sstp-watchdog heal\n";
    EXPECT_THAT(render_check_text(report, example::policy(), ""), EndsWith(kToDo));
    EXPECT_THAT(render_plan_text(report), EndsWith(kToDo));
    const std::string status = render_status_json(report, example::record(), example::head());
    EXPECT_THAT(render_status_text(status).value(), EndsWith(kToDo));
    EXPECT_THAT(render_status_text(status, true).value(), Not(HasSubstr("To do"))) << "nobody knows whether it is still so";
    EXPECT_THAT(render_plan_text(example::ended()), EndsWith("\n  To run it now              sstp-watchdog heal\n"));
    EXPECT_THAT(render_plan_text(example::healthy()), Not(HasSubstr("To do")));
}

TEST(History, on_a_narrow_console_stands_under_the_word_and_on_a_wide_one_under_itself) {
    const auto events = example::events();
    EXPECT_THAT(render_history_text(events, 80),
                HasSubstr("2026-11-21T02:19:10.862Z  step_done                  RemoteAccess restarted.\n"
                          "2026-11-21T02:19:13.782Z  heal_succeeded\n"
                          "                          A fresh look finds nothing left to cure, and the\n"
                          "                          listeners serve 8C10..4E (vpn.example.com) and answer.\n"));
    EXPECT_THAT(
        render_history_text(events, 120),
        HasSubstr("2026-11-21T02:19:13.782Z  heal_succeeded             A fresh look finds nothing left to cure, and the listeners serve\n"
                  "                                                     8C10..4E (vpn.example.com) and answer.\n"));
    EXPECT_EQ(lines_of(render_history_text(events)).size(), events.size()) << "for a program: one line each";
}

TEST(Colour, marks_the_status_word_and_the_one_thing_to_do) {
    EXPECT_EQ(coloured("SSTP CRITICAL - gone\n  Found    x\n  To do    Renew it.\n"),
              "SSTP \x1B[91mCRITICAL\x1B[0m - gone\n  Found    x\n  \x1B[1mTo do\x1B[0m    Renew it.\n");
    EXPECT_THAT(coloured("SSTP OK - fine\n"), StartsWith("SSTP \x1B[32mOK\x1B[0m - "));
    EXPECT_THAT(coloured("SSTP WARNING - soon\n"), StartsWith("SSTP \x1B[33mWARNING\x1B[0m - "));
    EXPECT_THAT(coloured("SSTP UNKNOWN - blind\n"), StartsWith("SSTP \x1B[35mUNKNOWN\x1B[0m - "));
    EXPECT_EQ(coloured("SSTP OKAY - a text\n"), "SSTP OKAY - a text\n");
    EXPECT_EQ(coloured("Nothing to do: fine.\n"), "Nothing to do: fine.\n");
}

/// Nothing but `coloured` makes a sequence, so what goes to a file or a pipe has none.
TEST(Colour, is_in_no_text_by_itself) {
    for (const std::string& text : printed(80)) EXPECT_EQ(text.find('\x1B'), std::string::npos) << text;
}

}  // namespace
}  // namespace sstp

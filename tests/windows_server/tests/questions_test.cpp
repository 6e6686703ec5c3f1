#include "tests/windows_server/kit/question.h"
#include "tests/windows_server/kit/words.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sstp::kit {

namespace {

/// What only a real server can answer: rows of the review's half-hour checklist, its findings and those of the second review that no test
/// here can show, ways in of service/README.md, and what the facts' pages mark as unknown.
const std::vector<std::string> kWanted{"checklist 1",
                                       "checklist 2",
                                       "checklist 3",
                                       "checklist 4",
                                       "checklist 5",
                                       "checklist 6",
                                       "checklist 7",
                                       "checklist 8",
                                       "checklist 9",
                                       "checklist 10",
                                       "checklist 11",
                                       "checklist 12",
                                       "checklist 13",
                                       "checklist 14",
                                       "checklist 15",
                                       "checklist 16",
                                       "checklist 17",
                                       "checklist 18",
                                       "checklist 19",
                                       "F1",
                                       "F2",
                                       "F3",
                                       "F4",
                                       "F5",
                                       "F6",
                                       "F7",
                                       "F8",
                                       "F9",
                                       "F10",
                                       "F11",
                                       "F12",
                                       "F13",
                                       "F14",
                                       "F15",
                                       "F16",
                                       "F17",
                                       "F18",
                                       "F20",
                                       "F21",
                                       "B2",
                                       "C5",
                                       "rollback of a failed upgrade",
                                       "hardening: weak access list",
                                       "hardening: links",
                                       "hardening: script or child process",
                                       "hardening: unquoted path",
                                       "hardening: rights of the process",
                                       "hardening: mitigation policies",
                                       "rras-sstp: channel and provider of RasSstp",
                                       "rras-sstp: text of 15302",
                                       "rras-sstp: conditions of events 13 and 25",
                                       "rras-sstp: restarting RemoteAccess alone makes SstpSvc read the hash",
                                       "rras-sstp: a deleted certificate is served from memory",
                                       "rras-sstp: Schannel follows the renewal link for SSTP",
                                       "rras-sstp: 87 for seconds after a CNG key was made",
                                       "rras-sstp: sessions through mprapi.dll",
                                       "rras-sstp: HttpUpdateServiceConfiguration on servers",
                                       "rras-sstp: crypto binding",
                                       "rras-sstp: RemoteAccess' process after Server 2016",
                                       "RFC 3164: GetTimeZoneInformationForYear and a zone without its summer time"};

TEST(Questions, answer_every_line_of_the_checklist_and_every_unknown) {
    std::set<std::string> answered;
    for (const auto& question : all_questions()) answered.insert(question.answers.begin(), question.answers.end());
    for (const auto& wanted : kWanted) EXPECT_TRUE(answered.contains(wanted)) << wanted;
}

TEST(Questions, have_names_of_their_own_and_need_only_what_comes_before_them) {
    std::set<std::string> before;
    for (const auto& question : all_questions()) {
        for (const auto& need : question.needs) EXPECT_TRUE(before.contains(need)) << question.id << " needs " << need;
        EXPECT_TRUE(before.insert(question.id).second) << question.id;
        EXPECT_FALSE(question.asks.empty() || question.answers.empty() || question.steps.empty()) << question.id;
    }
}

TEST(Questions, take_half_an_hour_of_a_server_that_has_its_roles) {
    int seconds = 0;
    for (const auto& question : all_questions()) seconds += question.id == "rras" ? 0 : question.seconds;
    EXPECT_LE(seconds, 30 * 60);
}

TEST(Questions, tell_every_change_and_either_put_it_back_or_say_nothing_of_it) {
    for (const auto& question : all_questions()) {
        for (const auto& step : question.steps) {
            if (step.kind == Step::Kind::change)
                EXPECT_FALSE(step.says.empty()) << question.id << ": " << step.line;
            else
                EXPECT_TRUE(step.put_back.empty() && !step.name.empty()) << question.id << ": " << step.line;
        }
    }
}

TEST(Questions, use_only_words_that_exist_and_name_those_that_may_be_missing) {
    const std::set<std::string> always{"kit", "kit_plain", "work", "program", "program_plain", "messages", "data", "data_plain", "name"};
    std::map<std::string, Question> by_id;
    for (const auto& question : all_questions()) by_id[question.id] = question;
    const std::function<std::set<std::string>(const Question&)> given = [&](const Question& question) {
        std::set<std::string> words(question.words.begin(), question.words.end());
        for (const auto& need : question.needs) words.merge(given(by_id[need]));
        return words;
    };
    for (const auto& [id, question] : by_id) {
        const auto known = given(question);
        for (const auto& step : question.steps) {
            for (const auto& line : {step.line, step.put_back, step.says}) {
                // {hex} and {text} are New-SelfSignedCertificate's.
                for (const auto& word : words_of(line))
                    EXPECT_TRUE(always.contains(word) || known.contains(word) || word == "hex" || word == "text")
                        << id << ": {" << word << "}";
            }
        }
    }
}

TEST(Questions, put_back_without_secrets_which_a_later_run_does_not_know) {
    for (const auto& question : all_questions()) {
        for (const auto& step : question.steps)
            EXPECT_THAT(words_of(step.put_back), testing::Not(testing::Contains("password"))) << question.id;
    }
}

TEST(Questions, give_powershell_no_double_quote_which_would_end_its_line) {
    for (const auto& question : all_questions()) {
        std::vector<std::string> lines{question.not_if};
        for (const auto& step : question.steps) lines.insert(lines.end(), {step.line, step.put_back});
        for (const auto& line : lines) {
            for (std::size_t at = 0; (at = line.find("-Command \"", at)) != std::string::npos;) {
                at += 10;
                const std::size_t end = line.find('"', at);
                ASSERT_NE(end, std::string::npos) << question.id;
                // A script ends with its line, or where cmd.exe goes on.
                EXPECT_TRUE(end + 1 == line.size() || line.substr(end + 1, 2) == " &") << question.id << ": " << line.substr(end);
                const auto script = std::string_view{line}.substr(at, end - at);
                for (const auto& [open, close] : {std::pair{'(', ')'}, std::pair{'{', '}'}, std::pair{'[', ']'}})
                    EXPECT_EQ(std::count(script.begin(), script.end(), open), std::count(script.begin(), script.end(), close))
                        << question.id << ": " << script;
                EXPECT_EQ(std::count(script.begin(), script.end(), '\'') % 2, 0) << question.id << ": " << script;
            }
        }
    }
}

TEST(Questions, judge_silence_as_no_success) {
    // A server where every command failed without a word.
    for (const auto& question : all_questions()) {
        if (question.judge == nullptr) continue;
        Answers answers;
        for (const auto& step : question.steps) {
            if (!step.name.empty()) answers[step.name] = {.exit_code = 1};
        }
        EXPECT_NE(question.judge(answers).kind, Verdict::Kind::as_expected) << question.id;
    }
}

}  // namespace

}  // namespace sstp::kit

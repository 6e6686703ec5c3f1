#include "tests/windows_server/kit/answers.h"
#include "tests/windows_server/kit/words.h"

#include <gmock/gmock.h>

#include <stdexcept>

namespace sstp::kit {

namespace {

AnswerFile a_file() {
    AnswerFile file{.version = "1.0.0", .mode = "ask", .began = "2026-11-26T08:00:00Z", .ended = "2026-11-26T08:30:00Z"};
    QuestionAnswer question{.id = "F9", .asks = "Is it \"quick\"?", .answers = {"F9", "checklist 14"}};
    question.status = QuestionAnswer::Status::asked;
    question.verdict = {Verdict::Kind::differs, "it took 31 s"};
    question.steps.push_back({.step = change("Says.", "do", "undo"), .ran = true, .answer = {3, "caf\xC3\xA9 \xFF\n", 1.5, true}});
    question.steps.push_back({.step = look("seen", "look")});
    question.put_back.push_back({.line = "undo", .done = true});
    file.questions.push_back(question);
    file.put_back.push_back({.line = "late", .done = false, .answer = {1, "no", 0, false}});
    file.to_put_back = {"late"};
    return file;
}

TEST(AnswerFile, is_read_as_it_was_written) {
    const std::string text = write(a_file());
    EXPECT_EQ(write(read(text)), text);
    const AnswerFile file = read(text);
    EXPECT_EQ(file.questions.at(0).steps.at(0).answer.exit_code, 3);
    EXPECT_TRUE(file.questions.at(0).steps.at(0).answer.timed_out);
    EXPECT_EQ(file.questions.at(0).steps.at(0).step.put_back, "undo");
    EXPECT_FALSE(file.questions.at(0).steps.at(1).ran);
    EXPECT_EQ(file.questions.at(0).verdict.kind, Verdict::Kind::differs);
    EXPECT_THAT(file.to_put_back, testing::ElementsAre("late"));
}

TEST(AnswerFile, is_ascii_whatever_a_command_printed) {
    for (const char c : write(a_file())) ASSERT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST(AnswerFile, of_another_kind_is_refused_with_the_reason) {
    for (const char* text : {"", "{}", "[1]", R"({"format": 2})"}) EXPECT_THROW(read(text), std::runtime_error) << text;
}

TEST(AnswerFile, only_what_was_asked_has_a_verdict) {
    AnswerFile file = a_file();
    file.questions[0].status = QuestionAnswer::Status::declined;
    EXPECT_THAT(write(file), testing::HasSubstr("\"verdict\": null"));
}

TEST(Needs, are_met_by_what_is_so_already_and_by_answers_that_do_not_differ) {
    QuestionAnswer answer{.status = QuestionAnswer::Status::settled};
    EXPECT_TRUE(answer.settles_its_need());
    answer.status = QuestionAnswer::Status::asked;
    for (const auto kind : {Verdict::Kind::as_expected, Verdict::Kind::to_be_read}) {
        answer.verdict.kind = kind;
        EXPECT_TRUE(answer.settles_its_need());
    }
    answer.verdict.kind = Verdict::Kind::differs;
    EXPECT_FALSE(answer.settles_its_need());
    answer.verdict.kind = Verdict::Kind::as_expected;
    answer.status = QuestionAnswer::Status::failed;
    EXPECT_FALSE(answer.settles_its_need());
}

TEST(Lines, have_their_words_filled_and_other_braces_left) {
    Words words;
    words.open = {{"msi", "\"C:\\a b.msi\""}, {"empty", ""}};
    EXPECT_EQ(words.fill("msiexec /i {msi} {empty}/qn"), "msiexec /i \"C:\\a b.msi\" /qn");
    EXPECT_EQ(words.fill("{ $_.Id } @{} appid={00112233-4455} {Msi} {msi {unknown}"),
              "{ $_.Id } @{} appid={00112233-4455} {Msi} {msi {unknown}");
    EXPECT_TRUE(words.has("msi"));
    EXPECT_FALSE(words.has("empty"));
    EXPECT_THAT(words_of("{kit} x {msi} { $_ } {kit}"), testing::ElementsAre("kit", "msi"));
}

}  // namespace

}  // namespace sstp::kit

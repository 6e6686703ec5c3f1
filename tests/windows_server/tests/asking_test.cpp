#include "tests/windows_server/kit/asking.h"

#include <gmock/gmock.h>

#include <functional>
#include <utility>

namespace sstp::kit {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Status = QuestionAnswer::Status;

/// A server whose commands end with 0 unless the test says otherwise.
class ScriptedShell final : public Shell {
public:
    std::map<std::string, Ran> answers;
    std::vector<std::string> ran;     ///< lines, in order; what runs beside as `begin LINE` and `finish LINE`
    std::vector<std::string> saved;   ///< what was left to be put back, at each saving
    std::function<void(const std::string&)> on_run = [](const std::string&) {};
    bool is_interrupted = false;

    Ran run(const std::string& line, Seconds) override {
        ran.push_back(line);
        on_run(line);
        const auto found = answers.find(line);
        return found == answers.end() ? Ran{} : found->second;
    }

    std::unique_ptr<Beside> begin(const std::string& line, Seconds) override {
        struct Running final : Beside {
            ScriptedShell& shell;
            std::string line;
            Running(ScriptedShell& its_shell, std::string its_line) : shell{its_shell}, line{std::move(its_line)} {}
            Ran finish() override {
                shell.ran.push_back("finish " + line);
                return shell.answers[line];
            }
        };
        ran.push_back("begin " + line);
        return std::make_unique<Running>(*this, line);
    }

    void save(const std::string& text) override {
        saved.emplace_back();
        for (const auto& line : read(text).to_put_back) saved.back() += line + ";";
    }

    std::string now() override { return "2026-11-26T08:00:00Z"; }
    bool interrupted() override { return is_interrupted; }
};

class ScriptedOperator final : public Operator {
public:
    std::vector<Wish> wishes;   ///< then yes for ever
    std::string told;
    std::vector<std::string> asked;

    void tell(const std::string& text) override { told += text + "\n"; }
    Wish ask(const std::string& text) override {
        asked.push_back(text);
        return asked.size() <= wishes.size() ? wishes[asked.size() - 1] : Wish::yes;
    }
};

Question two_changes() {
    return {.id = "two",
            .asks = "Two changes.",
            .steps = {change("First.", "do 1", "undo 1"), change("Second.", "do 2", "undo 2"), look("seen", "look")},
            .judge = [](const Answers& answers) { return Verdict{Verdict::Kind::as_expected, answers.at("seen").output}; }};
}

class Asked : public testing::Test {
protected:
    ScriptedShell shell;
    ScriptedOperator person;
    Words words;
    AnswerFile file;
    kit::Run run;   // testing::Test has a Run of its own

    void ask_all(const std::vector<Question>& questions) { ask(questions, run, words, shell, person, file); }
    [[nodiscard]] Status status(std::size_t question = 0) const { return file.questions.at(question).status; }
};

TEST_F(Asked, what_was_changed_is_put_back_last_first_before_the_next_question) {
    ask_all({two_changes(), {.id = "next", .asks = "?", .steps = {look("n", "next")}}});
    EXPECT_THAT(shell.ran, ElementsAre("do 1", "do 2", "look", "undo 2", "undo 1", "next"));
    EXPECT_THAT(file.to_put_back, IsEmpty());
    EXPECT_EQ(status(), Status::asked);
}

TEST_F(Asked, the_file_names_what_to_put_back_before_the_change_is_made) {
    std::map<std::string, std::string> on_disk;
    shell.on_run = [&](const std::string& line) { on_disk[line] = shell.saved.empty() ? "nothing saved" : shell.saved.back(); };
    ask_all({two_changes()});
    EXPECT_EQ(on_disk["do 1"], "undo 1;");
    EXPECT_EQ(on_disk["do 2"], "undo 1;undo 2;");
    EXPECT_EQ(shell.saved.back(), "");
}

TEST_F(Asked, a_change_that_fails_ends_the_question_and_is_put_back_with_those_before_it) {
    shell.answers["do 2"] = {.exit_code = 5};
    ask_all({two_changes()});
    EXPECT_THAT(shell.ran, ElementsAre("do 1", "do 2", "undo 2", "undo 1"));   // it may have happened in part
    EXPECT_EQ(status(), Status::failed);
    EXPECT_EQ(file.questions[0].why, "ended with 5: do 2");
}

TEST_F(Asked, a_change_that_hangs_is_a_failure) {
    shell.answers["do 1"] = {.timed_out = true};
    ask_all({two_changes()});
    EXPECT_THAT(shell.ran, ElementsAre("do 1", "undo 1"));
    EXPECT_EQ(status(), Status::failed);
}

TEST_F(Asked, what_cannot_be_put_back_stays_in_the_file_and_is_said) {
    shell.answers["undo 1"] = {.exit_code = 2};
    ask_all({two_changes()});
    EXPECT_THAT(file.to_put_back, ElementsAre("undo 1"));
    EXPECT_THAT(person.told, testing::HasSubstr("NOT put back (2): undo 1"));
}

TEST_F(Asked, a_look_may_answer_what_it_likes) {
    shell.answers["look"] = {.exit_code = 1, .output = "it said no"};
    ask_all({two_changes()});
    EXPECT_EQ(status(), Status::asked);
    EXPECT_EQ(file.questions[0].verdict.because, "it said no");
}

TEST_F(Asked, nothing_is_changed_without_the_operators_yes_and_all_changes_are_told_with_their_way_back) {
    person.wishes = {Operator::Wish::no};
    ask_all({two_changes()});
    EXPECT_THAT(shell.ran, IsEmpty());
    EXPECT_EQ(status(), Status::declined);
    for (const char* told : {"First.", "do 1", "put back by: undo 1", "Second.", "do 2", "put back by: undo 2"})
        EXPECT_THAT(person.asked.at(0), testing::HasSubstr(told));
}

TEST_F(Asked, what_the_operator_reads_has_its_words_filled) {
    words.open["name"] = "vpn.example.com";
    ask_all({{.id = "n", .asks = "Is it {name}?", .steps = {change("For {name}.", "do {name}", "undo {name}")}}});
    for (const char* told : {"Is it vpn.example.com?", "For vpn.example.com.", "do vpn.example.com", "undo vpn.example.com"})
        EXPECT_THAT(person.asked.at(0), testing::HasSubstr(told));
    EXPECT_EQ(file.questions[0].asks, "Is it vpn.example.com?");
}

TEST_F(Asked, a_question_that_only_looks_waits_for_nobody) {
    ask_all({{.id = "l", .asks = "?", .steps = {look("x", "see")}}});
    EXPECT_THAT(person.asked, IsEmpty());
    EXPECT_THAT(shell.ran, ElementsAre("see"));
}

TEST_F(Asked, quitting_asks_nothing_more_and_puts_back_what_stood) {
    Question stays = two_changes();
    stays.keeps = true;
    person.wishes = {Operator::Wish::yes, Operator::Wish::quit};
    Question third = two_changes();
    third.id = "three";
    Question fourth = two_changes();
    fourth.id = "four";
    ask_all({stays, third, fourth});
    EXPECT_THAT(shell.ran, ElementsAre("do 1", "do 2", "look", "undo 2", "undo 1"));
    EXPECT_EQ(status(1), Status::declined);
    EXPECT_EQ(file.questions[2].why, "the run was ended before");
}

TEST_F(Asked, ctrl_c_ends_the_question_puts_back_and_asks_nothing_more) {
    shell.on_run = [&](const std::string& line) { shell.is_interrupted = shell.is_interrupted || line == "do 1"; };
    ask_all({two_changes(), {.id = "next", .asks = "?", .steps = {look("n", "next")}}});
    EXPECT_THAT(shell.ran, ElementsAre("do 1", "undo 1"));
    EXPECT_EQ(status(), Status::interrupted);
    EXPECT_EQ(status(1), Status::not_asked);
}

TEST_F(Asked, what_keeps_stands_for_later_questions_until_the_end) {
    Question stays = two_changes();
    stays.keeps = true;
    ask_all({stays, {.id = "next", .asks = "?", .needs = {"two"}, .steps = {look("n", "next")}}});
    EXPECT_THAT(shell.ran, ElementsAre("do 1", "do 2", "look", "next", "undo 2", "undo 1"));
    EXPECT_THAT(file.put_back, testing::SizeIs(2));
}

TEST_F(Asked, what_keeps_is_put_back_at_once_when_its_question_fails) {
    Question stays = two_changes();
    stays.keeps = true;
    shell.answers["do 2"] = {.exit_code = 5};
    ask_all({stays, {.id = "next", .asks = "?", .steps = {look("n", "next")}}});
    EXPECT_THAT(shell.ran, ElementsAre("do 1", "do 2", "undo 2", "undo 1", "next"));
}

TEST_F(Asked, what_keeps_is_left_for_the_part_after_the_restart_when_asked_to) {
    Question stays = two_changes();
    stays.keeps = true;
    run.keep = true;
    ask_all({stays});
    EXPECT_THAT(file.to_put_back, ElementsAre("undo 1", "undo 2"));

    // Another process, after the restart, with the same file.
    file = read(write(file));
    shell.ran.clear();
    run = {.part = Question::Part::after_restart};
    Question after{.id = "boot", .asks = "?", .part = Question::Part::after_restart, .needs = {"two"}, .steps = {look("b", "boot")}};
    ask_all({stays, after});
    EXPECT_THAT(shell.ran, ElementsAre("boot", "undo 2", "undo 1"));
    EXPECT_EQ(file.questions.size(), 2u);
    EXPECT_EQ(status(1), Status::asked);
}

TEST_F(Asked, a_question_whose_need_differs_or_failed_is_not_asked) {
    Question first = two_changes();
    first.judge = [](const Answers&) { return Verdict{Verdict::Kind::differs, ""}; };
    ask_all({first, {.id = "next", .asks = "?", .needs = {"two"}, .steps = {look("n", "next")}}});
    EXPECT_EQ(status(1), Status::not_asked);
    EXPECT_EQ(file.questions[1].why, "it needs 'two', which is differs");
}

TEST_F(Asked, a_question_without_its_word_is_not_asked) {
    ask_all({{.id = "i", .asks = "?", .words = {"msi"}, .steps = {look("n", "msiexec {msi}")}}});
    EXPECT_EQ(status(), Status::not_asked);
    EXPECT_EQ(file.questions[0].why, "it needs --msi");
}

TEST_F(Asked, what_is_so_already_is_not_done_and_meets_the_need) {
    Question first = two_changes();
    first.not_if = "is it so";
    ask_all({first, {.id = "next", .asks = "?", .needs = {"two"}, .steps = {look("n", "next")}}});
    EXPECT_THAT(shell.ran, ElementsAre("is it so", "next"));
    EXPECT_EQ(status(), Status::settled);
}

TEST_F(Asked, a_dry_run_runs_nothing_asks_nobody_and_shows_both_parts) {
    run.mode = kit::Run::Mode::dry;
    Question first = two_changes();
    first.not_if = "is it so";
    ask_all({first, {.id = "boot", .asks = "?", .part = Question::Part::after_restart, .steps = {look("b", "boot")}}});
    EXPECT_THAT(shell.ran, IsEmpty());
    EXPECT_THAT(person.asked, IsEmpty());
    EXPECT_EQ(status(0), Status::dry);
    EXPECT_EQ(status(1), Status::dry);
    EXPECT_EQ(file.questions[0].steps[1].step.line, "do 2");
}

TEST_F(Asked, looking_only_leaves_out_whatever_changes) {
    run.mode = kit::Run::Mode::look_only;
    ask_all({two_changes(), {.id = "l", .asks = "?", .steps = {look("x", "see")}}});
    EXPECT_THAT(shell.ran, ElementsAre("see"));
    EXPECT_EQ(status(), Status::not_asked);
}

TEST_F(Asked, only_some_questions_bring_what_they_need) {
    run.only = {"c"};
    ask_all({{.id = "a", .asks = "?", .steps = {look("x", "a")}},
             {.id = "unwanted", .asks = "?", .steps = {look("x", "unwanted")}},
             {.id = "b", .asks = "?", .needs = {"a"}, .steps = {look("x", "b")}},
             {.id = "c", .asks = "?", .needs = {"b"}, .steps = {look("x", "c")}}});
    EXPECT_THAT(shell.ran, ElementsAre("a", "b", "c"));
}

TEST_F(Asked, what_runs_beside_is_collected_before_anything_is_put_back) {
    shell.answers["watch"] = {.output = "seen"};
    Question question = two_changes();
    question.steps.insert(question.steps.begin(), begin("watched", "watch"));
    question.judge = [](const Answers& answers) { return Verdict{Verdict::Kind::as_expected, answers.at("watched").output}; };
    ask_all({question});
    EXPECT_THAT(shell.ran, ElementsAre("begin watch", "do 1", "do 2", "look", "finish watch", "undo 2", "undo 1"));
    EXPECT_EQ(file.questions[0].verdict.because, "seen");
}

TEST_F(Asked, a_secret_is_run_and_never_written) {
    words.secret["password"] = "Kit-hush";
    shell.answers["login Kit-hush"] = {.output = "password is Kit-hush"};
    ask_all({{.id = "s", .asks = "?", .steps = {look("x", "login {password}")}}});
    EXPECT_THAT(shell.ran, ElementsAre("login Kit-hush"));
    EXPECT_THAT(write(file), testing::Not(testing::HasSubstr("hush")));
    EXPECT_EQ(file.questions[0].steps[0].answer.output, "password is {password}");
}

TEST_F(Asked, after_a_crash_another_run_puts_back_what_the_file_names) {
    file.to_put_back = {"undo 1", "undo 2"};
    shell.answers["undo 2"] = {.exit_code = 7};
    EXPECT_FALSE(put_back(words, shell, person, file));
    EXPECT_THAT(shell.ran, ElementsAre("undo 2", "undo 1"));   // one that fails does not keep the others from their turn
    EXPECT_THAT(file.to_put_back, ElementsAre("undo 2"));
    shell.answers.clear();
    EXPECT_TRUE(put_back(words, shell, person, file));
    EXPECT_THAT(file.to_put_back, IsEmpty());
}

}  // namespace

}  // namespace sstp::kit

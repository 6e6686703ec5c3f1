#include "tests/windows_server/kit/asking.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace sstp::kit {

namespace {

using Status = QuestionAnswer::Status;

constexpr Seconds kPutBackLimit{300};

bool changes(const Question& question) {
    return std::any_of(question.steps.begin(), question.steps.end(), [](const Step& step) { return step.kind == Step::Kind::change; });
}

/// `ids` and all that they need.
std::set<std::string> with_needs(const std::vector<Question>& questions, std::set<std::string> ids) {
    for (std::size_t before = 0; before != ids.size();) {
        before = ids.size();
        for (const auto& question : questions) {
            if (ids.contains(question.id)) ids.insert(question.needs.begin(), question.needs.end());
        }
    }
    return ids;
}

/// One run over the questions.
class Asking {
public:
    Asking(const Run& run, const Words& words, Shell& shell, Operator& person, AnswerFile& file)
        : run_{run}, words_{words}, shell_{shell}, person_{person}, file_{file} {}

    void ask(const Question& question);
    [[nodiscard]] bool ended() const { return ended_; }

private:
    [[nodiscard]] QuestionAnswer blank(const Question& question) const;
    [[nodiscard]] std::string missing(const Question& question) const;
    void consent(const Question& question, QuestionAnswer& answer);
    void take_steps(const Question& question, QuestionAnswer& answer);
    void take(const Step& step, StepAnswer& taken, QuestionAnswer& answer);
    void undo(const std::vector<std::string>& lines, std::vector<PutBack>& put_back);
    void judge(const Question& question, QuestionAnswer& answer);
    void save() { shell_.save(write(file_)); }

    const Run& run_;
    const Words& words_;
    Shell& shell_;
    Operator& person_;
    AnswerFile& file_;
    bool ended_ = false;
};

QuestionAnswer Asking::blank(const Question& question) const {
    QuestionAnswer answer{.id = question.id, .asks = words_.show(question.asks), .answers = question.answers};
    for (Step step : question.steps) {
        step.line = words_.show(step.line);
        step.says = words_.show(step.says);
        step.put_back = words_.show(step.put_back);
        answer.steps.push_back({.step = std::move(step)});
    }
    return answer;
}

/// Why it cannot be asked; empty: it can.
std::string Asking::missing(const Question& question) const {
    for (const auto& word : question.words) {
        if (!words_.has(word)) return "it needs --" + word;
    }
    for (const auto& need : question.needs) {
        const auto met =
            std::find_if(file_.questions.rbegin(), file_.questions.rend(), [&](const auto& asked) { return asked.id == need; });
        if (met == file_.questions.rend()) return "it needs '" + need + "', which was not asked";
        if (!met->settles_its_need())
            return "it needs '" + need + "', which is " +
                   std::string{met->status == Status::asked ? word_of(met->verdict.kind) : word_of(met->status)};
    }
    if (run_.mode == Run::Mode::look_only && changes(question)) return "it changes something, and only looks were asked for";
    return {};
}

void Asking::ask(const Question& question) {
    file_.questions.push_back(blank(question));
    QuestionAnswer& answer = file_.questions.back();
    if (run_.mode == Run::Mode::dry)
        answer.status = Status::dry;
    else if (ended_)
        answer.why = "the run was ended before";
    else if (answer.why = missing(question); !answer.why.empty())
        person_.tell(question.id + ": not asked: " + answer.why);
    else if (!question.not_if.empty() && shell_.run(words_.fill(question.not_if), Seconds{60}).exit_code == 0)
        answer.status = Status::settled;
    else
        consent(question, answer);
    save();
}

void Asking::consent(const Question& question, QuestionAnswer& answer) {
    std::string told = question.id + ": " + answer.asks + " (about " + std::to_string(question.seconds) + " s)";
    if (changes(question)) {
        told += "\n  It changes this server:";
        for (const auto& [step, ran, unused] : answer.steps) {
            if (step.kind != Step::Kind::change) continue;
            told += "\n  - " + step.says + "\n      " + step.line;
            told += step.put_back.empty() ? "\n      (not put back)" : "\n      put back by: " + step.put_back;
        }
        if (question.keeps) told += "\n  It stands until the end of the run: later questions need it.";
        const auto wish = person_.ask(told);
        if (wish != Operator::Wish::yes) {
            answer.status = Status::declined;
            ended_ = wish == Operator::Wish::quit;
            return;
        }
    } else {
        person_.tell(told);
    }
    answer.began = shell_.now();
    answer.status = Status::asked;
    take_steps(question, answer);
    judge(question, answer);
    if (answer.status != Status::asked)
        person_.tell("  " + std::string{word_of(answer.status)} + ": " + answer.why);
    else
        person_.tell("  " + std::string{word_of(answer.verdict.kind)} +
                     (answer.verdict.because.empty() ? "" : ": " + answer.verdict.because));
}

void Asking::take_steps(const Question& question, QuestionAnswer& answer) {
    std::vector<std::pair<std::unique_ptr<Beside>, StepAnswer*>> beside;
    const std::size_t stood = file_.to_put_back.size();
    for (auto& taken : answer.steps) {
        if (shell_.interrupted()) {
            answer.status = Status::interrupted;
            answer.why = "ended by the operator";
            ended_ = true;
        }
        if (answer.status != Status::asked) break;
        const Step& step = question.steps[static_cast<std::size_t>(&taken - answer.steps.data())];
        if (step.kind == Step::Kind::begin)
            beside.emplace_back(shell_.begin(words_.fill(step.line), step.limit), &taken);
        else
            take(step, taken, answer);
    }
    for (auto& [running, taken] : beside) {
        taken->answer = running->finish();
        taken->answer.output = words_.hide(std::move(taken->answer.output));
        taken->ran = true;
    }
    if (question.keeps && answer.status == Status::asked) return;
    undo({file_.to_put_back.begin() + static_cast<std::ptrdiff_t>(stood), file_.to_put_back.end()}, answer.put_back);
}

void Asking::take(const Step& step, StepAnswer& taken, QuestionAnswer& answer) {
    if (step.kind == Step::Kind::change && !step.put_back.empty()) {
        // Before the change: who finds the file after a crash knows what may have been done.
        file_.to_put_back.push_back(words_.show(step.put_back));
        save();
    }
    taken.answer = shell_.run(words_.fill(step.line), step.limit);
    taken.answer.output = words_.hide(std::move(taken.answer.output));
    taken.ran = true;
    if (taken.answer.timed_out || (taken.answer.exit_code != 0 && !step.any_exit_code)) {
        if (step.kind != Step::Kind::change) return;
        answer.status = Status::failed;
        answer.why = taken.answer.timed_out ? "did not end within " + std::to_string(step.limit.count()) + " s: " + taken.step.line
                                            : "ended with " + std::to_string(taken.answer.exit_code) + ": " + taken.step.line;
    }
    save();
}

/// Last first. A line that fails stays in the file.
void Asking::undo(const std::vector<std::string>& lines, std::vector<PutBack>& put_back) {
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        PutBack back{.line = *line};
        back.answer = shell_.run(words_.fill(*line), kPutBackLimit);
        back.done = !back.answer.timed_out && back.answer.exit_code == 0;
        if (back.done)
            file_.to_put_back.erase(std::find(file_.to_put_back.rbegin(), file_.to_put_back.rend(), *line).base() - 1);
        else
            person_.tell("  NOT put back (" + std::to_string(back.answer.exit_code) + "): " + *line);
        put_back.push_back(std::move(back));
        save();
    }
}

void Asking::judge(const Question& question, QuestionAnswer& answer) {
    if (answer.status != Status::asked || question.judge == nullptr) return;
    Answers answers;
    for (const auto& taken : answer.steps) {
        if (!taken.step.name.empty()) answers[taken.step.name] = taken.answer;
    }
    answer.verdict = question.judge(answers);
}

}  // namespace

void ask(const std::vector<Question>& questions, const Run& run, const Words& words, Shell& shell, Operator& person, AnswerFile& file) {
    const auto wanted = with_needs(questions, run.only);
    file.began = shell.now();
    // A question's answer is referred to while the next one is asked.
    file.questions.reserve(file.questions.size() + questions.size());
    Asking asking{run, words, shell, person, file};
    for (const auto& question : questions) {
        const bool is_its_turn = question.part == run.part || run.mode == Run::Mode::dry;
        if (is_its_turn && (wanted.empty() || wanted.contains(question.id))) asking.ask(question);
    }
    if (run.mode == Run::Mode::dry || run.keep) {
        if (!file.to_put_back.empty()) person.tell("Left standing for the part after the restart; to end it without: put-back");
    } else {
        put_back(words, shell, person, file);
    }
    file.ended = shell.now();
    shell.save(write(file));
}

bool put_back(const Words& words, Shell& shell, Operator& person, AnswerFile& file) {
    const std::vector<std::string> lines = file.to_put_back;
    file.to_put_back.clear();
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        person.tell("Putting back: " + *line);
        PutBack back{.line = *line};
        back.answer = shell.run(words.fill(*line), kPutBackLimit);
        back.done = !back.answer.timed_out && back.answer.exit_code == 0;
        if (!back.done) {
            person.tell("  NOT put back (" + std::to_string(back.answer.exit_code) + ")");
            file.to_put_back.insert(file.to_put_back.begin(), *line);
        }
        file.put_back.push_back(std::move(back));
    }
    shell.save(write(file));
    return file.to_put_back.empty();
}

}  // namespace sstp::kit

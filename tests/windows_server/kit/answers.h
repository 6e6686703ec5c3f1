#pragma once

#include "tests/windows_server/kit/question.h"

#include <string>
#include <vector>

namespace sstp::kit {

struct StepAnswer {
    Step step{};   ///< its lines as shown: without secrets
    bool ran = false;
    Ran answer{};
};

struct PutBack {
    std::string line;
    bool done = false;   ///< ran, and ended with 0
    Ran answer{};
};

struct QuestionAnswer {
    enum class Status {
        asked,
        settled,       ///< the server is so already
        declined,      ///< by the operator
        not_asked,     ///< what it needs is missing: `why`
        failed,        ///< one of its changes could not be made: `why`
        interrupted,   ///< by the operator, in the middle
        dry,           ///< nothing was run
    };
    std::string id{};
    std::string asks{};
    std::vector<std::string> answers{};
    Status status = Status::not_asked;
    std::string why{};
    Verdict verdict{};   ///< of an asked one
    std::string began{};
    std::vector<StepAnswer> steps{};
    std::vector<PutBack> put_back{};

    [[nodiscard]] bool settles_its_need() const;
};

/// The one file that is sent back.
struct AnswerFile {
    std::string version{};   ///< of the kit
    std::string mode{};
    std::string began{};
    std::string ended{};
    std::vector<QuestionAnswer> questions{};
    std::vector<PutBack> put_back{};          ///< of what stood until the end of a run
    std::vector<std::string> to_put_back{};   ///< lines without secrets, first change first; empty: nothing was left behind
};

std::string_view word_of(QuestionAnswer::Status status);
std::string_view word_of(Verdict::Kind kind);
std::string_view word_of(Step::Kind kind);

/// One JSON object, ASCII; README.md has its members.
std::string write(const AnswerFile& file);
/// What a later run has to know of an earlier one. Throws std::runtime_error with what is wrong.
AnswerFile read(const std::string& text);

}  // namespace sstp::kit

#pragma once

#include "tests/windows_server/kit/answers.h"
#include "tests/windows_server/kit/shell.h"
#include "tests/windows_server/kit/words.h"

#include <set>
#include <string>
#include <vector>

namespace sstp::kit {

struct Run {
    enum class Mode {
        ask,         ///< each question with changes after the operator's yes
        look_only,   ///< questions without changes
        dry,         ///< runs nothing at all; shows what would be run
    };
    Mode mode = Mode::ask;
    std::set<std::string> only{};   ///< ids; empty: all. What they need is asked too.
    Question::Part part = Question::Part::before_restart;
    bool keep = false;   ///< what stands for later questions is left standing, for the part after a restart
};

/// Asks the questions in order and fills `file`, which is saved before each change and after each step: a server that hangs or a kit
/// that dies leaves what is known, and what is to be put back.
void ask(const std::vector<Question>& questions, const Run& run, const Words& words, Shell& shell, Operator& person, AnswerFile& file);

/// Runs what an earlier run left to be put back, last first. What fails stays in the file.
/// @return whether all of it was put back.
bool put_back(const Words& words, Shell& shell, Operator& person, AnswerFile& file);

}  // namespace sstp::kit

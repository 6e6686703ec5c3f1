#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// What is asked of a real server: data, so that a dry run can show all of it and a test can hold it against the checklist.
namespace sstp::kit {

using Seconds = std::chrono::seconds;

/// One command line as cmd.exe takes it, with `{words}` that the run fills in (see `Words`).
struct Step {
    enum class Kind {
        look,     ///< changes nothing
        begin,    ///< started beside what follows; its answer is collected at the end of the question
        change,   ///< changes the server: told beforehand, and put back
    };
    Kind kind = Kind::look;
    std::string name;   ///< of a look or a begin: under it its answer is found again
    std::string line;
    std::string says;              ///< of a change: what is about to happen, for the operator
    std::string put_back;  ///< of a change: the line that undoes it; empty when nothing can or need be put back, which `says` tells
    Seconds limit{60};  ///< then it is ended
    bool any_exit_code = false;  ///< false: a change that ends with another code than 0 ends the question
};

Step look(std::string name, std::string line, Seconds limit = Seconds{60});
Step begin(std::string name, std::string line, Seconds limit = Seconds{300});
Step change(std::string says, std::string line, std::string put_back, Seconds limit = Seconds{120});
/// A change whose exit code is part of the answer, found again under `name`.
Step tried_change(std::string name, std::string says, std::string line, std::string put_back, Seconds limit = Seconds{300});
/// PowerShell's line for `script`, which holds no double quote.
std::string powershell(std::string_view script);

/// What a command answered.
struct Ran {
    int exit_code = 0;
    std::string output;  ///< both streams, UTF-8
    double seconds = 0;
    bool timed_out = false;
};

/// The answers of one question's looks, begins and tried changes, by name.
using Answers = std::map<std::string, Ran, std::less<>>;

struct Verdict {
    enum class Kind {
        as_expected,
        differs,  ///< not what the product or its documents assume
        to_be_read,  ///< nothing here can judge it
    };
    Kind kind = Kind::to_be_read;
    std::string because;
};

/// Outputs are in the server's language: a judge looks at exit codes, numbers and at what the kit's own probes print.
using Judge = Verdict (*)(const Answers&);

struct Question {
    enum class Part { before_restart, after_restart };
    std::string id;  ///< short, unique
    std::string asks;  ///< the claim, as a sentence
    std::vector<std::string> answers;  ///< which findings and unknowns: "F9", "checklist 14", "rras-sstp: channel"
    int seconds = 10;  ///< that it takes, roughly
    Part part = Part::before_restart;
    std::vector<std::string> needs{};  ///< ids that must have been asked and be as expected
    std::vector<std::string> words{};  ///< words that must have a value: "msi"
    std::string not_if{};  ///< a line; answers it 0, the question is settled: nothing has to be done
    bool keeps = false;  ///< its changes stand until the end of the run, for the questions that need them
    std::vector<Step> steps{};
    Judge judge = nullptr;  ///< null: to be read
};

/// All of them, in the order in which they are asked.
std::vector<Question> all_questions();
std::vector<Question> questions_that_only_look();
std::vector<Question> questions_of_the_service();
std::vector<Question> questions_of_hostile_folders();
std::vector<Question> questions_of_the_stage();
std::vector<Question> questions_of_rras();
std::vector<Question> questions_of_stops_in_a_heal();
std::vector<Question> questions_of_keys_and_receivers();
std::vector<Question> questions_of_the_installer();
std::vector<Question> questions_after_a_restart();

}  // namespace sstp::kit

#include "tests/windows_server/kit/question.h"

#include <utility>

namespace sstp::kit {

Step look(std::string name, std::string line, Seconds limit) {
    return {.kind = Step::Kind::look, .name = std::move(name), .line = std::move(line), .limit = limit, .any_exit_code = true};
}

Step begin(std::string name, std::string line, Seconds limit) {
    return {.kind = Step::Kind::begin, .name = std::move(name), .line = std::move(line), .limit = limit, .any_exit_code = true};
}

Step change(std::string says, std::string line, std::string put_back, Seconds limit) {
    return {.kind = Step::Kind::change, .line = std::move(line), .says = std::move(says), .put_back = std::move(put_back), .limit = limit};
}

Step tried_change(std::string name, std::string says, std::string line, std::string put_back, Seconds limit) {
    Step step = change(std::move(says), std::move(line), std::move(put_back), limit);
    step.name = std::move(name);
    step.any_exit_code = true;
    return step;
}

std::string powershell(std::string_view script) {
    // Else a failed cmdlet ends with 0.
    return "powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command \"$ErrorActionPreference='Stop'; " +
           std::string{script} + "\"";
}

std::vector<Question> all_questions() {
    std::vector<Question> all;
    for (auto* of :
         {questions_that_only_look, questions_of_the_service, questions_of_hostile_folders, questions_of_the_stage, questions_of_rras,
          questions_of_keys_and_receivers, questions_of_stops_in_a_heal, questions_of_the_installer, questions_after_a_restart}) {
        for (auto& question : of()) all.push_back(std::move(question));
    }
    return all;
}

}  // namespace sstp::kit

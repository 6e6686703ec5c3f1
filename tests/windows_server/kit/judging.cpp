#include "tests/windows_server/kit/judging.h"

#include <cstdlib>
#include <utility>

namespace sstp::kit {

const Ran& answer(const Answers& answers, std::string_view name) {
    static const Ran nothing{.exit_code = -1};
    const auto found = answers.find(name);
    return found == answers.end() ? nothing : found->second;
}

std::string word_value(const Ran& ran, std::string_view name) {
    const std::string start = std::string{name} + "=";
    const std::string_view text = ran.output;
    for (std::size_t at = text.find(start); at != std::string_view::npos; at = text.find(start, at + 1)) {
        if (at > 0 && text[at - 1] != ' ' && text[at - 1] != '\n') continue;   // the end of a longer name
        const std::size_t from = at + start.size();
        return std::string{text.substr(from, text.find_first_of(" \n", from) - from)};
    }
    return {};
}

std::optional<double> number_value(const Ran& ran, std::string_view name) {
    const std::string text = word_value(ran, name);
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (text.empty() || end != text.c_str() + text.size()) return std::nullopt;
    return number;
}

bool says(const Ran& ran, std::string_view text) { return ran.output.find(text) != std::string::npos; }

Verdict as_expected(std::string because) { return {Verdict::Kind::as_expected, std::move(because)}; }
Verdict differs(std::string because) { return {Verdict::Kind::differs, std::move(because)}; }
Verdict to_be_read(std::string because) { return {Verdict::Kind::to_be_read, std::move(because)}; }
Verdict judged(bool is_as_expected, std::string_view what) {
    return is_as_expected ? as_expected(std::string{what}) : differs("not so: " + std::string{what});
}

}  // namespace sstp::kit

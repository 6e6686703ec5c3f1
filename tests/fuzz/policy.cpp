// Whatever a policy file holds: the reader ends, says at least one thing about what it does not take, points into the text, shows the place
// without a character that a console obeys, and what it takes is the same policy when it is shown and read again.
#include "core/policy/policy_values.h"
#include "core/policy/read_policy.h"
#include "core/policy/show_policy.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

bool is_printable(std::string_view line) {
    return std::none_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::size_t characters(std::string_view line) {
    return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

void check_problem(const sstp::PolicyProblem& problem, std::string_view text) {
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    require(problem.line >= 1 && problem.line <= lines && problem.column >= 1 && problem.column <= text.size() + 1);
    require(!problem.sentence.empty() && is_printable(problem.sentence));
    require(is_printable(problem.to_string("f")));
    require(is_printable(problem.excerpt) && characters(problem.excerpt) <= 76);
    // At the end of a line the mark stands behind the last character.
    require(problem.marks.size() <= characters(problem.excerpt) + 1);
    require(problem.marks.empty() || problem.marks.ends_with('^'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const sstp::PolicyReading reading = sstp::read_policy(text);
    require(reading.policy.has_value() == reading.problems.empty());
    for (const sstp::PolicyProblem& problem : reading.problems) check_problem(problem, text);
    if (!reading.policy) return 0;
    // Promise 7: a policy that observes is never one that says heal.
    require((reading.policy->mode == sstp::Mode::heal) == (reading.mode == sstp::SaidMode::heal));
    const std::string shown = show_policy(*reading.policy);
    const sstp::PolicyReading again = sstp::read_policy(shown);
    require(again.policy.has_value() && *again.policy == *reading.policy);
    require(show_policy(*again.policy) == shown);
    require(policy_fingerprint(*again.policy) == policy_fingerprint(*reading.policy));
    return 0;
}

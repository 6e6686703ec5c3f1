#include "tests/core/selection/in_short.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace sstp::test {

std::string in_short(const DesiredState& desired) {
    std::string text = desired.certificate ? desired.certificate->serial : "-";
    if (desired.second_choice) text += " as second choice";
    if (desired.successor) text += fmt::format(", {} {}", word(desired.successor->urgency), desired.successor->certificate.serial);
    if (desired.adopt)
        text += desired.certificate && desired.adopt->hash == desired.certificate->hash ? ", adopted" : ", adopts " + desired.adopt->serial;
    if (desired.follows_renewal_link) text += ", by the link";
    if (desired.obstacle) {
        const std::string blocked = std::string{"blocked by "} + word(desired.obstacle->reason);
        text = text == "-" ? blocked : text + ", " + blocked;
    }
    return text;
}

std::string findings_in_short(const Findings& findings) {
    std::vector<std::string> words;
    for (const Finding& each : findings) {
        const std::string said = word(each.reason);
        words.push_back(each.severity == Severity::critical ? said + "!" : each.severity == Severity::warning ? said : "(" + said + ")");
    }
    std::sort(words.begin(), words.end());
    return fmt::format("{}", fmt::join(words, " "));
}

std::string at_length(const DesiredState& desired) {
    std::string text = fmt::format("active: {}\nnames: {} ({}: {})\n", desired.active ? brief(*desired.active) : "none",
                                   fmt::join(desired.names.names, ", "), word(desired.names.origin), desired.names.because);
    if (desired.successor) text += "successor: " + desired.successor->why + "\n";
    if (desired.obstacle) text += "obstacle: " + desired.obstacle->explanation + "\n";
    for (const Finding& each : desired.findings) text += fmt::format("{}: {}: {}\n", word(each.reason), each.subject, each.explanation);
    for (const Candidate& each : desired.candidates) text += fmt::format("candidate {}: {}\n", brief(each.certificate), each.why_not);
    return text;
}

}  // namespace sstp::test

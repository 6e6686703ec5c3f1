#include "tests/core/diagnosis/findings_in_short.h"

namespace sstp::test {

std::string in_short(const Finding& finding) {
    const char* mark = finding.severity == Severity::critical ? "!" : finding.severity == Severity::warning ? "?" : ".";
    return word(finding.reason) + std::string{mark};
}

std::string in_short(const Findings& findings) {
    std::string text;
    for (const Finding& each : findings) text += (text.empty() ? "" : " ") + in_short(each);
    return text;
}

std::string loud(const Findings& findings) {
    Findings heard;
    for (const Finding& each : findings) {
        if (each.severity > Severity::information) heard.push_back(each);
    }
    return in_short(heard);
}

}  // namespace sstp::test

#include "tests/simulation/narration.h"

#include <fmt/format.h>

namespace sstp::simulation {

namespace {

const char* mark(Severity severity) {
    switch (severity) {
        case Severity::critical: return "!";
        case Severity::warning: return "";
        case Severity::information: break;
    }
    return "(i)";
}

}  // namespace

std::string narration(const CycleReport& report) {
    std::string line = fmt::format("---- cycle {} ends at {}:", report.number, to_rfc3339(report.ended.wall));
    for (const Finding& each : report.findings) line += fmt::format(" {}{}", word(each.reason), mark(each.severity));
    if (const auto* refused = std::get_if<Refused>(&report.decision))
        line += fmt::format("; refused: {} ({})", refused->why, refused->explanation);
    if (report.heal) line += fmt::format("; heal {}: {}", word(report.heal->result), report.heal->explanation);
    return line;
}

std::string gist(const CycleReport& report) {
    std::string said;
    for (const Finding& each : report.findings) said += std::string{word(each.reason)} + each.subject + word(each.severity);
    if (const auto* refused = std::get_if<Refused>(&report.decision)) said += refused->why;
    return said;
}

}  // namespace sstp::simulation

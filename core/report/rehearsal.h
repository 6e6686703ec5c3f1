#pragma once

#include "core/model/time.h"
#include "core/report/cycle_report.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sstp {

/// One line of a story.
struct RehearsedStep {
    WallTime at{};
    bool by_us = false;      ///< otherwise what happens to the server
    std::string text;
};

/// What a policy makes of one thing that happens to a server.
struct RehearsedStory {
    std::string name;        ///< a stable word: "expiry_on_sunday"
    std::string title;       ///< for people
    std::vector<RehearsedStep> steps;
    std::uint32_t restarts = 0;
    std::uint32_t sessions_ended = 0;
    Duration cut_off{};      ///< of clients of some family, in all
    bool ends_well = false;  ///< at the end clients of every family that had any get in
    std::vector<std::string> left;   ///< findings above information at the end, a word each
};

/// In lines of at most `columns`.
std::string render_rehearsal_text(const std::vector<RehearsedStory>& stories, std::size_t columns);
/// One JSON object in ASCII. Never throws.
std::string render_rehearsal_json(const std::vector<RehearsedStory>& stories, const ReportHead& head);

}  // namespace sstp

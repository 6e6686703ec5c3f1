#pragma once

#include "core/model/finding.h"
#include "core/model/journal.h"

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace sstp {

/// What an administrator is told of one finding: by `sstp-watchdog explain`, by the last line of `check`, and on the page
/// core/report/explain/README.md.
struct Explanation {
    Reason reason{};
    std::optional<Reason> twin = std::nullopt;  ///< the same finding of the other family: told with the same words
    std::string_view severity{};  ///< "critical; warning while ..."
    std::string_view meaning{};  ///< what it means for users
    std::string_view seen{};  ///< how it is noticed
    std::string_view we_do{};  ///< what the service does about it by itself
    std::string_view you_do{};  ///< the first sentence is the one thing to do: `check` ends with it
    std::string_view keys{};  ///< policy keys that matter, separated by blanks; empty: none
};

/// One for every reason.
const Explanation& explanation(Reason reason);
/// The one thing to do: the first sentence of `you_do`.
std::string_view thing_to_do(Reason reason);

/// What an administrator is told of one event, beside what the catalogue says of it.
struct EventExplanation {
    EventType type{};
    std::string_view we_do;
    std::string_view you_do;
    std::string_view keys;
};
/// One for every event of the catalogue.
const EventExplanation& explanation(EventType type);

/// Policy keys in the texts above, one each.
std::vector<std::string_view> keys_of(std::string_view keys);

// The four parts of the table, each in a file of its own.
std::span<const Explanation> about_certificates();
std::span<const Explanation> about_records_and_hashes();
std::span<const Explanation> about_listeners_and_services();
std::span<const Explanation> about_the_watchdog();
std::span<const EventExplanation> about_events();

/// A part of the table, as a chapter.
struct Subject {
    std::string_view title;
    std::span<const Explanation> findings;
};
const std::array<Subject, 4>& explained_subjects();

}  // namespace sstp

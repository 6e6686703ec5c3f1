#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sstp {

/// What `sstp-watchdog explain WORD` prints: of a finding's reason, of an event's word or id; of a word that is both, both.
/// Case does not count, blanks and hyphens are underscores. Nothing: there is no such word.
std::optional<std::string> render_explanation(std::string_view word, std::size_t columns);

/// Every word with what it means, one a line.
std::string render_explained_words(std::size_t columns);
/// Everything, finding by finding and event by event.
std::string render_all_explanations(std::size_t columns);

/// For a word that there is none of: what was probably meant, each with its meaning, and what lists them all. Lines.
std::string explain_unknown(std::string_view word, std::size_t columns);

/// The page core/report/explain/README.md: a heading, and with it an anchor, for every finding and every event.
std::string render_explained_page();

}  // namespace sstp

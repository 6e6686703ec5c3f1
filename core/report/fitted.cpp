#include "core/report/fitted.h"

#include "core/report/wrap.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

/// Where the text of a line begins, and where its further lines go on.
struct Place {
    std::size_t text;
    std::size_t further;
};

Place place_of(std::string_view line) {
    constexpr Place kSentence{0, 2};
    if (!line.starts_with("  ")) return kSentence;
    const std::size_t word = std::min(line.find_first_not_of(' '), line.size());
    const std::size_t digits = std::min(line.find_first_not_of("0123456789", word), line.size());
    if (digits > word && line.substr(digits).starts_with(". ")) return {digits + 2, digits + 2};
    const std::size_t gap = line.find("  ", word);   // behind the label
    if (gap == std::string_view::npos) return {word, word};
    const std::size_t text_begin = std::min(line.find_first_not_of(' ', gap), line.size());
    constexpr std::size_t kFarthest = kRowText + 3;
    return {text_begin, text_begin <= kFarthest ? text_begin : kRowText};   // a label may be longer than its column
}

std::size_t longest_word(std::string_view text) {
    std::size_t longest = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        longest = std::max(longest, columns_of(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return longest;
}

void append_fitted(std::string& out, std::string_view line, std::size_t columns) {
    constexpr std::size_t kBelow = 4;
    constexpr std::size_t kNarrow = 20;
    const Place place = place_of(line);
    const std::string_view text = line.substr(place.text);
    const std::size_t margin = std::max(place.text, place.further);
    const std::size_t room = columns > margin ? columns - margin : 0;
    const std::size_t word = longest_word(text);
    const bool below = place.text > kBelow && (room < kNarrow || (word > room && word <= columns - kBelow));
    std::string_view label = line.substr(0, place.text);
    if (below) {
        label = label.substr(0, label.find_last_not_of(' ') + 1);
        out += fmt::format("{}\n", label);
    }
    const std::size_t further = below ? kBelow : place.further;
    bool first = !below;
    for (const std::string& each : wrapped(text, below ? columns - kBelow : room)) {
        out += first ? fmt::format("{}{}\n", label, each) : fmt::format("{:{}}{}\n", "", further, each);
        first = false;
    }
}

constexpr std::string_view kGreen = "\x1B[32m";
constexpr std::string_view kYellow = "\x1B[33m";
constexpr std::string_view kRed = "\x1B[91m";
constexpr std::string_view kMagenta = "\x1B[35m";
constexpr std::string_view kBold = "\x1B[1m";
constexpr std::string_view kPlain = "\x1B[0m";

struct StatusColour {
    std::string_view word;
    std::string_view colour;
};
constexpr StatusColour kStatusColours[] = {{"OK", kGreen}, {"WARNING", kYellow}, {"CRITICAL", kRed}, {"UNKNOWN", kMagenta}};

}  // namespace

std::string fitted(std::string_view text, std::optional<std::size_t> console) {
    if (!console) return std::string{text};
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (columns_of(line) <= *console) {
            out += fmt::format("{}\n", line);
        } else {
            append_fitted(out, line, *console);
        }
    }
    return out;
}

std::string coloured(std::string text) {
    // From the end, so that what was found keeps its place.
    constexpr std::string_view kToDo = "\n  To do ";
    if (const std::size_t row = text.rfind(kToDo); row != std::string::npos) {
        text.insert(row + kToDo.size() - 1, kPlain);
        text.insert(row + 3, kBold);
    }
    constexpr std::string_view kBefore = "SSTP ";
    if (!text.starts_with(kBefore)) return text;
    for (const StatusColour& each : kStatusColours) {
        if (text.compare(kBefore.size(), each.word.size() + 1, fmt::format("{} ", each.word)) != 0) continue;
        text.insert(kBefore.size() + each.word.size(), kPlain);
        text.insert(kBefore.size(), each.colour);
        break;
    }
    return text;
}

}  // namespace sstp

#include "core/report/wrap.h"

#include <algorithm>

namespace sstp {

namespace {

/// Bytes of the first `columns` code points.
std::size_t bytes_of(std::string_view text, std::size_t columns) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < columns && at < text.size(); ++i) {
        ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
    }
    return at;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
    columns = std::max<std::size_t>(columns, 20);
    std::vector<std::string> lines{{}};
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.empty()) continue;
        std::string& line = lines.back();
        if (columns_of(word) > columns) {
            if (!line.empty()) lines.emplace_back();
            for (std::string_view left = word; !left.empty();) {
                const std::string_view part = left.substr(0, bytes_of(left, columns));
                if (!lines.back().empty()) lines.emplace_back();
                lines.back() = part;
                left.remove_prefix(part.size());
            }
        } else if (line.empty()) {
            line = word;
        } else if (columns_of(line) + 1 + columns_of(word) <= columns) {
            line += ' ';
            line += word;
        } else {
            lines.emplace_back(word);
        }
    }
    return lines;
}

std::string cut_to_columns(std::string_view text, std::size_t columns) {
    if (columns_of(text) <= columns) return std::string{text};
    constexpr std::size_t kDots = 3;
    std::string_view kept = text.substr(0, bytes_of(text, columns > kDots ? columns - kDots : 0));
    if (text.substr(kept.size()).starts_with(' ')) return std::string{kept} + "...";
    const std::size_t blank = kept.rfind(' ');
    constexpr std::size_t kNearby = 15;
    if (blank != std::string_view::npos && kept.size() - blank <= kNearby) kept = kept.substr(0, blank);
    return std::string{kept} + "...";
}

}  // namespace sstp

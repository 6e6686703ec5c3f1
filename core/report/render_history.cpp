#include "core/report/render_history.h"

#include "core/report/render_json.h"
#include "core/report/render_text.h"
#include "core/report/wrap.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <system_error>

namespace sstp {

namespace {

constexpr std::size_t kWordColumn = 26;
constexpr std::size_t kTextColumn = 53;
constexpr std::size_t kRoomForText = 40;

std::string indented(const std::vector<std::string>& lines, std::size_t columns) {
    std::string out;
    for (const std::string& line : lines) out += fmt::format("{:{}}{}\n", "", columns, line);
    return out;
}

}  // namespace

std::string render_history_text(const std::vector<JournalEvent>& events, std::optional<std::size_t> console) {
    if (events.empty()) return "Nothing has happened in that time.\n";
    std::string out;
    for (const JournalEvent& event : events) {
        const std::string text = one_line(event.text);
        const std::string head = fmt::format("{}  {:<{}} ", to_rfc3339(event.time), word(event.type), kTextColumn - kWordColumn - 1);
        if (!console || columns_of(head) + columns_of(text) <= *console) {
            out += fmt::format("{}{}\n", head, text);
        } else if (*console >= kTextColumn + kRoomForText) {
            out += head + indented(wrapped(text, *console - kTextColumn), kTextColumn).substr(kTextColumn);
        } else {
            const std::size_t column = *console >= kWordColumn + kRoomForText ? kWordColumn : 2;
            out += fmt::format("{}  {}\n", to_rfc3339(event.time), word(event.type)) + indented(wrapped(text, *console - column), column);
        }
    }
    return out;
}

std::string render_history_json(const std::vector<JournalEvent>& events, const ReportHead& head) {
    nlohmann::ordered_json out;
    out["command"] = "history";
    append_identity(out, head);
    out["events"] = nlohmann::ordered_json::array();
    for (const JournalEvent& event : events) {
        out["events"].push_back({{"sequence", event.sequence},
                                 {"time", to_rfc3339(event.time)},
                                 {"type", word(event.type)},
                                 {"text", event.text},
                                 {"fields", event.fields}});
    }
    return to_document(out);
}

std::optional<WallTime> read_since(std::string_view text, WallTime now) {
    if (const auto time = from_rfc3339(text)) return time;
    if (const auto date = from_rfc3339(std::string{text} + "T00:00:00Z")) return date;
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() - 1 || number > 1'000'000) return std::nullopt;
    switch (*end) {
        case 's': return now - std::chrono::seconds{number};
        case 'm': return now - std::chrono::minutes{number};
        case 'h': return now - std::chrono::hours{number};
        case 'd': return now - std::chrono::days{number};
        default: return std::nullopt;
    }
}

}  // namespace sstp

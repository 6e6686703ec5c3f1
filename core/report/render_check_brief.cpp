// `check` in six lines of a console: what clients get, what is wrong, what would be done, why not yet, where to read on, and last the one
// thing to do.

#include "core/report/one_thing_to_do.h"
#include "core/report/render_check.h"
#include "core/report/render_text.h"
#include "core/report/wrap.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace sstp {

namespace {

constexpr std::size_t kMostLines = 6;
constexpr std::size_t kMostOfHeadline = 3;   // on a narrow console
constexpr std::size_t kIndent = 11;
constexpr char kServed[] = "Served";

struct Row {
    const char* label;
    std::string text;
    std::size_t lines = 1;  ///< that it may take
};

/// Rows of `check --verbose` that this one leaves out.
std::size_t others(const CycleReport& report, const Finding& shown) {
    std::vector<const Finding*> told;
    for (const Finding& each : report.findings) {
        const bool repeated = std::any_of(told.begin(), told.end(), [&](const Finding* earlier) {
            return earlier->reason == each.reason && earlier->explanation == each.explanation;
        });
        if (!repeated && !(each.reason == shown.reason && each.explanation == shown.explanation)) told.push_back(&each);
    }
    return told.size();
}

/// The price first: what is cut off at the end of the line matters less.
std::string plan_in_short(const HealPlan& plan) {
    if (only_restarts(plan)) return price_sentence(plan) + "; restart RRAS";
    const auto changes =
        std::count_if(plan.steps.begin(), plan.steps.end(), [](const Step& each) { return !std::holds_alternative<RestartStep>(each); });
    return fmt::format("{}; {} change{}, to {}", price_sentence(plan), changes, changes == 1 ? "" : "s", plan.target.thumbprint.brief());
}

/// Which places name a certificate is told by --verbose.
std::string without_places(std::string text) {
    const std::size_t begin = text.find(", named by ");
    const std::size_t end = begin == std::string::npos ? begin : text.find(", ", begin + 1);
    if (end != std::string::npos) text.erase(begin, end + 1 - begin);
    return text;
}

std::string not_yet(const Refused& refused) {
    return refused.until ? fmt::format("until {}: {}", to_minute(*refused.until), refused.explanation) : refused.explanation;
}

/// The SHA-256 of what clients get, whole: for a tool that compares it with the value in the registry. One row where both families get the
/// same.
std::vector<Row> served_rows(const CycleReport& report) {
    std::vector<Row> rows;
    std::vector<std::string> hashes;
    for (const AddressFamily family : kFamilies) {
        const Probe* probe = representative(report.state, family);
        const Certificate* leaf = probe ? leaf_of(*probe) : nullptr;
        if (!leaf) continue;
        hashes.push_back(leaf->hash.to_string());
        rows.push_back({kServed, fmt::format("{} {}", word(family), hashes.back())});
    }
    if (hashes.size() == 2 && hashes[0] == hashes[1]) return {{kServed, hashes[0]}};
    return rows;
}

std::vector<Row> rows_of(const CycleReport& report, const std::string& nobody_heals) {
    std::vector<Row> rows;
    const Finding* leading = leading_finding(report.findings);
    if (!leading) return rows;
    const Health health = health_of(report);
    rows.push_back({"Found", without_places(explanation_with_date(report, *leading))});
    const auto* refused = std::get_if<Refused>(&report.decision);
    // Of a server that nobody could look at, a plan would sound like advice.
    if (report.plan && (health == Health::critical || health == Health::warning)) {
        rows.push_back({"Plan", plan_in_short(*report.plan)});
        if (refused) rows.push_back({"Not yet", not_yet(*refused)});
        if (!refused && !nobody_heals.empty()) rows.push_back({"Not yet", nobody_heals});
    }
    const std::size_t more = others(report, *leading);
    rows.push_back({"More", fmt::format("sstp-watchdog explain {}{}", word(leading->reason),
                                        more > 0 ? fmt::format(" (+{}: --verbose)", more) : std::string{})});
    if (const std::string action = one_thing_to_do(report, nobody_heals); !action.empty()) rows.push_back({"To do", action});
    return rows;
}

/// A headline of two lines says what the worst finding says: its row makes room first, then where to read on.
void make_room(std::vector<Row>& rows, std::size_t headline) {
    for (const char* label : {"Found", "More"}) {
        if (headline + rows.size() <= kMostLines) return;
        std::erase_if(rows, [&](const Row& row) { return std::string_view{row.label} == label; });
    }
}

/// Of more lines than there is room for the first ones.
std::string headline_of(const CycleReport& report, const Policy& policy, std::optional<std::size_t> console, std::size_t columns) {
    std::string text = check_status_line(report, policy, console) + "\n";
    std::size_t end = 0;
    for (std::size_t line = 0; line < kMostOfHeadline && end != std::string::npos; ++line) end = text.find('\n', end == 0 ? 0 : end + 1);
    if (end == std::string::npos || end + 1 == text.size()) return text;
    const std::size_t last = text.rfind('\n', end - 1) + 1;
    return text.substr(0, last) + cut_to_columns(text.substr(last, end - last) + " " + text.substr(end + 1), columns) + "\n";
}

std::size_t lines_wanted(const std::vector<Row>& rows, std::size_t room) {
    std::size_t lines = 0;
    for (const Row& row : rows) lines += wrapped(one_line(row.text), room).size();
    return lines;
}

/// Lines that are left go to the rows in their order.
void share_lines(std::vector<Row>& rows, std::size_t left, std::size_t room) {
    for (Row& row : rows) {
        const std::size_t wanted = wrapped(one_line(row.text), room).size();
        const std::size_t more = std::min(left, wanted - 1);
        row.lines += more;
        left -= more;
    }
}

/// In at most so many lines: whole sentences as long as one fits, else its beginning. The rest is told by --verbose.
std::vector<std::string> in_lines(const std::string& text, std::size_t most, std::size_t room) {
    const auto fit = [&](std::string_view part) {
        std::vector<std::string> lines = wrapped(part, room);
        if (lines.size() > most) lines = wrapped(without_stop(part), room);
        return lines.size() > most ? std::vector<std::string>{} : lines;
    };
    std::string_view part = text;
    while (true) {
        if (std::vector<std::string> lines = fit(part); !lines.empty()) return lines;
        const std::size_t stop = without_stop(part).rfind(". ");
        if (stop == std::string_view::npos) break;
        part = part.substr(0, stop + 1);
    }
    std::vector<std::string> lines = wrapped(part, room);
    for (std::size_t i = most; i < lines.size(); ++i) lines[most - 1] += " " + lines[i];
    lines.resize(most);
    lines.back() = cut_to_columns(lines.back(), room);
    return lines;
}

void append(std::string& out, const Row& row, std::size_t room) {
    bool first = true;
    for (const std::string& line : in_lines(one_line(row.text), row.lines, room)) {
        out += fmt::format("  {:<{}}{}\n", first ? row.label : "", kIndent - 2, line);
        first = false;
    }
}

}  // namespace

std::string render_check_brief(const CycleReport& report, const Policy& policy, const std::string& nobody_heals,
                               std::optional<std::size_t> console) {
    const std::size_t columns = std::max<std::size_t>(console.value_or(80), 40);
    std::string out = headline_of(report, policy, console, columns);
    const auto first = static_cast<std::size_t>(std::count(out.begin(), out.end(), '\n'));
    const std::size_t room = columns - kIndent;
    std::vector<Row> rows = rows_of(report, nobody_heals);
    const std::vector<Row> served = served_rows(report);
    // Beside what is wrong it comes where nothing of that is shortened for it.
    if (first + lines_wanted(rows, room) + served.size() <= kMostLines) rows.insert(rows.begin(), served.begin(), served.end());
    make_room(rows, first);
    const std::size_t used = first + rows.size();
    share_lines(rows, used < kMostLines ? kMostLines - used : 0, room);
    for (const Row& row : rows) append(out, row, room);
    return out;
}

}  // namespace sstp

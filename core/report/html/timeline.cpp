// Certificates over time, as inline SVG: bars of validity, heals and changes on them, windows ahead. Positions are in percent and sizes in
// pixels, so that texts stay readable on a phone. The table below says the same in words.

#include "core/report/html/heal_stories.h"
#include "core/report/html/sections.h"
#include "core/report/render_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp::html {

namespace {

using std::chrono::hours;

constexpr Duration kDay = hours{24};
constexpr std::size_t kMostBars = 8;
constexpr int kRow = 38;
constexpr int kTop = 18;

struct Bar {
    Certificate certificate;
    std::string role;  ///< "in force", "successor", "previous", "candidate"
    const char* css = "other";
    std::string why;       ///< why it is not taken, or what it waits for
    bool matters = false;  ///< it is in force, or will be
};

bool holds(const std::vector<Bar>& bars, const Certificate& certificate) {
    return std::any_of(bars.begin(), bars.end(), [&](const Bar& each) { return each.certificate.hash == certificate.hash; });
}

std::string why_not(const Candidate& candidate) {
    std::vector<std::string> parts;
    const auto add = [&](const std::string& part) {
        if (!part.empty() && std::find(parts.begin(), parts.end(), part) == parts.end()) parts.push_back(part);
    };
    for (const Unfitness& each : candidate.against) add(each.explanation);
    add(candidate.why_not);
    return fmt::format("{}", fmt::join(parts, "; "));
}

std::vector<Bar> bars_of(const ReportPage& page) {
    const CycleReport& report = page.report;
    const DesiredState& desired = report.assessment.desired;
    const WallTime now = report.state.looked_at.wall;
    std::vector<Bar> bars;
    if (desired.active) {
        const bool ended = desired.active->not_after < now;
        bars.push_back({*desired.active, "in force", ended ? "activeended" : "active", ended ? "ended" : "", true});
    }
    if (desired.certificate && !holds(bars, *desired.certificate))
        bars.push_back({*desired.certificate, "to be bound now", "successor", "", true});
    if (desired.successor && !holds(bars, desired.successor->certificate)) {
        const std::string when = report.planned_for ? fmt::format("planned for {}", to_minute(*report.planned_for)) : std::string{};
        bars.push_back({desired.successor->certificate, "successor", "successor", when, true});
    }
    for (const Candidate& each : desired.candidates) {
        if (bars.size() >= kMostBars || holds(bars, each.certificate)) continue;
        const bool before = each.certificate.not_after < now;
        bars.push_back({each.certificate, before ? "previous" : "candidate",
                        before                 ? "ended"
                        : each.against.empty() ? "other"
                                               : "unfit",
                        why_not(each)});
    }
    if (const auto* store = value_of(report.state.certificates)) {
        for (const Certificate& each : *store) {
            if (bars.size() < kMostBars && !holds(bars, each)) bars.push_back({each, each.archived ? "archived" : "previous", "ended", ""});
        }
    }
    return bars;
}

/// The span that is drawn: half a year back at the most, and ahead to the end of what is or will be in force, whatever a self-signed
/// certificate of ninety years says; further where something is foreseen.
struct Span {
    WallTime from{};
    WallTime to{};

    [[nodiscard]] double percent(WallTime time) const {
        const auto share = static_cast<double>((std::clamp(time, from, to) - from).count()) / static_cast<double>((to - from).count());
        return share * 100;
    }
};

Span span_of(const std::vector<Bar>& bars, const std::optional<Forecast>& forecast, WallTime now) {
    Span span{now - 7 * kDay, now + 30 * kDay};
    if (forecast && !forecast->entries.empty()) span.to = std::max(span.to, std::min(forecast->entries.back().at, now + 365 * kDay));
    for (const Bar& each : bars) {
        span.from = std::min(span.from, std::max(each.certificate.not_before, now - 180 * kDay));
        if (each.matters) span.to = std::max(span.to, std::min(each.certificate.not_after, now + 365 * kDay));
    }
    const Duration margin = (span.to - span.from) / 40;
    return {span.from - margin, span.to + margin};
}

std::string percent(double value) { return fmt::format("{:.2f}%", value); }
std::string pixels(int value) { return std::to_string(value); }

void add_axis(Markup& out, const Span& span, WallTime now, int height) {
    constexpr int kTicks = 4;
    for (int i = 0; i <= kTicks; ++i) {
        const WallTime at = span.from + (span.to - span.from) * i / kTicks;
        const std::string x = percent(span.percent(at));
        out.empty("line", {{"class", "grid"}, {"x1", x}, {"x2", x}, {"y1", pixels(kTop)}, {"y2", pixels(height - 18)}});
        const char* anchor = i == 0 ? "start" : i == kTicks ? "end" : "middle";
        out.leaf("text", {{"class", "soft"}, {"x", x}, {"y", pixels(height - 4)}, {"text-anchor", anchor}}, to_date(at).substr(0, 7));
    }
    const double today = span.percent(now);
    out.empty("line",
              {{"class", "now"}, {"x1", percent(today)}, {"x2", percent(today)}, {"y1", pixels(kTop - 4)}, {"y2", pixels(height - 18)}});
    out.leaf("text",
             {{"class", "soft"},
              {"x", percent(today)},
              {"y", pixels(kTop - 7)},
              {"text-anchor", today > 90   ? "end"
                              : today < 10 ? "start"
                                           : "middle"}},
             "now");
}

void add_bar(Markup& out, const Bar& bar, const Span& span, int top) {
    const double from = span.percent(bar.certificate.not_before);
    const double to = span.percent(bar.certificate.not_after);
    out.leaf("text", {{"x", "0"}, {"y", pixels(top + 12)}},
             fmt::format("{} {}, {} {}", bar.certificate.thumbprint.brief(), bar.role,
                         bar.certificate.not_after < span.from ? "ended" : "until", to_date(bar.certificate.not_after)));
    out.empty("rect", {{"class", "track"}, {"x", "0"}, {"width", "100%"}, {"y", pixels(top + 18)}, {"height", "12"}, {"rx", "3"}});
    out.open("rect", {{"class", bar.css},
                      {"x", percent(from)},
                      {"width", percent(std::max(to - from, 0.4))},
                      {"y", pixels(top + 18)},
                      {"height", "12"},
                      {"rx", "3"}});
    out.leaf("title", fmt::format("{} ({}), {}, from {} until {}", bar.certificate.thumbprint.brief(), name_of(bar.certificate), bar.role,
                                  to_minute(bar.certificate.not_before), to_minute(bar.certificate.not_after)));
    out.close();
}

void add_dot(Markup& out, const Span& span, WallTime at, int middle, const char* css, const std::string& title) {
    if (at < span.from || at > span.to) return;
    out.open("circle", {{"class", fmt::format("dot {}", css)}, {"cx", percent(span.percent(at))}, {"cy", pixels(middle)}, {"r", "5"}});
    out.leaf("title", title).close();
}

const char* colour_of(const HealStory& heal) {
    if (!heal.end) return "note";
    return *heal.end == EventType::heal_succeeded ? "good" : *heal.end == EventType::heal_undone ? "warning" : "bad";
}

/// Heals and changes that somebody else made, and what is planned, on one line; windows below.
void add_happenings(Markup& out, const ReportPage& page, const Span& span, int top) {
    const int middle = top + 24;
    out.leaf("text", {{"x", "0"}, {"y", pixels(top + 12)}}, "Heals, changes, and windows ahead");
    out.empty("rect", {{"class", "track"}, {"x", "0"}, {"width", "100%"}, {"y", pixels(top + 18)}, {"height", "12"}, {"rx", "3"}});
    for (const Opening& each : page.windows) {
        if (each.begins > span.to) break;
        out.open(
            "rect",
            {{"class", "window"}, {"x", percent(span.percent(each.begins))}, {"width", "2"}, {"y", pixels(top + 20)}, {"height", "8"}});
        out.leaf("title", fmt::format("Window {} to {}", to_minute(each.begins), to_minute(each.ends))).close();
    }
    for (const JournalEvent& each : page.events) {
        if (each.type == EventType::certificate_changed || each.type == EventType::certificate_adopted)
            add_dot(out, span, each.time, middle, "note", fmt::format("{} {}", to_minute(each.time), each.text));
    }
    for (const HealStory& each : heal_stories(page.events))
        add_dot(out, span, each.began, middle, colour_of(each), fmt::format("Heal of {}: {}", to_minute(each.began), each.result));
    if (page.forecast) {
        for (const ForecastEntry& each : page.forecast->entries)
            add_dot(out, span, each.at, middle, css_class(mark_of(each.severity)),
                    fmt::format("Ahead, {}: {}", to_minute(each.at), each.text));
    } else if (page.report.planned_for)
        add_dot(out, span, *page.report.planned_for, middle, "note", fmt::format("Planned for {}", to_minute(*page.report.planned_for)));
}

std::string ca_of(const Certificate& certificate) { return describe(authority_of(certificate)); }

void add_table(Markup& out, const std::vector<Bar>& bars) {
    open_table(out, "The same in words", {"Certificate", "Role", "From", "Until", "CA", "Remark"});
    for (const Bar& each : bars) {
        out.open("tr")
            .open("th", {{"scope", "row"}})
            .leaf("code", each.certificate.thumbprint.brief())
            .text(" " + name_of(each.certificate))
            .close();
        out.leaf("td", each.role);
        out.leaf("td", {{"class", "date"}}, to_date(each.certificate.not_before));
        out.leaf("td", {{"class", "date"}}, to_date(each.certificate.not_after));
        out.leaf("td", ca_of(each.certificate)).leaf("td", each.why).close();
    }
    close_table(out);
}

/// What comes, in words.
void add_forecast(Markup& out, const Forecast& forecast) {
    const std::string until = to_date(forecast.until);
    if (forecast.entries.empty()) {
        out.leaf("p", {{"class", "soft"}}, fmt::format("Nothing is to be expected until {}.", until));
        return;
    }
    open_table(out, fmt::format("What comes until {}, if nobody but the usual renewals touches the server", until),
               {"When and what", "How"}, TableShape::fits_a_phone);
    for (const ForecastEntry& each : forecast.entries) {
        out.open("tr").open("td", {{"class", "date"}}).leaf("div", to_minute(each.at));
        add_mark(out, mark_of(each.severity), each.reason.empty() ? word(each.kind) : std::string_view{each.reason});
        out.close().leaf("td", each.text).close();
    }
    close_table(out);
}

}  // namespace

void add_timeline(Markup& out, const ReportPage& page) {
    const WallTime now = page.report.state.looked_at.wall;
    const std::vector<Bar> bars = bars_of(page);
    open_section(out, "timeline", "Certificates over time");
    if (bars.empty()) {
        out.leaf("p", "No certificate is known.").close();
        return;
    }
    const Span span = span_of(bars, page.forecast, now);
    const int height = kTop + kRow * (static_cast<int>(bars.size()) + 1) + 24;
    out.open("svg",
             {{"height", pixels(height)}, {"role", "img"}, {"aria-labelledby", "timeline-title"}, {"xmlns", "http://www.w3.org/2000/svg"}});
    add_axis(out, span, now, height);
    int top = kTop;
    for (const Bar& each : bars) {
        add_bar(out, each, span, top);
        top += kRow;
    }
    add_happenings(out, page, span, top);
    out.close();
    add_table(out, bars);
    if (page.forecast) add_forecast(out, *page.forecast);
    if (!page.windows.empty()) {
        out.leaf("p", {{"class", "soft"}},
                 fmt::format("Next window: {} to {}. What restarts a working VPN waits for it; what cuts clients off never does.",
                             to_minute(page.windows.front().begins), to_minute(page.windows.front().ends)));
    }
    out.close();
}

}  // namespace sstp::html

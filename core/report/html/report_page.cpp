#include "core/report/html/report_page.h"

#include "core/report/html/sections.h"
#include "core/report/one_thing_to_do.h"
#include "core/report/render_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace html {

const char* css_class(Mark mark) noexcept {
    switch (mark) {
        case Mark::good: return "good";
        case Mark::note: return "note";
        case Mark::warning: return "warning";
        case Mark::bad: return "bad";
        case Mark::unknown: break;
    }
    return "unknown";
}

const char* word(Mark mark) noexcept {
    switch (mark) {
        case Mark::good: return "OK";
        case Mark::note: return "Note";
        case Mark::warning: return "Warning";
        case Mark::bad: return "Wrong";
        case Mark::unknown: break;
    }
    return "Not known";
}

Mark mark_of(Severity severity) noexcept {
    return severity == Severity::critical ? Mark::bad : severity == Severity::warning ? Mark::warning : Mark::note;
}

void add_mark(Markup& out, Mark mark, std::string_view text) {
    out.leaf("span", {{"class", fmt::format("mark {}", css_class(mark))}}, text.empty() ? word(mark) : text);
}

void open_section(Markup& out, std::string_view id, std::string_view title) {
    out.open("section", {{"id", std::string{id}}, {"aria-labelledby", fmt::format("{}-title", id)}});
    out.leaf("h2", {{"id", fmt::format("{}-title", id)}}, title);
}

void open_table(Markup& out, std::string_view caption, std::initializer_list<std::string_view> columns, TableShape shape) {
    // A box that scrolls has to be reachable by keyboard, and says what it is.
    out.open("div", {{"class", shape == TableShape::fits_a_phone ? "scroll slim" : "scroll"},
                     {"tabindex", "0"},
                     {"role", "region"},
                     {"aria-label", std::string{caption}}})
        .open("table");
    out.leaf("caption", caption).open("thead").open("tr");
    for (const std::string_view column : columns) out.leaf("th", {{"scope", "col"}}, column);
    out.close().close().open("tbody");
}

void close_table(Markup& out) { out.close().close().close(); }

namespace {

Mark mark_of(Health health) {
    switch (health) {
        case Health::ok: return Mark::good;
        case Health::warning: return Mark::warning;
        case Health::critical: return Mark::bad;
        case Health::unknown: break;
    }
    return Mark::unknown;
}

/// A name at the beginning stays as it is.
std::string sentence(std::string text) {
    const bool is_word = text.find('.') >= text.find(' ');
    if (is_word && !text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
    if (!text.empty() && text.back() != '.') text += '.';
    return text;
}

const char* what_it_may(Permission permission) {
    switch (permission) {
        case Permission::heal: return "It heals by itself.";
        case Permission::observe_by_policy: return "It only observes: the policy says so.";
        case Permission::observe_by_kill_switch: return "It only observes: Group Policy says so.";
    }
    return "";
}

}  // namespace

void add_head(Markup& out, const std::string& title) {
    out.open("head").empty("meta", {{"charset", "utf-8"}});
    // Whatever a name may hold: this page loads nothing and runs nothing.
    out.empty("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", "default-src 'none'; style-src 'unsafe-inline'"}});
    out.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
    out.leaf("title", title);
    out.style(style_sheet()).close();
}

void add_state(Markup& out, const ReportPage& page) {
    const CycleReport& report = page.report;
    const Health health = health_of(report);
    out.open("header");
    out.leaf("p", {{"class", "soft"}}, fmt::format("SSTP VPN on {}", page.head.computer));
    out.open("div", {{"class", fmt::format("state {}", css_class(mark_of(health)))}});
    add_mark(out, mark_of(health), status_word(health));
    out.leaf("h1", sentence(headline(report)));
    out.leaf("p", {{"class", "soft"}},
             fmt::format("Looked at {}. {}", to_minute(report.state.looked_at.wall), what_it_may(report.permission)));
    if (report.policy_problem)
        out.leaf("p", {{"class", "wrong"}}, fmt::format("The policy file is not in force: {}", *report.policy_problem));
    if (const std::string action = one_thing_to_do(report, page.nobody_heals); !action.empty()) {
        out.open("p", {{"class", "do"}}).leaf("strong", "To do: ").text(action).close();
    }
    if (report.plan && health != Health::unknown && (health != Health::ok || report.planned_for)) {
        out.open("p").leaf("strong", "Plan: ").text(plan_sentence(*report.plan)).close();
        const auto* refused = std::get_if<Refused>(&report.decision);
        const std::string why = refused ? refused->explanation : page.nobody_heals;
        if (!why.empty()) out.open("p").leaf("strong", "Why not yet: ").text(why).close();
    }
    out.close().close();
}

}  // namespace html

std::string render_report_html(const ReportPage& page) {
    html::Markup out;
    out.open("html", {{"lang", "en"}});
    html::add_head(out, fmt::format("SSTP on {}: {}", page.head.computer, headline(page.report)));
    out.open("body");
    html::add_state(out, page);
    out.open("main");
    html::add_path(out, page);
    html::add_findings(out, page);
    html::add_timeline(out, page);
    html::add_unit(out, page);
    html::add_heals(out, page);
    html::add_delivery(out, page);
    html::add_policy(out, page);
    html::add_events(out, page);
    out.close();
    out.open("footer")
        .leaf("p", {{"class", "soft"}},
              fmt::format("SSTP Watchdog {}. Times are UTC. What a word means: sstp-watchdog explain WORD.", page.head.version))
        .close();
    return "<!DOCTYPE html>\n" + out.finish();
}

}  // namespace sstp

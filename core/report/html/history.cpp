// What happened, who was told, and by which policy: heals, delivery, policy in force, the last events.

#include "core/report/html/heal_stories.h"
#include "core/report/html/sections.h"
#include "core/report/render_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::html {

namespace {

constexpr std::size_t kMostHeals = 20;
constexpr std::size_t kMostEvents = 25;

void add_fact(Markup& out, std::string_view name, const std::string& value) {
    if (!value.empty()) out.open("div").leaf("dt", name).leaf("dd", value).close();
}

/// "a,b" as it is stored, so that a browser can break the line.
std::string with_spaces(std::string_view list) {
    std::string shown;
    for (const char c : list) {
        shown += c;
        if (c == ',') shown += ' ';
    }
    return shown;
}

Mark mark_of(const HealStory& heal) {
    if (!heal.end) return Mark::note;
    if (*heal.end == EventType::heal_succeeded) return Mark::good;
    return *heal.end == EventType::heal_undone ? Mark::warning : Mark::bad;
}

const char* result_of(const HealStory& heal) {
    if (!heal.end) return "no end told";
    switch (*heal.end) {
        case EventType::heal_succeeded: return "Succeeded";
        case EventType::heal_undone: return "Taken back";
        default: return "Failed";
    }
}

std::string lasted(const HealStory& heal) {
    if (!heal.ended) return {};
    return fmt::format("{:.1f} s", std::chrono::duration<double>(*heal.ended - heal.began).count());
}

std::string confirmed(const HealStory& heal) {
    if (heal.confirmed) return fmt::format("by a client {}", to_minute(*heal.confirmed));
    return heal.end == EventType::heal_succeeded ? "by no client yet" : "";
}

void add_heal(Markup& out, const HealStory& heal) {
    out.open("article").open("h3").text(to_minute(heal.began) + " ");
    add_mark(out, mark_of(heal), result_of(heal));
    out.close();
    if (!heal.result.empty()) out.leaf("p", heal.result);
    out.open("dl", {{"class", "facts"}});
    add_fact(out, "Why", with_spaces(heal.why));
    add_fact(out, "Took", lasted(heal));
    add_fact(out, "Without SSTP", heal.seconds.empty() ? std::string{} : heal.seconds + " s");
    add_fact(out, "Restarts", heal.restarts);
    add_fact(out, "Sessions ended", heal.restarts == "0" ? "none" : heal.sessions);
    add_fact(out, "Confirmed", confirmed(heal));
    out.close();
    if (!heal.steps.empty()) {
        out.open("ol");
        for (const std::string& each : heal.steps) out.leaf("li", each);
        out.close();
    }
    out.close();
}

std::uint64_t lost(const Position& position) {
    std::uint64_t total = 0;
    for (const auto& [reason, loss] : position.losses) total += loss.total;
    return total;
}

void add_destination(Markup& out, const DestinationState& each) {
    out.open("tr").open("th", {{"scope", "row"}}).text(each.name).leaf("div", {{"class", "soft"}}, each.where).close().open("td");
    const bool unread = each.trouble && each.trouble->kind != ErrorKind::not_found;
    const Mark mark = unread ? Mark::unknown : each.position.down_since ? Mark::bad : Mark::good;
    add_mark(out, mark, unread ? "Not known" : each.position.down_since ? "Down" : "Confirms");
    if (each.position.down_since) out.leaf("div", {{"class", "soft"}}, fmt::format("since {}", to_minute(*each.position.down_since)));
    out.close();
    out.open("td").text(std::to_string(each.waiting.count));
    if (each.waiting.oldest) out.leaf("div", {{"class", "soft"}}, fmt::format("oldest of {}", to_minute(*each.waiting.oldest)));
    out.close().open("td");
    if (const auto& last = each.position.last_attempt) {
        out.text(fmt::format("{}, {}", to_minute(last->at), last->protocol));
        if (!last->problem.empty()) out.leaf("div", {{"class", "soft"}}, last->problem);
    } else {
        out.text(unread ? each.trouble->message() : "none yet");
    }
    out.close().leaf("td", std::to_string(each.position.confirmed_total)).leaf("td", std::to_string(lost(each.position))).close();
}

void add_values(Markup& out, const std::vector<PolicyValue>& values, bool built_in, std::string_view caption) {
    open_table(out, caption, {"Key", "Value", "From"});
    for (const PolicyValue& each : values) {
        if ((each.origin == ValueOrigin::built_in) != built_in) continue;
        out.open("tr").open("th", {{"scope", "row"}}).leaf("code", each.key).close().open("td").leaf("code", each.value).close();
        out.leaf("td", word(each.origin)).close();
    }
    close_table(out);
}

}  // namespace

void add_heals(Markup& out, const ReportPage& page) {
    out.open("section", {{"id", "heals"}, {"class", "long"}, {"aria-labelledby", "heals-title"}})
        .leaf("h2", {{"id", "heals-title"}}, "Heals");
    const std::vector<HealStory> stories = heal_stories(page.events);
    if (stories.empty()) out.leaf("p", "No heal is in the journal.");
    for (std::size_t i = 0; i < std::min(stories.size(), kMostHeals); ++i) add_heal(out, stories[i]);
    if (stories.size() > kMostHeals)
        out.leaf("p", {{"class", "soft"}}, fmt::format("{} older ones: sstp-watchdog history", stories.size() - kMostHeals));
    out.close();
}

void add_delivery(Markup& out, const ReportPage& page) {
    open_section(out, "siem", "Delivery to the SIEM");
    const auto& destinations = page.report.destinations;
    if (destinations.empty()) {
        out.leaf("p", "Nobody is told: the policy names no destination (siem.destinations).").close();
        return;
    }
    open_table(out, "Destinations", {"Destination", "State", "Waiting", "Last attempt", "Confirmed", "Lost"});
    for (const DestinationState& each : destinations) add_destination(out, each);
    close_table(out);
    out.close();
}

void add_policy(Markup& out, const ReportPage& page) {
    out.open("section", {{"id", "policy"}, {"class", "long"}, {"aria-labelledby", "policy-title"}})
        .leaf("h2", {{"id", "policy-title"}}, "Policy in force");
    const auto defaults = static_cast<std::size_t>(std::count_if(
        page.values.begin(), page.values.end(), [](const PolicyValue& each) { return each.origin == ValueOrigin::built_in; }));
    out.open("p", {{"class", "soft"}}).text("File: ").leaf("code", page.head.policy_file).close();
    if (defaults < page.values.size()) {
        add_values(out, page.values, false, "Set here");
    } else {
        out.leaf("p", "Everything is at its default.");
    }
    if (defaults > 0) {
        out.open("details").leaf("summary", fmt::format("{} values at their default", defaults));
        add_values(out, page.values, true, "Defaults");
        out.close();
    }
    out.close();
}

void add_events(Markup& out, const ReportPage& page) {
    out.open("section", {{"id", "events"}, {"class", "long"}, {"aria-labelledby", "events-title"}})
        .leaf("h2", {{"id", "events-title"}}, "Last events");
    if (page.events.empty()) {
        out.leaf("p", "The journal is empty.").close();
        return;
    }
    open_table(out, "Newest first", {"Time", "Event", "Text"});
    std::size_t shown = 0;
    for (auto each = page.events.rbegin(); each != page.events.rend() && shown < kMostEvents; ++each, ++shown) {
        out.open("tr").leaf("td", to_rfc3339(each->time)).open("td").leaf("code", word(each->type)).close().leaf("td", each->text).close();
    }
    close_table(out);
    out.close();
}

}  // namespace sstp::html

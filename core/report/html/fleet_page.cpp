#include "core/report/html/fleet_page.h"

#include "core/report/html/sections.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

namespace sstp {

namespace html {

namespace {

using std::chrono::hours;

constexpr Duration kSilent = hours{1};       // no cycle for so long: the service does not look
constexpr Duration kShortest = hours{24};    // that the line of restarts shows
constexpr std::size_t kMostDots = 2000;

Mark mark_of_status(const FleetServer& server) {
    if (server.status == "ok") return Mark::good;
    if (server.status == "warning") return Mark::warning;
    return server.status == "critical" ? Mark::bad : Mark::unknown;
}

int worth(const FleetServer& server) {
    switch (mark_of_status(server)) {
        case Mark::bad: return 0;
        case Mark::unknown: return 1;
        case Mark::warning: return 2;
        default: return 3;
    }
}

std::size_t count(const std::vector<FleetServer>& servers, const char* status) {
    return static_cast<std::size_t>(
        std::count_if(servers.begin(), servers.end(), [=](const FleetServer& each) { return each.status == status; }));
}

bool is_silent(const FleetServer& server, WallTime now) { return server.looked_at && now - *server.looked_at > kSilent; }

std::string sentence(const std::vector<FleetServer>& servers, WallTime now) {
    const std::size_t broken = count(servers, "critical"), unknown = count(servers, "unknown"), warned = count(servers, "warning");
    const std::size_t silent = static_cast<std::size_t>(
        std::count_if(servers.begin(), servers.end(), [=](const FleetServer& each) { return is_silent(each, now); }));
    if (broken + unknown + warned + silent == 0) return fmt::format("All {} servers are well.", servers.size());
    return fmt::format("{} servers: {} broken, {} that cannot say, {} with a warning, {} silent.", servers.size(), broken, unknown, warned,
                       silent);
}

std::string when(const std::optional<WallTime>& time) { return time ? to_minute(*time) : std::string{}; }

void add_server_row(Markup& out, const FleetServer& server, WallTime now) {
    out.open("tr").open("th", {{"scope", "row"}}).text(server.computer).close();
    out.open("td");
    add_mark(out, mark_of_status(server), server.status);
    out.close().leaf("td", server.summary);
    const bool silent = is_silent(server, now);
    out.leaf("td", {{"class", "date"}}, silent ? fmt::format("{}, silent since", when(server.looked_at)) : when(server.looked_at)).close();
}

void add_broken(Markup& out, const std::vector<const FleetServer*>& sorted, WallTime now) {
    open_section(out, "broken", "Who needs somebody");
    const auto needs = [=](const FleetServer* each) { return worth(*each) < 3 || is_silent(*each, now); };
    if (std::none_of(sorted.begin(), sorted.end(), needs)) {
        out.leaf("p", "Nobody.").close();
        return;
    }
    open_table(out, "Servers that are broken, cannot say, warn, or have not looked for an hour", {"Server", "State", "What", "Last look"});
    for (const FleetServer* each : sorted) {
        if (needs(each)) add_server_row(out, *each, now);
    }
    close_table(out);
    out.close();
}

void add_drift(Markup& out, const std::vector<const FleetServer*>& sorted) {
    open_section(out, "drift", "Who drifts");
    const bool any = std::any_of(sorted.begin(), sorted.end(), [](const FleetServer* each) { return !each->drift.empty(); });
    if (!any) {
        out.leaf("p", "Records, hashes and what is served are as they should be everywhere.").close();
        return;
    }
    open_table(out, "Servers where records, hashes or what is served are not as they should be", {"Server", "Findings"});
    for (const FleetServer* each : sorted) {
        if (each->drift.empty()) continue;
        out.open("tr").open("th", {{"scope", "row"}}).text(each->computer).close();
        out.leaf("td", fmt::format("{}", fmt::join(each->drift, ", "))).close();
    }
    close_table(out);
    out.close();
}

/// Those that differ first: of a hundred that are alike nobody reads a line.
void add_farms(Markup& out, std::vector<Farm> farms) {
    std::stable_partition(farms.begin(), farms.end(), [](const Farm& each) { return !each.skew.empty(); });
    open_section(out, "farms", "Farms: servers under one name");
    if (farms.empty()) {
        out.leaf("p", "No two servers share a name.").close();
        return;
    }
    open_table(out, "What differs within each farm", {"Name", "Servers", "State", "What differs"});
    for (const Farm& each : farms) {
        out.open("tr").open("th", {{"scope", "row"}}).text(each.name).close();
        out.leaf("td", std::to_string(each.servers.size())).open("td");
        add_mark(out, each.skew.empty() ? Mark::good : Mark::warning, each.skew.empty() ? "alike" : "differ");
        out.close().leaf("td", fmt::format("{}", fmt::join(each.skew, " "))).close();
    }
    close_table(out);
    out.close();
}

void add_line_of_restarts(Markup& out, const std::vector<const FleetServer*>& planned, WallTime now) {
    const WallTime to = std::max(now + kShortest, *planned.back()->planned_for) + hours{1};
    const auto percent = [&](WallTime at) {
        return fmt::format("{:.2f}%",
                           static_cast<double>((std::clamp(at, now, to) - now).count()) / static_cast<double>((to - now).count()) * 100);
    };
    out.open("svg", {{"height", "64"}, {"role", "img"}, {"aria-labelledby", "restarts-title"}, {"xmlns", "http://www.w3.org/2000/svg"}});
    out.empty("rect", {{"class", "track"}, {"x", "0"}, {"width", "100%"}, {"y", "18"}, {"height", "12"}, {"rx", "3"}});
    constexpr int kTicks = 2;   // more of them would touch on a phone
    for (int i = 0; i <= kTicks; ++i) {
        const WallTime at = now + (to - now) * i / kTicks;
        const char* anchor = i == 0 ? "start" : i == kTicks ? "end" : "middle";
        out.leaf("text", {{"class", "soft"}, {"x", percent(at)}, {"y", "52"}, {"text-anchor", anchor}}, to_minute(at).substr(5, 11));
    }
    for (std::size_t i = 0; i < std::min(planned.size(), kMostDots); ++i) {
        out.open("circle", {{"class", "dot note"}, {"cx", percent(*planned[i]->planned_for)}, {"cy", "24"}, {"r", "5"}});
        out.leaf("title", fmt::format("{} {}", when(planned[i]->planned_for), planned[i]->computer)).close();
    }
    out.close();
}

void add_restarts(Markup& out, const std::vector<const FleetServer*>& sorted, WallTime now) {
    open_section(out, "restarts", "Next restarts");
    std::vector<const FleetServer*> planned;
    std::copy_if(sorted.begin(), sorted.end(), std::back_inserter(planned),
                 [now](const FleetServer* each) { return each->planned_for && *each->planned_for >= now; });
    std::stable_sort(planned.begin(), planned.end(), [](const auto* a, const auto* b) { return *a->planned_for < *b->planned_for; });
    if (planned.empty()) {
        out.leaf("p", "None is planned.").close();
        return;
    }
    add_line_of_restarts(out, planned, now);
    open_table(out, "The same in words", {"When", "Server", "Farm", "Sessions open now"});
    for (const FleetServer* each : planned) {
        out.open("tr").leaf("td", {{"class", "date"}}, when(each->planned_for)).open("th", {{"scope", "row"}}).text(each->computer).close();
        out.leaf("td", each->name).leaf("td", each->sessions ? std::to_string(*each->sessions) : std::string{"not known"}).close();
    }
    close_table(out);
    out.close();
}

void add_all(Markup& out, const std::vector<const FleetServer*>& sorted, WallTime now) {
    open_section(out, "all", "All servers");
    open_table(out, "Every server, the worst first", {"Server", "State", "What", "Last look"});
    for (const FleetServer* each : sorted) add_server_row(out, *each, now);
    close_table(out);
    out.close();
}

}  // namespace

}  // namespace html

std::string render_fleet_html(const std::vector<FleetServer>& servers, WallTime now) {
    std::vector<const FleetServer*> sorted;
    for (const FleetServer& each : servers) sorted.push_back(&each);
    std::stable_sort(sorted.begin(), sorted.end(), [](const FleetServer* a, const FleetServer* b) {
        return std::pair(html::worth(*a), a->computer) < std::pair(html::worth(*b), b->computer);
    });
    const std::string said = html::sentence(servers, now);
    html::Markup out;
    out.open("html", {{"lang", "en"}});
    html::add_head(out, "SSTP fleet: " + said);
    const html::Mark worst = sorted.empty() ? html::Mark::unknown : html::mark_of_status(*sorted.front());
    out.open("body").open("header").open("div", {{"class", fmt::format("state {}", html::css_class(worst))}});
    html::add_mark(out, worst);
    out.leaf("h1", said)
        .leaf("p", {{"class", "soft"}}, fmt::format("Made {} from {} status files.", to_minute(now), servers.size()))
        .close()
        .close();
    out.open("main");
    html::add_broken(out, sorted, now);
    html::add_drift(out, sorted);
    html::add_farms(out, farms_of(servers));
    html::add_restarts(out, sorted, now);
    html::add_all(out, sorted, now);
    out.close();
    return "<!DOCTYPE html>\n" + out.finish();
}

}  // namespace sstp

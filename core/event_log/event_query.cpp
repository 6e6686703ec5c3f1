#include "core/event_log/event_query.h"

#include "core/model/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace sstp {

namespace {

/// Older systems name the classic source alone; the manifest name is what current ones render.
constexpr std::array<std::string_view, 2> kRasSstp{"Microsoft-Windows-RasSstp", "RasSstp"};
constexpr std::array<std::string_view, 2> kHttpSys{"Microsoft-Windows-HttpEvent", "Microsoft-Windows-HttpService"};
/// HTTP.SYS reports to System and nowhere else.
constexpr std::string_view kHttpChannel = "System";

bool has_id(std::span<const std::uint32_t> ids, std::uint32_t id) { return std::ranges::find(ids, id) != ids.end(); }

/// Neighbours as ranges. `ids`: rising.
std::string id_tests(std::span<const std::uint32_t> ids) {
    std::string tests;
    for (std::size_t first = 0; first < ids.size();) {
        std::size_t last = first;
        while (last + 1 < ids.size() && ids[last + 1] == ids[last] + 1) ++last;
        tests += tests.empty() ? "" : " or ";
        tests += first == last ? fmt::format("EventID={}", ids[first])
                               : fmt::format("(EventID &gt;= {} and EventID &lt;= {})", ids[first], ids[last]);
        first = last + 1;
    }
    return tests;
}

/// "One of these providers wrote it, and it has one of these ids."
std::string clause(std::span<const std::string_view> providers, std::span<const std::uint32_t> ids) {
    std::string who;
    for (const auto provider : providers) who += fmt::format("{}@Name='{}'", who.empty() ? "" : " or ", provider);
    return fmt::format("(Provider[{}] and ({}))", who, id_tests(ids));
}

/// Text for an XML attribute in double quotes. A control character has no spelling in XML 1.0: it becomes `_`, and
/// the channel is then reported as unknown, which it is.
std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
            case '&': safe += "&amp;"; break;
            case '<': safe += "&lt;"; break;
            case '>': safe += "&gt;"; break;
            case '"': safe += "&quot;"; break;
            case '\'': safe += "&apos;"; break;
            default: safe += static_cast<unsigned char>(c) < 0x20 ? '_' : c;
        }
    }
    return safe;
}

}  // namespace

std::vector<std::string> channels_of(const EventQuery& query) {
    std::vector<std::string> channels;
    const auto add = [&](std::string_view name) {
        if (!has_name(channels, name) && !name.empty()) channels.emplace_back(name);
    };
    for (const auto& channel : query.channels) add(channel);
    add(kHttpChannel);
    return channels;
}

std::string to_xml(const EventQuery& query) {
    std::string selects;
    for (const auto& channel : channels_of(query)) {
        const bool of_http_sys = equal_ignoring_case(channel, kHttpChannel);
        std::string which = has_name(query.channels, channel) ? clause(kRasSstp, kRasSstpIds) : std::string{};
        if (of_http_sys) which += (which.empty() ? "" : " or ") + clause(kHttpSys, kHttpSysIds);
        selects += fmt::format("    <Select Path=\"{}\">*[System[{}]]</Select>\n", escaped(channel), which);
    }
    return "<QueryList>\n  <Query Id=\"0\">\n" + selects + "  </Query>\n</QueryList>\n";
}

bool is_watched(const EventQuery& query, const LogEvent& event) {
    if (event.from_rassstp()) return has_id(kRasSstpIds, event.id) && has_name(query.channels, event.channel);
    return has_name(kHttpSys, event.provider) && has_id(kHttpSysIds, event.id) && equal_ignoring_case(event.channel, kHttpChannel);
}

}  // namespace sstp

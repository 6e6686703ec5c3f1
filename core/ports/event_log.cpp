#include "core/ports/event_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

namespace sstp {

namespace {

/// Windows refuses an XPath expression with more comparisons than this (ERROR_EVT_INVALID_QUERY, 15001).
constexpr std::size_t kMostTerms = 21;

/// Older systems name the classic source alone; the manifest name is what current ones render.
constexpr std::array<std::string_view, 2> kRasSstp{"Microsoft-Windows-RasSstp", "RasSstp"};
constexpr std::array<std::string_view, 2> kHttpSys{"Microsoft-Windows-HttpEvent", "Microsoft-Windows-HttpService"};
/// SSL settings of an endpoint deleted, and created. HTTP.SYS reports to System and nowhere else.
constexpr std::uint32_t kSslSettingsDeleted = 15300;
constexpr std::uint32_t kSslSettingsCreated = 15301;
constexpr std::string_view kHttpChannel = "System";

bool same_name(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

/// One comparison of ids or a pair of them, with the number of terms that it costs.
struct IdTest {
    std::string xpath;
    std::size_t terms = 1;
};

std::vector<IdTest> tests_of(std::vector<std::uint32_t> ids) {
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    std::vector<IdTest> tests;
    for (std::size_t first = 0; first < ids.size();) {
        std::size_t last = first;
        while (last + 1 < ids.size() && ids[last + 1] == ids[last] + 1) ++last;
        if (first == last) {
            tests.push_back({fmt::format("EventID={}", ids[first]), 1});
        } else {
            tests.push_back({fmt::format("(EventID &gt;= {} and EventID &lt;= {})", ids[first], ids[last]), 2});
        }
        first = last + 1;
    }
    return tests;
}

/// "One of these providers wrote it, and it has one of these ids", as one clause of an expression.
struct Clause {
    std::string xpath;
    std::size_t terms = 0;
};

/// As many clauses as it takes for none to exceed the bound; usually one.
std::vector<Clause> clauses_for(std::span<const std::string_view> providers, std::vector<std::uint32_t> ids) {
    std::string who;
    for (const auto provider : providers) who += fmt::format("{}@Name='{}'", who.empty() ? "" : " or ", provider);
    std::vector<Clause> clauses;
    std::string which;
    std::size_t terms = providers.size();
    const auto finish = [&] {
        clauses.push_back({fmt::format("(Provider[{}] and ({}))", who, which), terms});
        which.clear();
        terms = providers.size();
    };
    for (const auto& test : tests_of(std::move(ids))) {
        if (terms + test.terms > kMostTerms) finish();
        which += (which.empty() ? "" : " or ") + test.xpath;
        terms += test.terms;
    }
    if (!which.empty()) finish();
    return clauses;
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

/// Puts clauses together as long as the bound allows: one Select for a channel unless the ids are many.
std::string selects(std::string_view channel, const std::vector<Clause>& clauses) {
    std::string xml;
    for (std::size_t next = 0; next < clauses.size();) {
        std::string expression = clauses[next].xpath;
        std::size_t terms = clauses[next].terms;
        for (++next; next < clauses.size() && terms + clauses[next].terms <= kMostTerms; ++next) {
            expression += " or " + clauses[next].xpath;
            terms += clauses[next].terms;
        }
        xml += fmt::format("    <Select Path=\"{}\">*[System[{}]]</Select>\n", escaped(channel), expression);
    }
    return xml;
}

}  // namespace

std::string to_xml(const EventQuery& query) {
    std::vector<std::string_view> channels;
    const auto add_channel = [&](std::string_view name) {
        const bool known = std::ranges::any_of(channels, [&](std::string_view one) { return same_name(one, name); });
        if (!known && !name.empty()) channels.push_back(name);
    };
    for (const auto& channel : query.channels) add_channel(channel);
    if (query.http_events) add_channel(kHttpChannel);

    std::string body;
    for (const auto channel : channels) {
        const bool configured = std::ranges::any_of(query.channels, [&](const auto& one) { return same_name(one, channel); });
        std::vector<Clause> clauses;
        if (configured) clauses = clauses_for(kRasSstp, query.rassstp_ids);
        if (query.http_events && same_name(channel, kHttpChannel)) {
            std::ranges::move(clauses_for(kHttpSys, {kSslSettingsDeleted, kSslSettingsCreated}), std::back_inserter(clauses));
        }
        body += selects(channel, clauses);
    }
    if (body.empty()) return {};
    return "<QueryList>\n  <Query Id=\"0\">\n" + body + "  </Query>\n</QueryList>\n";
}

bool LogEvent::from_rassstp() const {
    return std::ranges::any_of(kRasSstp, [this](std::string_view name) { return same_name(name, provider); });
}

}  // namespace sstp

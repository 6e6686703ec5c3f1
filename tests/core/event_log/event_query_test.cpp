#include "core/event_log/event_query.h"

#include "core/event_log/xml_scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace sstp {
namespace {

using testing::HasSubstr;
using testing::Not;

/// facts: rras-sstp section 1, the column "certificate trouble?".
const std::set<std::uint32_t> kCertificateTrouble{11, 12, 13, 18, 19, 21, 22, 24, 25, 32};
const std::set<std::uint32_t> kHttpTrouble{15021, 15300, 15301, 15302};

struct Select {
    std::string channel;
    std::string expression;
};

/// The Selects of a query, as an XML reader sees them. Fails the test when the query is no XML.
std::vector<Select> selects(const EventQuery& query) {
    const std::string xml = to_xml(query);
    XmlScanner scanner(xml);
    std::vector<Select> found;
    for (;;) {
        auto token = scanner.next();
        if (!token) {
            ADD_FAILURE() << scanner.problem() << " in " << xml;
            return found;
        }
        if (token->kind == XmlToken::Kind::end) return found;
        if (token->kind == XmlToken::Kind::open && token->name == "Select") {
            EXPECT_EQ(token->attributes.size(), 1u);
            found.push_back({token->attributes.at(0).value, scanner.next()->text});
        }
    }
}

std::size_t terms(const std::string& expression) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = expression.find_first_of("=", at)) != std::string::npos; ++at) ++count;
    return count;
}

/// Would Windows select an event of this provider and id? Understands exactly what to_xml writes.
bool selected(const std::string& expression, const std::string& provider, std::uint32_t id) {
    for (std::size_t at = 0; (at = expression.find("(Provider[", at)) != std::string::npos; ++at) {
        const auto names_end = expression.find(']', at);
        const auto end = std::min(expression.find("(Provider[", at + 1), expression.size());
        if (expression.substr(at, names_end - at).find("@Name='" + provider + "'") == std::string::npos) continue;
        const std::string ids = expression.substr(names_end, end - names_end);
        for (std::size_t i = 0; (i = ids.find("EventID", i)) != std::string::npos; ++i) {
            unsigned from = 0, to = 0;
            const char* text = ids.c_str() + i;
            if (std::sscanf(text, "EventID >= %u and EventID <= %u", &from, &to) == 2) {
                if (id >= from && id <= to) return true;
                i += 10;
                i = ids.find("EventID", i);
            } else if (std::sscanf(text, "EventID=%u", &from) == 1 && id == from) {
                return true;
            }
        }
    }
    return false;
}

TEST(EventQueryXml, TheDefaultsAreOneSelectForEachChannel) {
    const auto found = selects({{"System", "Application"}});
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].channel, "System");
    EXPECT_EQ(
        found[0].expression,
        "*[System[(Provider[@Name='Microsoft-Windows-RasSstp' or @Name='RasSstp'] and ((EventID >= 11 and EventID <= 13) or "
        "(EventID >= 18 and EventID <= 19) or (EventID >= 21 and EventID <= 22) or (EventID >= 24 and EventID <= 25) or EventID=32)) or "
        "(Provider[@Name='Microsoft-Windows-HttpEvent' or @Name='Microsoft-Windows-HttpService'] and "
        "(EventID=15021 or (EventID >= 15300 and EventID <= 15302)))]]");
    EXPECT_EQ(found[1].channel, "Application");
    EXPECT_THAT(found[1].expression, Not(HasSubstr("Http")));
}

TEST(EventQueryXml, ExactlyTheWatchedIdsOfBothProviderNamesAreSelected) {
    const auto found = selects({{"System"}});
    ASSERT_EQ(found.size(), 1u);
    for (const char* provider : {"Microsoft-Windows-RasSstp", "RasSstp"}) {
        for (std::uint32_t id = 0; id < 40; ++id) {
            EXPECT_EQ(selected(found[0].expression, provider, id), kCertificateTrouble.contains(id)) << provider << ' ' << id;
        }
    }
    for (const char* provider : {"Microsoft-Windows-HttpEvent", "Microsoft-Windows-HttpService"}) {
        for (std::uint32_t id = 15000; id < 15400; ++id) {
            EXPECT_EQ(selected(found[0].expression, provider, id), kHttpTrouble.contains(id)) << provider << ' ' << id;
        }
        EXPECT_FALSE(selected(found[0].expression, provider, 13));
    }
}

/// 22 or more comparisons in one expression break Windows' parser (facts: event-log).
TEST(EventQueryXml, NoExpressionHasMoreTermsThanWindowsUnderstands) {
    for (const auto& one : selects({{"System", "Application"}})) EXPECT_LE(terms(one.expression), 21u) << one.expression;
}

TEST(EventQueryXml, HttpSysIsWatchedInSystemEvenWhenRasSstpIsNot) {
    const auto found = selects({{"Application"}});
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[1].channel, "System");
    EXPECT_THAT(found[1].expression, Not(HasSubstr("RasSstp")));
    EXPECT_THAT(found[1].expression, HasSubstr("HttpEvent"));
}

TEST(EventQueryXml, AChannelNamedTwiceIsSelectedOnce) { EXPECT_EQ(selects({{"System", "SYSTEM", "system"}}).size(), 1u); }

TEST(EventQueryXml, LevelIsNeverAskedFor) { EXPECT_THAT(to_xml({{"System"}}), Not(HasSubstr("Level"))); }

TEST(EventQueryXml, AChannelNameCannotBreakOutOfItsAttribute) {
    const std::string hostile = "a\"><Select Path='b'>&amp;*</Select>\n";
    const auto found = selects({{hostile}});
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].channel, "a\"><Select Path='b'>&amp;*</Select>_");
}

/// Whoever stands in for Windows selects what the query text selects.
TEST(EventQueryXml, ARecordIsWatchedWhereTheTextSelectsIt) {
    const EventQuery query{{"Application"}};
    const auto found = selects(query);
    for (const char* channel : {"System", "Application"}) {
        for (const char* provider : {"RasSstp", "Microsoft-Windows-RasSstp", "Microsoft-Windows-HttpEvent", "RemoteAccess"}) {
            for (const std::uint32_t id : {13U, 14U, 15021U, 15302U, 15303U}) {
                LogEvent event;
                event.channel = channel;
                event.provider = provider;
                event.id = id;
                const bool by_text = std::ranges::any_of(
                    found, [&](const Select& one) { return one.channel == channel && selected(one.expression, provider, id); });
                EXPECT_EQ(is_watched(query, event), by_text) << channel << ' ' << provider << ' ' << id;
            }
        }
    }
}

TEST(LogEventOrigin, BothNamesOfTheProviderCountWhateverTheCase) {
    const auto named = [](const char* provider) {
        LogEvent event;
        event.provider = provider;
        return event;
    };
    EXPECT_TRUE(named("Microsoft-Windows-RasSstp").from_rassstp());
    EXPECT_TRUE(named("RASSSTP").from_rassstp());
    EXPECT_FALSE(named("RasSstpX").from_rassstp());
    EXPECT_FALSE(named("Microsoft-Windows-HttpEvent").from_rassstp());
}

}  // namespace
}  // namespace sstp

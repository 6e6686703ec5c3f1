#include "core/journal/catalogue.h"

#include "tests/core/journal/catalogue_documents.h"
#include "tests/core/policy/repository_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace sstp {
namespace {

using testing::IsEmpty;

TEST(Catalogue, what_was_published_never_changes) {
    const std::string golden = read_repository_file("tests/golden/catalogue.txt");
    const std::string now = catalogue_golden();
    ASSERT_FALSE(golden.empty());
    EXPECT_EQ(now.substr(0, golden.size()), golden) << "an id, word, severity, name or pair changed: receivers rely on them";
    EXPECT_EQ(now.size(), golden.size()) << "a new event: append its line to tests/golden/catalogue.txt\n"
                                         << now.substr(std::min(now.size(), golden.size()));
}

TEST(Catalogue, ids_and_names_are_unique_and_fit_every_format) {
    std::set<std::uint16_t> ids;
    std::set<std::string_view> names;
    for (const CatalogueEntry& entry : catalogue()) {
        EXPECT_TRUE(ids.insert(entry.id).second) << entry.id;
        EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
        const std::string_view message_id = entry.action();
        EXPECT_LE(message_id.size(), 32U) << message_id;   // RFC 5424
        EXPECT_TRUE(std::all_of(message_id.begin(), message_id.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; }))
            << message_id;
        EXPECT_LE(entry.name.size(), 64U);
        EXPECT_TRUE(std::all_of(entry.name.begin(), entry.name.end(), [](char c) {
            return c >= 0x20 && c < 0x7F && c != '|' && c != '\\';
        })) << entry.name;
        EXPECT_TRUE(entry.meaning.ends_with('.')) << entry.meaning;
    }
}

/// What was published first is what a problem names; another that resolves it too (policy_accepted) names the problem.
TEST(Catalogue, problem_and_resolved_name_each_other) {
    for (const CatalogueEntry& entry : catalogue()) {
        EXPECT_EQ(entry.pair.has_value(), entry.pairing != Pairing::none) << entry.action();
        if (!entry.pair) continue;
        const CatalogueEntry& other = catalogue_entry(*entry.pair);
        if (entry.pairing == Pairing::problem || entry.type != EventType::policy_accepted) {
            EXPECT_EQ(other.pair, entry.type) << entry.action();
        }
        EXPECT_NE(other.pairing, entry.pairing) << entry.action();
        const CatalogueEntry& problem = entry.pairing == Pairing::problem ? entry : other;
        const CatalogueEntry& resolved = entry.pairing == Pairing::problem ? other : entry;
        EXPECT_LE(syslog_number(problem.severity), syslog_number(resolved.severity))
            << "the trouble weighs less than its end: " << problem.action();
    }
}

TEST(Catalogue, words_are_those_that_ecs_expects_together) {
    // Elastic Common Schema, event.category: the types that each category goes with.
    const std::map<std::string_view, std::set<std::string_view>> expected = {
        {"configuration", {"access", "change", "creation", "deletion", "info"}},
        {"database", {"access", "change", "info", "error"}},
        {"host", {"access", "change", "end", "info", "start"}},
        {"network", {"access", "allowed", "connection", "denied", "end", "info", "protocol", "start"}},
        {"process", {"access", "change", "end", "info", "start"}}};
    for (const CatalogueEntry& entry : catalogue()) {
        ASSERT_TRUE(expected.count(entry.category)) << entry.category;
        EXPECT_TRUE(expected.at(entry.category).count(entry.ecs_type)) << entry.action();
    }
}

TEST(Catalogue, every_field_has_one_meaning_and_every_meaning_a_user) {
    std::set<std::string_view> described;
    std::string_view before;
    for (const CatalogueField& field : catalogue_fields()) {
        EXPECT_LT(before, field.name) << "keep the table sorted";
        before = field.name;
        described.insert(field.name);
    }
    std::set<std::string_view> used;
    for (const CatalogueEntry& entry : catalogue()) {
        std::set<std::string_view> own;
        for (const std::string_view name : fields_of(entry)) {
            EXPECT_TRUE(own.insert(name).second) << entry.action() << " " << name;
            used.insert(name);
        }
    }
    EXPECT_EQ(used, described);
}

TEST(Catalogue, a_field_that_nobody_described_is_found) {
    EXPECT_THAT(uncatalogued_fields({0, EventType::heartbeat, {}, "", {{"version", "1"}, {"healthy", "true"}}}), IsEmpty());
    EXPECT_THAT(uncatalogued_fields({0, EventType::heartbeat, {}, "", {{"heal_id", "1"}, {"version", "1"}}}),
                testing::ElementsAre("heal_id"));
}

/// DESIGN 5.1: event.outcome only where something was attempted.
TEST(Catalogue, what_only_informs_has_no_outcome) {
    for (const CatalogueEntry& entry : catalogue()) {
        if (entry.ecs_type == "info") {
            EXPECT_EQ(EventOutcome::none, entry.outcome) << entry.action();
        }
    }
}

TEST(Catalogue, an_event_of_windows_happened_when_it_says) {
    const WallTime told = *from_rfc3339("2026-11-21T02:15:00Z");
    const JournalEvent seen{1, EventType::rassstp_event_seen, told, "", {{"event_time", "2026-11-21T02:14:00.123Z"}}};
    EXPECT_EQ(*from_rfc3339("2026-11-21T02:14:00.123Z"), happened_at(seen));
    EXPECT_EQ(told, happened_at({1, EventType::rassstp_event_seen, told, "", {{"count", "7"}}}));
    EXPECT_EQ(told, happened_at({1, EventType::finding_raised, told, "", {{"event_time", "2026-11-21T02:14:00.123Z"}}}));
}

TEST(Catalogue, a_finding_has_the_severity_of_the_finding) {
    const auto severity = [](EventType type, const char* given) { return severity_of({0, type, {}, "", {{"severity", given}}}); };
    EXPECT_EQ(severity(EventType::finding_raised, "critical"), EventSeverity::critical);
    EXPECT_EQ(severity(EventType::finding_raised, "warning"), EventSeverity::warning);
    EXPECT_EQ(severity(EventType::finding_raised, "information"), EventSeverity::notice);
    EXPECT_EQ(severity(EventType::finding_raised, "nonsense"), EventSeverity::critical);
    EXPECT_EQ(severity(EventType::finding_cleared, "critical"), EventSeverity::notice);
    EXPECT_EQ(severity_of({0, EventType::finding_raised, {}, "", {}}), EventSeverity::critical);
}

TEST(Catalogue, severities_have_the_numbers_of_each_format) {
    struct Row {
        EventSeverity severity;
        int syslog;
        int cef;
        int leef;
        EventLogType log;
    };
    for (const Row& row :
         {Row{EventSeverity::critical, 2, 9, 9, EventLogType::error}, Row{EventSeverity::error, 3, 7, 7, EventLogType::error},
          Row{EventSeverity::warning, 4, 5, 5, EventLogType::warning}, Row{EventSeverity::notice, 5, 3, 3, EventLogType::information},
          Row{EventSeverity::info, 6, 1, 1, EventLogType::information}, Row{EventSeverity::debug, 7, 0, 1, EventLogType::information}}) {
        EXPECT_EQ(syslog_number(row.severity), row.syslog);
        EXPECT_EQ(cef_number(row.severity), row.cef);
        EXPECT_EQ(leef_number(row.severity), row.leef);
        EXPECT_EQ(event_log_type(row.severity), row.log);
    }
}

TEST(Catalogue, the_page_lists_every_event_as_the_table_has_it) {
    constexpr std::string_view kBegin = "<!-- events: made from the catalogue by a test; do not edit -->\n";
    constexpr std::string_view kEnd = "<!-- end of events -->";
    const std::string page = read_repository_file("core/journal/README.md");
    const std::size_t begin = page.find(kBegin);
    const std::size_t end = page.find(kEnd);
    ASSERT_NE(begin, std::string::npos);
    ASSERT_NE(end, std::string::npos);
    expect_generated_file("core/journal/README.md", page.substr(0, begin + kBegin.size()) + catalogue_reference() + page.substr(end));
}

TEST(Catalogue, the_message_table_of_the_program_has_every_event) { expect_generated_file("installer/messages.mc", message_table()); }

}  // namespace
}  // namespace sstp

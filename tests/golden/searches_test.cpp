// The searches of config/monitoring/README.md, compared with the events that the product makes: each field, word and number that they name.

#include "core/journal/catalogue.h"
#include "core/model/finding.h"
#include "core/siem/message.h"
#include "tests/core/policy/repository_files.h"
#include "tests/core/siem/example_events.h"
#include "tests/core/siem/strict_cef_leef.h"
#include "tests/core/siem/strict_json.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace sstp {
namespace {

using Words = std::set<std::string>;

/// What stands in the code blocks behind `<!-- search: PRODUCT -->`.
std::string searches_for(const std::string& product) {
    const std::string page = read_repository_file("config/monitoring/README.md");
    const std::size_t marker = page.find("<!-- search: " + product + " -->\n```");
    if (marker == std::string::npos) return {};
    const std::size_t begin = page.find('\n', page.find("```", marker)) + 1;
    return page.substr(begin, page.find("\n```", begin) - begin);
}

Words all(const std::string& text, const char* pattern, std::size_t group = 0) {
    Words found;
    const std::regex expression{pattern};
    for (std::sregex_iterator each{text.begin(), text.end(), expression}, end; each != end; ++each) found.insert((*each)[group].str());
    return found;
}

std::vector<std::string> messages(SyslogFormat format) {
    SiemDestination destination;
    destination.format = format;
    destination.header = format == SyslogFormat::json ? SyslogHeader::none : SyslogHeader::rfc3164;
    std::vector<std::string> made;
    for (const JournalEvent& event : example::one_of_each()) made.push_back(render_message(destination, event, example::sender()));
    return made;
}

Words ecs_fields() {
    Words names;
    for (const std::string& message : messages(SyslogFormat::json)) {
        const strict::EcsObject read = strict::read_ecs(message);
        EXPECT_EQ(read.problem, "");
        for (const auto& [name, text] : read.texts) names.insert(name);
        for (const auto& [name, text] : read.literals) names.insert(name);
    }
    return names;
}

/// Keys of the extension of CEF, or of LEEF: what stands before an equals sign.
Words keys(SyslogFormat format) {
    Words names;
    for (const std::string& message : messages(format))
        names.merge(all(message, format == SyslogFormat::cef ? R"([ |]([A-Za-z0-9]+)=)" : R"([\^|]([A-Za-z0-9_]+)=)", 1));
    return names;
}

/// Words of the product that stand in a search as text: actions, reasons, severities, outcomes.
bool is_word(const std::string& word) {
    static const Words others{"success", "failure", "unknown", "sstp_watchdog"};
    return event_type_from_word(word) || reason_from_word(word) || others.count(word) == 1;
}

void expect_known_words(const std::string& text, const Words& fields, const Words& names_of_its_own) {
    for (const std::string& word : all(text, "[a-z0-9]+(?:_[a-z0-9]+)+")) {
        bool part = false;  // of a dotted field
        for (const std::string& field : fields) part = part || field == word || field.find(word) != std::string::npos;
        EXPECT_TRUE(is_word(word) || part || names_of_its_own.count(word) == 1) << word;
    }
    for (const std::string& number : all(text, R"(\b10[0-9]{2}\b)")) {
        const auto is_it = [&](const CatalogueEntry& each) { return std::to_string(each.id) == number; };
        EXPECT_TRUE(std::any_of(catalogue().begin(), catalogue().end(), is_it)) << number;
    }
}

TEST(Searches, of_splunk_and_elastic_name_fields_that_our_json_has) {
    const Words fields = ecs_fields();
    for (const char* product : {"splunk", "elastic"}) {
        const std::string text = searches_for(product);
        const Words named = all(text, R"(@timestamp|\b[a-z_0-9]+(?:\.[a-z_0-9]+)+\b)");
        EXPECT_GE(named.size(), 6U) << product;
        for (const std::string& each : named) EXPECT_EQ(fields.count(each), 1U) << product << ": " << each;
        expect_known_words(text, fields, {"relative_time", "days_left"});
    }
    SiemDestination hec;
    hec.type = DestinationType::https;
    hec.profile = HttpsProfile::hec;
    const auto told = strict::read_hec(render_message(hec, example::one_of_each().front(), example::sender()));
    EXPECT_NE(searches_for("splunk").find("sourcetype=\"" + told.sourcetype + "\""), std::string::npos) << told.sourcetype;
}

TEST(Searches, of_sentinel_name_columns_of_its_table_whose_keys_we_send) {
    // Microsoft, "CEF and CommonSecurityLog field mapping". Empty: of the header, or made by the connector.
    const std::map<std::string, std::string> columns{{"DeviceProduct", ""},
                                                     {"DeviceEventClassID", ""},
                                                     {"LogSeverity", ""},
                                                     {"TimeGenerated", ""},
                                                     {"AdditionalExtensions", ""},
                                                     {"DeviceAction", "act"},
                                                     {"DeviceName", "dvchost"},
                                                     {"Reason", "reason"},
                                                     {"Message", "msg"},
                                                     {"DeviceCustomString1", "cs1"},
                                                     {"DeviceCustomDate1", "deviceCustomDate1"},
                                                     {"DeviceCustomNumber1", "cn1"}};
    const Words sent = keys(SyslogFormat::cef);
    const std::string text = searches_for("sentinel");
    const Words made_here{"CommonSecurityLog", "HealId", "OutFor", "Last", "SSTP", "Watchdog"};
    std::size_t of_the_table = 0;
    for (const std::string& each : all(text, R"(\b[A-Z][A-Za-z]+[0-9]?\b)")) {
        if (made_here.count(each) == 1) continue;
        if (each.starts_with("SstpWatchdog")) {
            EXPECT_EQ(sent.count(each), 1U) << each;
            continue;
        }
        ++of_the_table;
        const auto column = columns.find(each);
        ASSERT_NE(column, columns.end()) << each;
        if (!column->second.empty()) {
            EXPECT_EQ(sent.count(column->second), 1U) << each;
        }
    }
    EXPECT_GE(of_the_table, 8U);
    EXPECT_NE(text.find(std::string{"\""} + std::string{kProductName} + "\""), std::string::npos);
    expect_known_words(text, {}, {"arg_max"});
}

TEST(Searches, of_qradar_name_keys_of_our_leef) {
    const Words sent = keys(SyslogFormat::leef);
    const std::string text = searches_for("qradar");
    const Words named = all(text, "\"([^\"]+)\"", 1);
    EXPECT_GE(named.size(), 8U);
    for (const std::string& each : named) EXPECT_EQ(sent.count(each), 1U) << each;
    expect_known_words(text, sent, {});
}

TEST(Searches, of_the_event_log_name_our_source_and_numbers_of_problems) {
    const std::string text = searches_for("xpath");
    EXPECT_NE(text.find("@Name='" + std::string{kSourceName} + "'"), std::string::npos);
    const Words numbers = all(text, "EventID=([0-9]+)", 1);
    EXPECT_GE(numbers.size(), 5U);
    for (const std::string& number : numbers) {
        const auto found = std::find_if(catalogue().begin(), catalogue().end(),
                                        [&](const CatalogueEntry& each) { return std::to_string(each.id) == number; });
        ASSERT_NE(found, catalogue().end()) << number;
        EXPECT_LE(found->severity, EventSeverity::warning) << number << " is no problem";
    }
}

}  // namespace
}  // namespace sstp

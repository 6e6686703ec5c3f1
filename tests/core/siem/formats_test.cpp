// Every event of the catalogue, in every format and with every header, read back by strict readers: hostile contents first.
#include "core/journal/catalogue.h"
#include "core/siem/host_name.h"
#include "core/siem/message.h"
#include "core/siem/unicode.h"
#include "tests/core/policy/repository_files.h"
#include "tests/core/siem/example_events.h"
#include "tests/core/siem/hostile_texts.h"
#include "tests/core/siem/strict_event.h"
#include "tests/core/siem/strict_syslog.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <limits>

namespace sstp {
namespace {

using example::Hostile;
using example::kHostile;
using example::repeated;
using example::Way;
using strict::ReceivedEvent;

/// Octets of a datagram (RFC 5426 3.2): what policy.json says by itself for UDP.
constexpr std::size_t kDatagram = 1180;

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
}

std::string as_one_line(std::string text, std::string_view kept = "") {
    std::replace_if(
        text.begin(), text.end(),
        [&](unsigned char c) { return (c < 0x20 || c == 0x7F) && kept.find(static_cast<char>(c)) == std::string_view::npos; }, ' ');
    for (unsigned char c = 0x80; c < 0xA0; ++c) replace_all(text, std::string{"\xC2"} + static_cast<char>(c), " ");
    replace_all(text, "\xE2\x80\xA8", " ");
    replace_all(text, "\xE2\x80\xA9", " ");
    return text;
}

bool is_ocsf(const SiemDestination& d) {
    return d.type == DestinationType::https ? d.profile == HttpsProfile::ocsf : d.format == SyslogFormat::ocsf;
}

/// Of either schema.
bool is_json(const SiemDestination& d) { return d.type == DestinationType::https || d.format == SyslogFormat::json || is_ocsf(d); }

bool is_cef(const SiemDestination& d) { return !is_json(d) && d.format == SyslogFormat::cef; }

bool is_leef(const SiemDestination& d) { return !is_json(d) && d.format == SyslogFormat::leef; }

/// The documented replacements (core/siem/README.md), and nothing else.
std::string as_received(std::string text, const SiemDestination& d) {
    if (is_json(d)) return text;
    text = as_one_line(std::move(text), is_cef(d) ? "\r\n" : "");
    if (is_leef(d)) std::replace(text.begin(), text.end(), '^', ' ');
    return text;
}

std::string sentence_as_received(const std::string& text, const SiemDestination& d) {
    std::string received = as_received(text, d);
    const bool fields_behind = !is_json(d) && d.format == SyslogFormat::rfc5424 && !d.enterprise_number;
    if (fields_behind) replace_all(received, "=\"", "='");
    return received;
}

std::string field_as_received(const std::string& name, const std::string& text, const SiemDestination& d) {
    const CatalogueField* field = catalogue_field(name);
    const bool names = field && (field->kind == FieldKind::host_name || field->kind == FieldKind::host_names);
    if (!names || !(is_cef(d) || is_leef(d))) return as_received(text, d);
    return as_received(to_a_labels(as_received(text, d)), d);
}

bool is_shortened_from(const std::string& got, const std::string& whole) {
    constexpr std::string_view kMark = " [cut]";
    if (got == kMark.substr(1)) return !whole.empty();
    return got.ends_with(kMark) && whole.starts_with(got.substr(0, got.size() - kMark.size())) && got.size() < whole.size() + kMark.size();
}

void expect_same(const std::string& what, const std::string& got, const std::string& whole, bool may_be_shortened) {
    if (may_be_shortened && is_shortened_from(got, whole)) return;
    EXPECT_EQ(got, whole) << what;
}

/// The text is shortened before it becomes an object.
void expect_same_data(const std::string& got, const std::string& whole, bool may_be_shortened) {
    if (may_be_shortened && got.find("[cut]") != std::string::npos) return;
    EXPECT_EQ(got, whole) << "strings";
}

/// ECS has all of them, the others the first of each family or, in LEEF and OCSF, the first.
std::vector<std::string> addresses_in(const SiemDestination& d, bool shortened) {
    if (is_leef(d) || is_ocsf(d) || (is_json(d) && shortened)) return {"192.0.2.10"};
    if (is_json(d)) return {"192.0.2.10", "10.20.30.40", "2001:db8::10"};
    return {"192.0.2.10", "2001:db8::10"};
}

/// OCSF's scale: Informational is 1, Critical 5.
int ocsf_number(EventSeverity severity) {
    switch (severity) {
        case EventSeverity::critical: return 5;
        case EventSeverity::error: return 4;
        case EventSeverity::warning: return 3;
        case EventSeverity::notice: return 2;
        default: return 1;
    }
}

int severity_in(const SiemDestination& d, EventSeverity severity) {
    if (is_ocsf(d)) return ocsf_number(severity);
    if (is_cef(d) || is_json(d)) return cef_number(severity);
    return is_leef(d) ? leef_number(severity) : syslog_number(severity);
}

/// `text` and `values`: the event's contents as they should arrive before a format's own replacements.
void expect_arrives(const ReceivedEvent& got, const JournalEvent& sent, const Way& way, bool may_be_shortened) {
    const SiemDestination& d = way.destination;
    ASSERT_EQ(got.problem, "");
    EXPECT_EQ(got.id, event_id(example::sender().installation_id, sent.sequence));
    EXPECT_EQ(got.action, word(sent.type));
    EXPECT_THAT(got.event_class, testing::AnyOf("", std::to_string(catalogue_entry(sent.type).id)));
    EXPECT_EQ(got.severity, severity_in(d, severity_of(sent)));
    EXPECT_EQ(got.addresses, addresses_in(d, may_be_shortened && got.addresses.size() == 1));
    const bool bounded = may_be_shortened || is_cef(d);   // CEF's dictionary bounds values
    expect_same("sentence", got.sentence, sentence_as_received(sent.text, d), bounded);
    std::map<std::string, std::string> missing = sent.fields;
    std::erase_if(missing, [](const auto& field) { return field.second.empty(); });
    for (const auto& [name, value] : got.fields) {
        if (name == "strings" && is_json(d)) {
            missing.erase(name);
            expect_same_data(value, strict::sorted_event_data(sent.fields.at(name)), may_be_shortened);
        } else if (missing.erase(name) != 1) {
            ADD_FAILURE() << "a field that nobody sent: " << name << "=" << value;
        } else {
            expect_same(name, value, field_as_received(name, sent.fields.at(name), d), bounded);
        }
    }
    if (missing.empty()) return;
    // A field may be left out only when there is nothing left to shorten.
    EXPECT_TRUE(may_be_shortened) << missing.begin()->first << " is missing";
    for (const auto& [name, value] : got.fields) {
        if (name == "strings" && is_json(d)) continue;   // told with the names that its parts have there
        EXPECT_LE(value.size(), 8U) << name << ", and yet " << missing.begin()->first << " is missing";
    }
}

JournalEvent filled_with(JournalEvent event, const std::string& content) {
    event.text = content;
    for (auto& [name, value] : event.fields) value = content;
    return event;
}

/// Of all events every third with each text: the neighbours of a way in the list, which have its format as a rule, send the others. All
/// pairs take a minute and a half under sanitizers.
std::vector<JournalEvent> share_of(const Way& way, std::size_t text) {
    constexpr std::size_t kShares = 3;
    const std::vector<Way> ways = example::every_way();
    const auto same = [&](const Way& each) { return each.name == way.name; };
    const auto number = static_cast<std::size_t>(std::find_if(ways.begin(), ways.end(), same) - ways.begin());
    const std::vector<JournalEvent> all = example::one_of_each();
    std::vector<JournalEvent> share;
    for (std::size_t i = (number + text) % kShares; i < all.size(); i += kShares) share.push_back(all[i]);
    return share;
}

class EveryWay : public testing::TestWithParam<Way> {};
class EveryDatagram : public testing::TestWithParam<Way> {};

TEST_P(EveryWay, every_event_arrives_with_the_same_fields) {
    for (const JournalEvent& event : example::one_of_each()) {
        SCOPED_TRACE(word(event.type));
        const std::string message = render_message(GetParam().destination, event, example::sender());
        expect_arrives(strict::read_event(GetParam().destination, message), event, GetParam(), false);
        const bool has_number = GetParam().destination.enterprise_number && GetParam().destination.header == SyslogHeader::rfc5424;
        EXPECT_EQ(message.find("[sstp@32473 id=\"") != std::string::npos, has_number) << message;
    }
}

TEST_P(EveryWay, hostile_contents_of_every_event_break_no_rule_and_arrive) {
    for (std::size_t text = 0; text < std::size(kHostile); ++text) {
        const Hostile& hostile = kHostile[text];
        for (const JournalEvent& event : share_of(GetParam(), text)) {
            SCOPED_TRACE(fmt::format("{} in {}", hostile.name, word(event.type)));
            Sender sender = example::sender();
            sender.computer = hostile.raw;
            sender.version = hostile.raw;
            const std::string message = render_message(GetParam().destination, filled_with(event, hostile.raw), sender);
            expect_arrives(strict::read_event(GetParam().destination, message), filled_with(event, hostile.text), GetParam(), false);
            if (HasFailure()) return;
        }
    }
}

TEST_P(EveryDatagram, a_bound_is_kept_by_shortening_texts_and_never_syntax) {
    SiemDestination udp = GetParam().destination;
    udp.transport = SyslogTransport::udp;
    for (std::size_t text = 0; text < std::size(kHostile); ++text) {
        const Hostile& hostile = kHostile[text];
        for (const JournalEvent& event : share_of(GetParam(), text)) {
            SCOPED_TRACE(fmt::format("{} in {}", hostile.name, word(event.type)));
            Sender sender = example::sender();
            sender.computer = hostile.raw;
            const std::string message = render_message(udp, filled_with(event, hostile.raw), sender, kDatagram);
            EXPECT_LE(message.size(), kDatagram);
            expect_arrives(strict::read_event(udp, message), filled_with(event, hostile.text), GetParam(), true);
            if (HasFailure()) return;
        }
    }
}

/// 1,000 bytes are the least that a policy may ask for (siem.destinations[].maximum_size).
TEST_P(EveryDatagram, the_least_bound_is_kept_for_the_longest_names_that_a_sender_may_have) {
    Sender sender = example::sender();
    sender.computer = repeated("a", 63) + "." + repeated("b", 63) + "." + repeated("c", 63) + "." + repeated("d", 57);
    sender.version = repeated("1", 32);
    sender.addresses = [] {
        return std::vector{*IpAddress::parse("198.51.100.200"), *IpAddress::parse("2001:db8:1111:2222:3333:4444:5555:6666")};
    };
    for (JournalEvent event : example::one_of_each()) {
        SCOPED_TRACE(word(event.type));
        event.sequence = std::numeric_limits<std::uint64_t>::max();
        const std::string message = render_message(GetParam().destination, filled_with(event, repeated("\"\\]=9", 1000)), sender, 1000);
        EXPECT_LE(message.size(), 1000U);
        EXPECT_EQ(strict::read_event(GetParam().destination, message).problem, "") << message;
    }
}

TEST_P(EveryDatagram, one_long_text_is_shortened_as_little_as_is_enough_and_words_stay) {
    JournalEvent event = example::one_of_each().at(static_cast<std::size_t>(EventType::policy_rejected));
    event.fields["policy_file"] = R"(C:\)" + repeated("long name ", 1000);
    event.fields["reason"] = "policy_invalid";
    const std::string message = render_message(GetParam().destination, event, example::sender(), kDatagram);
    const ReceivedEvent got = strict::read_event(GetParam().destination, message);
    expect_arrives(got, event, GetParam(), true);
    EXPECT_EQ(got.fields.at("reason"), "policy_invalid");
    EXPECT_THAT(got.fields.at("policy_file"), testing::EndsWith(" [cut]"));
    EXPECT_THAT(message.size(), testing::AllOf(testing::Le(kDatagram), testing::Gt(kDatagram - 12)));
}

/// A step has the fields of its action, here to bind a certificate, not those of every one.
std::vector<JournalEvent> as_they_really_are() {
    std::vector<JournalEvent> events = example::one_of_each();
    for (JournalEvent& event : events) {
        if (event.fields.contains("step")) {
            for (const char* name : {"registry_value", "value", "previous_value", "services", "previous_owner"}) event.fields.erase(name);
        }
        if (event.type == EventType::step_done) {
            for (const char* name : {"error", "error_code", "error_kind"}) event.fields.erase(name);
        }
    }
    return events;
}

TEST_P(EveryDatagram, real_contents_fit_into_a_datagram_with_every_word_whole) {
    for (const JournalEvent& event : as_they_really_are()) {
        SCOPED_TRACE(word(event.type));
        const std::string message = render_message(GetParam().destination, event, example::sender(), kDatagram);
        const ReceivedEvent got = strict::read_event(GetParam().destination, message);
        expect_arrives(got, event, GetParam(), true);
        for (const char* name : {"reason", "certificate_sha256", "heal_id", "event_id", "error_code", "outcome"}) {
            if (!event.fields.contains(name)) continue;
            ASSERT_TRUE(got.fields.contains(name)) << name;
            EXPECT_EQ(got.fields.at(name), event.fields.at(name)) << name;
        }
    }
}

TEST_P(EveryWay, fields_of_another_version_arrive_under_names_of_their_own) {
    JournalEvent event{9, EventType::heartbeat, example::one_of_each().front().time, "Watching.", {{"cycle", "1"}}};
    event.fields[R"(Odd "name]= ^|)"] = "v";
    event.fields["id"] = "forged";
    event.fields["oddname"] = "shadowed by the one above";
    const ReceivedEvent got = strict::read_event(GetParam().destination, render_message(GetParam().destination, event, example::sender()));
    ASSERT_EQ(got.problem, "");
    EXPECT_THAT(got.fields,
                testing::ElementsAre(testing::Pair("cycle", "1"), testing::Pair("x_id", "forged"), testing::Pair("x_oddname", "v")));
    EXPECT_THAT(got.id, testing::EndsWith("-9"));
}

TEST_P(EveryWay, times_out_of_range_and_a_sender_without_a_name_break_no_rule) {
    for (const WallTime time : {WallTime{Duration{-62'135'596'800'001}}, WallTime{}, WallTime{Duration{999}}, WallTime{Duration::max()}}) {
        JournalEvent event = example::one_of_each().back();
        event.time = time;
        event.sequence = std::numeric_limits<std::uint64_t>::max();
        const std::string message = render_message(GetParam().destination, event, Sender{});
        EXPECT_EQ(strict::read_event(GetParam().destination, message).problem, "") << message;
    }
}

class EveryFormat : public testing::TestWithParam<Way> {};

/// SSTP_REGENERATE=1 rewrites these; the difference is then reviewed like code.
TEST_P(EveryFormat, what_receivers_rules_rest_on_does_not_change) {
    std::string text;
    for (const JournalEvent& event : example::one_of_each()) {
        text += render_message(GetParam().destination, event, example::sender()) + "\n";
    }
    expect_generated_file(fmt::format("tests/golden/messages/{}.txt", GetParam().name), text);
}

std::vector<Way> ways_over_syslog() {
    std::vector<Way> ways = example::every_way();
    std::erase_if(ways, [](const Way& way) { return way.destination.type == DestinationType::https; });
    return ways;
}

/// Not those that have the text of another file, with a private element before it or without a header.
std::vector<Way> ways_in_golden_files() {
    std::vector<Way> ways = example::every_way();
    std::erase_if(ways, [](const Way& way) {
        const bool repeats = way.name.ends_with("-enterprise") && way.destination.format != SyslogFormat::rfc5424;
        return repeats || way.destination.header == SyslogHeader::none || way.name == "https-ocsf";
    });
    return ways;
}

std::string name_of(const testing::TestParamInfo<Way>& way) {
    std::string name = way.param.name;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Formats, EveryWay, testing::ValuesIn(example::every_way()), name_of);
INSTANTIATE_TEST_SUITE_P(Formats, EveryFormat, testing::ValuesIn(ways_in_golden_files()), name_of);
INSTANTIATE_TEST_SUITE_P(Formats, EveryDatagram, testing::ValuesIn(ways_over_syslog()), name_of);

}  // namespace
}  // namespace sstp

#include "tests/core/siem/strict_event.h"

#include "core/journal/catalogue.h"
#include "core/model/time.h"
#include "tests/core/siem/strict_cef_leef.h"
#include "tests/core/siem/strict_json.h"
#include "tests/core/siem/strict_syslog.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <optional>
#include <set>
#include <sstream>
#include <system_error>

namespace sstp::strict {

namespace {

std::optional<std::uint32_t> unit_at(std::string_view text, std::size_t position) {
    if (position + 6 > text.size() || text[position] != '\\' || text[position + 1] != 'u') return std::nullopt;
    std::uint32_t unit = 0;
    const char* const end = text.data() + position + 6;
    const auto read = std::from_chars(text.data() + position + 2, end, unit, 16);
    return read.ec == std::errc{} && read.ptr == end ? std::optional{unit} : std::nullopt;
}

void append(std::string& text, std::uint32_t point) {
    const auto put = [&](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
    const int more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    constexpr std::uint32_t kLead[] = {0, 0xC0, 0xE0, 0xF0};
    put(kLead[more] | point >> (6 * more));
    for (int shift = 6 * (more - 1); shift >= 0; shift -= 6) put(0x80 | (point >> shift & 0x3F));
}

bool is_escaped(std::string_view text, std::size_t position) {
    std::size_t backslashes = 0;
    while (backslashes < position && text[position - backslashes - 1] == '\\') ++backslashes;
    return backslashes % 2 == 1;
}

std::string unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) plain += text[i] == '\\' && i + 1 < text.size() ? text[++i] : text[i];
    return plain;
}

/// `sentence name="value" … id=ID`, read from its end.
void take_text(std::string_view text, bool has_fields, ReceivedEvent& event) {
    const std::size_t id = text.rfind("id=");
    if (id == std::string_view::npos || (id > 0 && text[id - 1] != ' ')) {
        event.problem = "MSG does not end with the id";
        return;
    }
    event.id = text.substr(id + 3);
    text = text.substr(0, id == 0 ? 0 : id - 1);
    while (has_fields && text.ends_with('"') && !is_escaped(text, text.size() - 1)) {
        std::size_t opening = text.size() - 1;
        do opening = opening == 0 ? std::string_view::npos : text.rfind('"', opening - 1);
        while (opening != std::string_view::npos && is_escaped(text, opening));
        if (opening == std::string_view::npos || opening == 0 || text[opening - 1] != '=') break;
        const std::size_t blank = text.rfind(' ', opening);
        if (blank == std::string_view::npos) break;
        const std::string name{text.substr(blank + 1, opening - blank - 2)};
        if (!event.fields.emplace(name, unescaped(text.substr(opening + 1, text.size() - opening - 2))).second) {
            event.problem = "a field occurs twice: " + name;
        }
        text = text.substr(0, blank);
    }
    event.sentence = text;
}

/// HealId: heal_id.
std::string snake(std::string_view camel) {
    std::string name;
    for (const char c : camel) {
        if (std::isupper(static_cast<unsigned char>(c)) && !name.empty()) name += '_';
        name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return name;
}

const std::map<std::string_view, std::size_t> kCefLengths{{"msg", 1023},   {"reason", 1023}, {"dvchost", 100}, {"act", 63},
                                                          {"outcome", 63}, {"cat", 1023},    {"cs1", 4000},    {"cs2", 4000},
                                                          {"cs3", 4000},   {"cs4", 4000},    {"cs5", 4000},    {"cs6", 4000}};

void take_cef_field(const std::string& key, const std::string& value, const std::map<std::string, std::string>& all, ReceivedEvent& event) {
    static const std::set<std::string_view> kEnvelope{"rt", "end", "dvchost", "externalId", "cat", "act", "outcome", "msg"};
    constexpr std::string_view kOwn = "SstpWatchdog";
    if (const auto bound = kCefLengths.find(key); bound != kCefLengths.end() && value.size() > bound->second) {
        event.problem = key + " is longer than CEF's dictionary allows";
    }
    if (kEnvelope.contains(key)) return;
    if (key == "reason") {
        event.fields[key] = without_escapes(value);
    } else if (key.ends_with("Label")) {
        if (!all.contains(key.substr(0, key.size() - 5))) event.problem = "a label without its value: " + key;
    } else if (key.starts_with(kOwn)) {
        event.fields[snake(std::string_view{key}.substr(kOwn.size()))] = without_escapes(value);
    } else if (all.contains(key + "Label")) {
        const bool date = key == "deviceCustomDate1";
        event.fields[all.at(key + "Label")] = date ? to_rfc3339(WallTime{Duration{std::stoll(value)}}) : without_escapes(value);
    } else {
        event.problem = "neither in CEF's dictionary nor our own: " + key;
    }
}

void take_cef(std::string_view text, ReceivedEvent& event) {
    const KeyedMessage cef = read_cef(text);
    event.problem = cef.problem;
    if (!event.problem.empty()) return;
    if (cef.vendor != "SSTP Watchdog" || cef.product != "SSTP Watchdog") event.problem = "vendor or product changed";
    for (const char* key : {"rt", "dvchost", "externalId", "cat", "act", "msg"}) {
        if (!cef.fields.contains(key)) event.problem = fmt::format("{} is missing", key);
    }
    if (!event.problem.empty()) return;
    event.id = cef.fields.at("externalId");
    event.action = cef.fields.at("act");
    event.sentence = without_escapes(cef.fields.at("msg"));
    event.host = cef.fields.at("dvchost");
    event.event_class = cef.event_class;
    event.severity = std::stoi(cef.severity);
    event.kind = without_escapes(cef.fields.at("cat"));
    for (const auto& [key, value] : cef.fields) take_cef_field(key, value, cef.fields, event);
}

void take_leef(std::string_view text, ReceivedEvent& event) {
    const KeyedMessage leef = read_leef(text);
    event.problem = leef.problem;
    if (event.problem.empty() && (leef.vendor != "SSTP Watchdog" || leef.product != "SSTP Watchdog")) {
        event.problem = "vendor or product changed";
    }
    static const std::set<std::string_view> kEnvelope{"devTime", "sev", "cat", "identHostName", "externalId", "act", "msg", "result"};
    for (const std::string_view key : kEnvelope) {
        if (key != "result" && !leef.fields.contains(std::string{key})) event.problem = fmt::format("{} is missing", key);
    }
    if (!event.problem.empty()) return;
    event.id = leef.fields.at("externalId");
    event.action = leef.fields.at("act");
    event.sentence = without_escapes(leef.fields.at("msg"));
    event.host = leef.fields.at("identHostName");
    event.event_class = leef.event_class;
    event.severity = std::stoi(leef.fields.at("sev"));
    event.kind = without_escapes(leef.fields.at("cat"));
    for (const auto& [key, value] : leef.fields) {
        if (!kEnvelope.contains(key)) event.fields[key] = without_escapes(value);
    }
}

std::string data_line(const std::string& name, const std::string& value) {
    std::string line = name + '=';
    for (const char c : value) line += c == '\n' ? std::string{"\n "} : std::string{c};
    return line + '\n';
}

void take_event_data(const EcsObject& ecs, ReceivedEvent& event) {
    constexpr std::string_view kData = "winlog.event_data.";
    std::string lines;
    for (const auto& [path, value] : ecs.texts) {
        if (path.starts_with(kData)) lines += data_line(path.substr(kData.size()), value);
    }
    if (!lines.empty()) event.fields["strings"] = lines;
}

void take_ecs(const EcsObject& ecs, ReceivedEvent& event) {
    event.problem = ecs.problem;
    if (!event.problem.empty()) return;
    event.id = ecs.texts.at("event.id");
    event.action = ecs.texts.at("event.action");
    event.sentence = ecs.texts.at("message");
    if (const auto host = ecs.texts.find("host.name"); host != ecs.texts.end()) event.host = host->second;
    event.event_class = ecs.texts.at("event.code");
    event.severity = std::stoi(ecs.literals.at("event.severity"));
    constexpr std::string_view kOwn = "sstp_watchdog.", kUnparsed = "sstp_watchdog.unparsed.";
    for (const auto* leaves : {&ecs.texts, &ecs.literals}) {
        for (const auto& [path, value] : *leaves) {
            if (path.starts_with(kUnparsed)) {
                event.fields[path.substr(kUnparsed.size())] = value;
            } else if (path.starts_with(kOwn)) {
                event.fields[path.substr(kOwn.size())] = value;
            }
        }
    }
    for (const CatalogueField& field : catalogue_fields()) {
        for (const auto* leaves : {&ecs.texts, &ecs.literals}) {
            const auto found = leaves->find(std::string{field.ecs});
            if (!field.ecs.empty() && found != leaves->end()) event.fields[std::string{field.name}] = found->second;
        }
    }
    take_event_data(ecs, event);
}

void take_private_element(const SyslogMessage& message, std::uint32_t number, ReceivedEvent& event) {
    const auto element = message.structured_data.find(fmt::format("sstp@{}", number));
    if (element == message.structured_data.end()) {
        event.problem = "no private structured data element";
        return;
    }
    for (const auto& [name, values] : element->second) {
        if (values.size() != 1) event.problem = "a parameter occurs twice: " + name;
        if (name == "id" && values.front() != event.id) event.problem = "two ids";
        if (name != "id") event.fields[name] = values.front();
    }
    if (!element->second.contains("id")) event.problem = "the private element has no id";
}

void take_header(const SyslogMessage& message, const SiemDestination& destination, ReceivedEvent& event) {
    event.problem = message.problem;
    if (!message.problem.empty()) return;
    if (message.priority / 8 != static_cast<int>(destination.facility)) event.problem = "another facility";
    event.severity = message.priority % 8;
    event.action = message.message_id;
    event.host = message.hostname;
}

}  // namespace

std::string without_escapes(std::string_view ascii) {
    std::string text;
    for (std::size_t i = 0; i < ascii.size();) {
        auto unit = unit_at(ascii, i);
        if (!unit) {
            text += ascii[i++];
            continue;
        }
        i += 6;
        const auto low = *unit >= 0xD800 && *unit < 0xDC00 ? unit_at(ascii, i) : std::nullopt;
        if (low && *low >= 0xDC00 && *low < 0xE000) {
            unit = 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00);
            i += 6;
        }
        append(text, *unit);
    }
    return text;
}

ReceivedEvent read_event(const SiemDestination& destination, std::string_view message) {
    ReceivedEvent event;
    if (destination.type == DestinationType::https) {
        const bool hec = destination.profile == HttpsProfile::hec;
        const HecObject object = hec ? read_hec(message) : HecObject{};
        take_ecs(hec ? object.event : read_ecs(message), event);
        if (hec && event.problem.empty() && object.host != event.host) event.problem = "two hosts";
        if (!object.problem.empty()) event.problem = object.problem;
        return event;
    }
    if (destination.header == SyslogHeader::none) {
        destination.format == SyslogFormat::json ? take_ecs(read_ecs(message), event) : take_leef(message, event);
        return event;
    }
    const bool old_header = destination.header == SyslogHeader::rfc3164;
    const SyslogMessage syslog = old_header ? read_rfc3164(message) : read_rfc5424(message);
    take_header(syslog, destination, event);
    if (!event.problem.empty()) return event;
    if (!old_header && (!syslog.structured_data.contains("origin") || !syslog.structured_data.contains("meta"))) {
        event.problem = "origin or meta is missing";
        return event;
    }
    const ReceivedEvent header = event;
    switch (destination.format) {
        case SyslogFormat::rfc5424: take_text(syslog.text, !destination.enterprise_number, event); break;
        case SyslogFormat::cef: take_cef(syslog.text, event); break;
        case SyslogFormat::leef: take_leef(syslog.text, event); break;
        case SyslogFormat::json: take_ecs(read_ecs(syslog.text), event); break;
    }
    if (event.problem.empty() && !old_header && header.action != event.action) event.problem = "MSGID and text name two events";
    // Where MSG has all of it, the element is left out of a message that would be too long.
    const std::string element = fmt::format("sstp@{}", destination.enterprise_number.value_or(0));
    const bool expected = destination.format == SyslogFormat::rfc5424 || syslog.structured_data.contains(element);
    if (event.problem.empty() && !old_header && destination.enterprise_number && expected) {
        ReceivedEvent in_header = event;
        in_header.fields.clear();
        take_private_element(syslog, *destination.enterprise_number, in_header);
        event.problem = in_header.problem;
        if (destination.format == SyslogFormat::rfc5424) event.fields = std::move(in_header.fields);
    }
    return event;
}

std::string sorted_event_data(std::string_view text) {
    constexpr std::size_t kMost = 99;
    constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    std::vector<std::pair<std::string, std::string>> data;
    std::istringstream lines{std::string{text}};
    for (std::string line; std::getline(lines, line);) {
        if (!data.empty() && line.starts_with(' ')) {
            data.back().second += '\n' + line.substr(1);
            continue;
        }
        const std::size_t end = line.find_first_not_of(kNameCharacters);
        const bool named = end != std::string::npos && end > 0 && end <= 64 && line[end] == '=';
        std::string name = named ? line.substr(0, end) : std::string{};
        const auto is_it = [&](const auto& each) { return each.first == name; };
        if (!named || std::any_of(data.begin(), data.end(), is_it)) name = fmt::format("param{}", data.size() + 1);
        data.emplace_back(name, named ? line.substr(end + 1) : line);
    }
    data.resize(std::min(data.size(), kMost));
    std::map<std::string, std::string> sorted(data.begin(), data.end());
    std::string result;
    for (const auto& [name, value] : sorted) result += data_line(name, value);
    return result;
}

}  // namespace sstp::strict

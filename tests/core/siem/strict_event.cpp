#include "tests/core/siem/strict_event.h"

#include "core/model/ip_address.h"
#include "tests/core/siem/strict_event_texts.h"
#include "tests/core/siem/strict_syslog.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
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
    const auto origin = message.structured_data.find("origin");
    if (origin != message.structured_data.end() && origin->second.contains("ip")) event.addresses = origin->second.at("ip");
    for (const std::string& each : event.addresses) {
        if (!IpAddress::parse(each)) event.problem = "ip of origin is no address: " + each;
    }
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
        if (destination.profile == HttpsProfile::ocsf) {
            take_ocsf(read_ocsf(message), event);
            return event;
        }
        take_ecs(hec ? object.event : read_ecs(message), event);
        if (hec && event.problem.empty() && object.host != event.host) event.problem = "two hosts";
        if (!object.problem.empty()) event.problem = object.problem;
        return event;
    }
    if (destination.header == SyslogHeader::none) {
        switch (destination.format) {
            case SyslogFormat::json: take_ecs(read_ecs(message), event); break;
            case SyslogFormat::ocsf: take_ocsf(read_ocsf(message), event); break;
            default: take_leef(message, event);
        }
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
    if (destination.format != SyslogFormat::rfc5424) event.addresses.clear();
    switch (destination.format) {
        case SyslogFormat::rfc5424: take_text(syslog.text, !destination.enterprise_number, event); break;
        case SyslogFormat::cef: take_cef(syslog.text, event); break;
        case SyslogFormat::leef: take_leef(syslog.text, event); break;
        case SyslogFormat::json: take_ecs(read_ecs(syslog.text), event); break;
        case SyslogFormat::ocsf: take_ocsf(read_ocsf(syslog.text), event); break;
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

}  // namespace sstp::strict

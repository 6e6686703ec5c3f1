#include "core/siem/rfc5424.h"

#include "core/siem/host_name.h"
#include "core/siem/unicode.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::uint32_t kMostFacility = 23;
constexpr std::uint64_t kMostSequenceId = 2'147'483'647;   // section 7.3.1: it starts again with 1

std::string escaped(std::string_view text, std::string_view special) {
    std::string safe;
    safe.reserve(text.size());
    for (const char c : text) {
        if (special.find(c) != std::string_view::npos) safe += '\\';
        safe += c;
    }
    return safe;
}

/// Section 6.3.3: exactly `"`, `\` and `]` are escaped; control characters may trouble receivers.
std::string parameter(std::string_view name, std::string_view value) {
    return fmt::format(" {}=\"{}\"", name, escaped(single_line(value), "\"\\]"));
}

std::string structured_data(const MessageContent& content, std::optional<std::uint32_t> enterprise_number, Repeated repeated) {
    const std::string enterprise = enterprise_number ? std::to_string(*enterprise_number) : "";
    std::string data = "[origin";
    for (const AddressFamily family : kFamilies) {
        if (const std::string address = content.address(family); !address.empty()) data += parameter("ip", address);
    }
    if (enterprise_number) data += parameter("enterpriseId", enterprise);
    data += parameter("software", kProductName) + parameter("swVersion", content.version) + "]";
    const std::uint64_t sequence_id = content.sequence == 0 ? 1 : (content.sequence - 1) % kMostSequenceId + 1;
    data += "[meta" + parameter("sequenceId", std::to_string(sequence_id)) + "]";
    if (!enterprise_number || repeated == Repeated::left_out) return data;
    data += "[sstp@" + enterprise + parameter("id", content.id);
    for (const ContentField& field : content.fields) data += parameter(field.name, field.value);
    return data + "]";
}

std::string without_pairs(std::string sentence) {
    for (std::size_t at = 0; (at = sentence.find("=\"", at)) != std::string::npos;) sentence[at + 1] = '\'';
    return sentence;
}

}  // namespace

int priority(const MessageContent& content, std::uint32_t facility) noexcept {
    return static_cast<int>(std::min(facility, kMostFacility)) * 8 + syslog_number(content.severity);
}

std::string rfc5424_message(const MessageContent& content, std::uint32_t facility, std::optional<std::uint32_t> enterprise_number,
                            Repeated repeated, std::string_view text) {
    const std::string process = content.process_id == 0 ? "-" : std::to_string(content.process_id);
    return fmt::format("<{}>1 {} {} {} {} {} {} {}{}", priority(content, facility), to_rfc3339(content.time), header_host(content.computer),
                       kSourceName, process, content.entry->action(), structured_data(content, enterprise_number, repeated),
                       is_ascii(text) ? "" : kByteOrderMark, text);
}

std::string rfc5424_text(const MessageContent& content, bool fields) {
    std::string text = single_line(content.text);
    if (fields) text = without_pairs(std::move(text));
    if (fields) {
        for (const ContentField& field : content.fields)
            text += fmt::format(" {}=\"{}\"", field.name, escaped(single_line(field.value), "\"\\"));
    }
    return fmt::format("{}{}id={}", text, text.empty() ? "" : " ", content.id);
}

}  // namespace sstp

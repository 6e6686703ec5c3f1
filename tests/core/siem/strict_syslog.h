#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sstp::strict {

/// What a strict reader got out of a message, or the first rule that the message breaks (`problem` not empty).
struct SyslogMessage {
    std::string problem;
    int priority = -1;
    std::string timestamp, hostname, app_name, process_id, message_id;
    std::map<std::string, std::map<std::string, std::vector<std::string>>> structured_data;   ///< unescaped values
    bool has_byte_order_mark = false;
    std::string text;
};

/// RFC 5424 section 6, every rule that section 2 of facts/siem names.
SyslogMessage read_rfc5424(std::string_view message);
/// The header of RFC 3164 4.1 (`<PRI>Mmm dd hh:mm:ss host `), the rest as text.
SyslogMessage read_rfc3164(std::string_view message);

/// RFC 6587 3.4.1: octet counting. The frames, or nothing when the stream is not wholly made of them.
std::optional<std::vector<std::string>> split_octet_counted(std::string_view stream);

/// True for well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

}  // namespace sstp::strict

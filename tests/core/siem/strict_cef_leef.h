#pragma once

#include <map>
#include <string>
#include <string_view>

namespace sstp::strict {

/// What a strict reader got out of a CEF:0 or LEEF:2.0 text, or the first rule that it breaks (`problem` not empty).
struct KeyedMessage {
    std::string problem;
    std::string vendor, product, version, event_class, name, severity;   ///< LEEF has no name and no severity in its header
    std::map<std::string, std::string> fields;                           ///< unescaped
};

/// ArcSight CEF, revision 25: seven pipes, header escapes `|` and `\`, extension escapes `\`, `=`, CR and LF; ASCII only.
KeyedMessage read_cef(std::string_view text);
/// QRadar LEEF 2.0 with delimiter `^`: no escapes exist, so no value may contain the delimiter, CR or LF; ASCII only.
KeyedMessage read_leef(std::string_view text);

}  // namespace sstp::strict

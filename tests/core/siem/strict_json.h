#pragma once

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <string>
#include <string_view>

namespace sstp::strict {

/// What a strict reader got out of a JSON object, or the first rule that it breaks (`problem` not empty).
/// The object of a line, or why it is none: not JSON, not an object, a key twice, or not one line of ASCII.
nlohmann::json parse_line(std::string_view text, std::string& problem);

struct EcsObject {
    std::string problem;
    std::map<std::string, std::string> texts;      ///< string leaves by dotted path; an array's elements are joined with commas
    std::map<std::string, std::string> literals;   ///< numbers, true and false, as JSON spells them
};

/// Elastic Common Schema 8.11: ASCII, no line end, no key twice, every field of the type that the schema (or Winlogbeat's) gives it, the
/// closed lists of values, and nothing outside of the schema but `sstp_watchdog`.
EcsObject read_ecs(std::string_view json);

struct HecObject {
    std::string problem;
    std::string time, host, source, sourcetype;
    EcsObject event;
};

/// Splunk's HTTP Event Collector: an object with exactly these keys, `host` optional.
HecObject read_hec(std::string_view json);

}  // namespace sstp::strict

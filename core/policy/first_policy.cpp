#include "core/policy/first_policy.h"

#include "core/policy/read_policy.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace sstp {

namespace {

constexpr std::string_view kHeading =
    "// SSTP Watchdog: the policy of this server. Every key is optional, and what is not said here has its default: {} is complete.\n"
    "// Every key with its default and meaning: policy-reference.txt in the folder of the program.\n"
    "// What is in force, and why: sstp-watchdog policy show --origins\n"
    "// Try a change before you save it here: sstp-watchdog policy check FILE. This file is read again when it changes.\n";

using Json = nlohmann::ordered_json;

std::string quoted(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string quoted_list(const std::vector<std::string>& texts) {
    std::string list;
    for (const std::string& each : texts) list += (list.empty() ? "" : ", ") + quoted(each);
    return "[" + list + "]";
}

}  // namespace

Result<std::string> first_policy(const FirstPolicy& asked) {
    std::vector<std::string> members;
    if (!asked.mode.empty()) members.push_back(fmt::format(R"(  "mode": {})", quoted(asked.mode)));
    if (!asked.dns_names.empty()) members.push_back(fmt::format(R"(  "certificate": {{ "dns_names": {} }})", quoted_list(asked.dns_names)));
    if (!asked.siem_hosts.empty())
        members.push_back(fmt::format(R"(  "siem": {{ "destinations": [ {{ "hosts": {} }} ] }})", quoted_list(asked.siem_hosts)));
    std::string text = fmt::format("{}{{\n{}{}}}\n", kHeading, fmt::join(members, ",\n"), members.empty() ? "" : "\n");
    const PolicyReading reading = read_policy(text);
    if (reading.policy) return text;
    const PolicyProblem& first = reading.problems.front();
    return Error{ErrorKind::malformed, "write the first policy file", first.pointer, 0, first.sentence};
}

std::vector<std::string> split_list(std::string_view list) {
    constexpr std::string_view kSeparators = ",; \t\r\n";
    std::vector<std::string> entries;
    while (true) {
        const std::size_t start = list.find_first_not_of(kSeparators);
        if (start == std::string_view::npos) return entries;
        list.remove_prefix(start);
        const std::size_t end = std::min(list.find_first_of(kSeparators), list.size());
        entries.emplace_back(list.substr(0, end));
        list.remove_prefix(end);
    }
}

}  // namespace sstp

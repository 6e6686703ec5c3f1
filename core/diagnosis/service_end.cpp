#include "core/diagnosis/service_end.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

struct CodeText {
    std::uint32_t code;
    const char* text;
};
// Microsoft, System Error Codes: those with which RemoteAccess has been seen to end.
constexpr CodeText kTexts[] = {
    {5, "Access is denied"},
    {13, "The data is invalid"},
    {87, "The parameter is incorrect"},
    {183, "The file or record already exists"},
    {1053, "The service did not respond in time"},
    {1058, "The service is disabled"},
    {1067, "The process terminated unexpectedly"},
    {1068, "The dependency service or group failed to start"},
    {1069, "The service did not start due to a logon failure"},
    {1070, "The service hung on starting"},
    {1075, "The dependency service does not exist"},
    {1168, "Element not found"},
    {1312, "The private key cannot be used"},
};

}  // namespace

std::uint32_t end_code(const ServiceStatus& status) {
    constexpr std::uint32_t kServiceSpecific = 1066;  // ERROR_SERVICE_SPECIFIC_ERROR
    return status.exit_code == kServiceSpecific ? status.specific_exit_code : status.exit_code;
}

std::string describe_end(const ServiceStatus& status) {
    const std::uint32_t code = end_code(status);
    const auto* known = std::find_if(std::begin(kTexts), std::end(kTexts), [=](const CodeText& each) { return each.code == code; });
    return known == std::end(kTexts) ? fmt::format("error {}", code) : fmt::format("error {} ({})", code, known->text);
}

bool ended_for_a_certificate(const ServiceStatus& rras, const Memory& memory) {
    if (!rras.failed()) return false;
    // In the start that failed: one that ran in spite of a complaint (event 13 at each start, with IPv6 off) has another reason to end.
    const auto is_of_that_start = [&](const Complaint& each) { return !memory.last_start || each.at > memory.last_start->latest; };
    if (std::any_of(memory.complaints.begin(), memory.complaints.end(), is_of_that_start)) return true;
    const std::uint32_t code = end_code(rras);
    return code == 87 || code == 183 || code == 1168 || code == 1312;
}

std::string disabled_dependency(const ServerState& state) {
    for (const char* name : {kSstpSvc, "RasMan"}) {
        const ServiceStatus* status = state.service(name);
        if (status && status->start_type == StartType::disabled) return name;
    }
    return {};
}

}  // namespace sstp

#include "core/siem/rfc3164.h"

#include "core/siem/host_name.h"
#include "core/siem/rfc5424.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// `local`: civil time of this machine, written as if it were UTC.
std::string timestamp(WallTime local) {
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{local - day};
    return fmt::format("{} {:2} {:02}:{:02}:{:02}", kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace

std::string rfc3164_message(const MessageContent& content, std::uint32_t facility, std::string_view text) {
    std::string host = header_host(content.computer);
    std::replace(host.begin(), host.end(), ':', '-');
    return fmt::format("<{}>{} {} {}", priority(content, facility), timestamp(content.time + content.local_offset), host, text);
}

}  // namespace sstp

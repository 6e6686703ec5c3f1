#include "core/siem/framing.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

std::string framed(std::string_view message, SyslogFraming framing) {
    if (framing == SyslogFraming::octet_counting) return fmt::format("{} {}", message.size(), message);
    std::string line(message);
    std::replace_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\0'; }, ' ');
    return line + '\n';
}

}  // namespace sstp

#pragma once

#include "core/model/observed.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sstp {

/// The values under HKLM\\SOFTWARE\\Policies\\SSTP Watchdog as they stand, besides `Mode` (kill_switch.h). Each replaces the file's
/// value; lists are never merged. Absent: not set. A value of another registry type is Unreadable with ErrorKind::malformed.
struct GroupPolicyValues {
    Observed<std::vector<std::string>> dns_names = Absent{};    ///< REG_MULTI_SZ DnsNames
    Observed<std::vector<std::string>> siem_hosts = Absent{};   ///< REG_MULTI_SZ SiemHosts
    Observed<std::string> issuer = Absent{};                    ///< REG_SZ
    Observed<std::string> thumbprint = Absent{};
    Observed<std::string> ca = Absent{};
    Observed<std::string> window = Absent{};                    ///< REG_SZ, `sat,sun 02:00 3h`
    Observed<std::uint32_t> restarts_per_day = Absent{};        ///< REG_DWORD
    friend bool operator==(const GroupPolicyValues&, const GroupPolicyValues&) = default;
};

class GroupPolicy {
public:
    virtual ~GroupPolicy() = default;
    virtual GroupPolicyValues read() = 0;
};

}  // namespace sstp

#pragma once

#include "core/model/ip_address.h"
#include "core/ports/event_log.h"

#include <cstdint>
#include <optional>

namespace sstp {

/// What HttpEvent 15021 says: HTTP.SYS could not use the TLS settings of an endpoint for a client that came. The one event that
/// tells of a lost key while RRAS runs (facts: rras-sstp section 1).
struct SslFailure {
    IpAddress address;                     ///< of the endpoint; a wildcard stands for every address of its family
    std::uint16_t port = 0;
    /// NTSTATUS; nothing when the record holds none. 0xC000005F, STATUS_NO_SUCH_LOGON_SESSION: no usable private key.
    std::optional<std::uint32_t> status;
    friend bool operator==(const SslFailure&, const SslFailure&) = default;
};
inline constexpr std::uint32_t kNoUsableKey = 0xC000005F;

/// Nothing for every other event, and for a record whose endpoint cannot be read. A failure at our port calls for a look at
/// once, in which the keys are asked anew; it is a hint like every event, and decides nothing.
std::optional<SslFailure> ssl_failure(const LogEvent& event);

}  // namespace sstp

#pragma once

#include "core/model/journal.h"
#include "core/model/policy.h"
#include "core/ports/siem_transport.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sstp {

/// Who speaks: the same for every event of one process.
struct Sender {
    std::string installation_id;        ///< 32 hex digits
    std::string computer;               ///< host name, UTF-8, whatever it is
    std::string version;                ///< of the product
    std::uint32_t process_id = 0;
};

/// What we are called wherever a format names vendor and product. Never changes: receivers' rules rest on it.
inline constexpr std::string_view kProductName = "SSTP Watchdog";
/// APP-NAME, ECS `event.provider`, HEC `source`: the event source in the Event Log has the same name.
inline constexpr std::string_view kSourceName = "SstpWatchdog";

/// Octets of a UDP datagram (RFC 5426 section 3.2: 1180 for IPv6, with room for tunnels).
inline constexpr std::size_t kLargestDatagram = 1180;
/// Octets of a message in a stream, without its frame: what a receiver should take (RFC 5425 section 4.3.1). rsyslog cuts longer ones
/// in two unless told otherwise.
inline constexpr std::size_t kLargestStreamMessage = 8192;
/// Octets of one event in the body of an HTTPS request: far below what receivers take, far above what Windows logs.
inline constexpr std::size_t kLargestObject = 100'000;

/// One event in the destination's format, without framing. Never fails, whatever the event holds: what a format cannot
/// carry is escaped or replaced as its rules say. `most_bytes`: 0, or the limit to which the longest text fields are shortened and
/// marked (at least 1,000: the parts that every message has fit into that).
std::string render_message(const SiemDestination& destination, const JournalEvent& event, const Sender& sender, std::size_t most_bytes = 0);

/// A batch as the destination's transport takes it: framed, in datagrams, or as the parts of a body; each within its limit above.
Payload render_payload(const SiemDestination& destination, std::span<const JournalEvent> events, const Sender& sender);

}  // namespace sstp

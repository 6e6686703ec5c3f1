#pragma once

#include "core/policy/policy.h"
#include "core/ports/siem_transport.h"
#include "core/record/journal.h"

#include <cstdint>
#include <span>
#include <string>

namespace sstp {

/// Who speaks: the same for every event of one process.
struct Sender {
    std::string installation_id;        ///< 32 hex digits
    std::string computer;               ///< host name, UTF-8, whatever it is
    std::string version;                ///< of the product
    std::uint32_t process_id = 0;
};

/// A UDP datagram stays below this (RFC 5426 section 3.2; room for IPv6 and tunnels).
inline constexpr std::size_t kLargestDatagram = 1180;

/// One event in the destination's format, without framing. Never fails, whatever the event holds: what a format cannot
/// carry is escaped or replaced as its rules say. `most_bytes`: 0, or the limit under which the longest text fields are shortened and
/// marked.
std::string render_message(const SiemDestination& destination, const JournalEvent& event, const Sender& sender, std::size_t most_bytes = 0);

/// A batch as the destination's transport takes it: framed, in datagrams, or as the parts of a body.
Payload render_payload(const SiemDestination& destination, std::span<const JournalEvent> events, const Sender& sender);

}  // namespace sstp

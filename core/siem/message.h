#pragma once

#include "core/model/ip_address.h"
#include "core/model/journal.h"
#include "core/model/policy.h"
#include "core/model/utc_offset.h"
#include "core/ports/siem_transport.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// Who speaks: the same for every event of one process.
struct Sender {
    std::string installation_id;        ///< 32 hex digits
    std::string computer;               ///< host name, UTF-8, whatever it is
    std::string version;                ///< of the product
    std::uint32_t process_id = 0;
    std::function<UtcOffset(WallTime)> local_offset = {};   ///< this machine's civil time (Clock::local_offset); empty: UTC
    std::function<std::vector<IpAddress>()> addresses =
        {};   ///< its addresses now (Machine::addresses), asked once a batch; empty: not known
};

/// What we are called wherever a format names vendor and product. Never changes: receivers' rules rest on it.
inline constexpr std::string_view kProductName = "SSTP Watchdog";
/// APP-NAME, ECS `event.provider`, HEC `source`: the event source in the Event Log has the same name.
inline constexpr std::string_view kSourceName = "SstpWatchdog";

/// Octets of one event in the body of an HTTPS request: far below what receivers take, far above what Windows logs.
inline constexpr std::size_t kLargestObject = 100'000;

/// One event in the destination's format, without framing. Never fails, whatever the event holds: what a format cannot
/// carry is escaped or replaced as its rules say. `most_bytes`: 0, or the limit to which the longest text fields are shortened and
/// marked (at least 1,000: the parts that every message has fit into that).
std::string render_message(const SiemDestination& destination, const JournalEvent& event, const Sender& sender, std::size_t most_bytes = 0);

/// Octets of a batch: what reverse proxies and receivers take of one request by default (nginx, client_max_body_size).
inline constexpr std::size_t kLargestBatch = 1'000'000;

/// A batch as the destination's transport takes it: framed, in datagrams, or as the parts of a body; each within its limit. Only as many
/// of the first events as make a batch of that size, one at least.
Payload render_payload(const SiemDestination& destination, std::span<const JournalEvent> events, const Sender& sender);

}  // namespace sstp

#pragma once

#include "core/siem/message_content.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sstp {

/// The version of the Elastic Common Schema that the object follows.
inline constexpr std::string_view kEcsVersion = "8.11.0";

/// One JSON object in ASCII, without a line end in it. Values have the type of their field in every event; what is not of that type is
/// text under `sstp_watchdog.unparsed`, so that a receiver never rejects an event for its type. `facility`: syslog's, 0 to 23.
/// Without `repeats` what other fields tell too is left out: log.syslog, related.hash, agent.id (the first half of event.id).
std::string ecs_json(const MessageContent& content, std::uint32_t facility, bool repeats = true);

}  // namespace sstp

#pragma once

#include "core/siem/message_content.h"

#include <cstdint>
#include <string>

namespace sstp {

/// One object for Splunk's HTTP Event Collector, `{"time":…,"host":…,"source":…,"sourcetype":…,"event":{…}}`, the event as ecs_json
/// has it. A request holds several one behind the other (Splunk, "Format events for HTTP Event Collector").
std::string hec_object(const MessageContent& content, std::uint32_t facility);

}  // namespace sstp

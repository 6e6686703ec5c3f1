#pragma once

#include "core/model/result.h"
#include "core/ports/event_log.h"

#include <string_view>

namespace sstp {

/// Reads one record of the event log as EvtRender(EvtRenderEventXml) gives it, in UTF-8. Insertion strings are the
/// `Data` elements of `EventData` in order with their names, or the texts of `UserData`, named by their elements, where a
/// provider has its own schema. Source: Microsoft, "Event Schema". Errors: malformed (no XML, over 1 MiB, nested deeper than
/// 32, or without provider, id, channel, record id or time).
Result<LogEvent> parse_event_xml(std::string_view xml);

}  // namespace sstp

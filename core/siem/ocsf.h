#pragma once

#include "core/siem/message_content.h"

#include <string>
#include <string_view>

namespace sstp {

/// The version of the Open Cybersecurity Schema Framework that the object follows. Receivers know the older ones longest.
inline constexpr std::string_view kOcsfVersion = "1.3.0";

/// One JSON object in ASCII, without a line end in it. What opens or ends a trouble is a Detection Finding (2004) with a uid that stays the
/// same from Create to Close; what changes the server a Device Config State Change (5019); all else is told of the watchdog itself, an
/// Application Lifecycle (6002). Fields that the schema has no place for are under `unmapped`, by the catalogue's names and with the type
/// of their kind. Without `repeats` what other attributes tell too, or nobody searches for, is left out: names of numbers, observables, the
/// analytic, versions, the source.
std::string ocsf_json(const MessageContent& content, bool repeats = true);

}  // namespace sstp

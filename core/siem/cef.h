#pragma once

#include "core/siem/message_content.h"

#include <string>
#include <string_view>

namespace sstp {

/// `CEF:0|…` (ArcSight Common Event Format, revision 25), printable ASCII: see ascii_value for what becomes of other characters; CR and
/// LF are `\r` and `\n`, other control characters a blank. Values are bounded as CEF's dictionary says, shortened and marked.
std::string cef_text(const MessageContent& content);

/// The key of a field that the dictionary has none for, in the form that it asks for: `heal_id` is `SstpWatchdogHealId`.
std::string own_cef_key(std::string_view field);

/// The value of a field in an ASCII format: host names as A-labels, other characters as `\uXXXX`.
std::string ascii_value(const ContentField& field);

}  // namespace sstp

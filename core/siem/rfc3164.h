#pragma once

#include "core/siem/message_content.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sstp {

/// `<PRI>Mmm dd hh:mm:ss host ` and `text` behind it (RFC 3164 section 4.1, without a tag, as readers of CEF and LEEF want it). The
/// time is this machine's civil time, summer time included (4.1.2: "the local time"): receivers add their own zone. The host is a name,
/// never an IPv6 address.
std::string rfc3164_message(const MessageContent& content, std::uint32_t facility, std::string_view text);

}  // namespace sstp

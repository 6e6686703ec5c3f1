#pragma once

#include "core/siem/message_content.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sstp {

/// What a message says twice: in the private element, and in ECS under names for searches.
enum class Repeated : std::uint8_t { sent, left_out };

/// `<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA ` and `text` behind it (RFC 5424 section 6), with a byte order mark
/// only when `text` is not ASCII. `origin` and `meta` are always there; `sstp@<enterprise number>` carries the fields and the id when
/// there is a number and it is not to be left out.
std::string rfc5424_message(const MessageContent& content, std::uint32_t facility, std::optional<std::uint32_t> enterprise_number,
                            Repeated repeated, std::string_view text);

/// MSG of the format of that name: the sentence, and at its end `id=…`. With `fields`, for a destination without a private
/// structured data element, ` name="value"` for each stands between, `"` and `\` escaped with `\`; in the sentence `="` then
/// becomes `='`, so that nothing in it reads like a field.
std::string rfc5424_text(const MessageContent& content, bool fields);

/// PRI: facility times eight plus severity.
int priority(const MessageContent& content, std::uint32_t facility) noexcept;

}  // namespace sstp

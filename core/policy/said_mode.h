#pragma once

#include "core/policy/json_document.h"
#include "core/policy/read_policy.h"

namespace sstp {

// For the files of this folder alone.

/// What `document`, a file that may be invalid, says of the mode; nothing: it could not be parsed.
SaidMode said_mode(const std::optional<JsonValue>& document);

}  // namespace sstp

#pragma once

#include "core/siem/message_content.h"

#include <string>

namespace sstp {

/// `LEEF:2.0|…|^|` and attributes between carets (IBM QRadar, Log Event Extended Format), printable ASCII: other characters as
/// `\uXXXX`, host names as A-labels. No escape exists: the delimiter and control characters become blanks, `|` in the header `_`.
/// Fields have the catalogue's names.
std::string leef_text(const MessageContent& content);

}  // namespace sstp

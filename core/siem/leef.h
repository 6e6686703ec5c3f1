#pragma once

#include "core/siem/message_content.h"

#include <string>

namespace sstp {

/// `LEEF:2.0|…|^|` and attributes between carets (IBM QRadar, Log Event Extended Format), printable ASCII: other characters as
/// `\uXXXX`, host names as A-labels. No escape exists: the delimiter and control characters become blanks, `|` in the header `_`.
/// Attributes that IBM has predefined are used where one says what a field says (cat, devTime, sev, identSrc, identHostName, usrName,
/// domain); other fields have the catalogue's names, none of which IBM gives another meaning.
std::string leef_text(const MessageContent& content);

}  // namespace sstp

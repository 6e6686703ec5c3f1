#pragma once

#include "core/model/observed.h"
#include "core/model/sstp_settings.h"

#include <string>
#include <vector>

namespace sstp {

/// The texts of a REG_MULTI_SZ in UTF-16LE, empty ones left out. Unreadable (malformed) when the type is another one, or a text is
/// not well-formed. `name`: of the value, for the message.
Observed<std::vector<std::string>> decode_texts(const Observed<RawValue>& raw, const std::string& name);
/// The same for a REG_SZ and a REG_DWORD: what is there and is something else is Unreadable (malformed), not Absent.
Observed<std::string> decode_one_text(const Observed<RawValue>& raw, const std::string& name);
Observed<std::uint32_t> decode_number(const Observed<RawValue>& raw, const std::string& name);

}  // namespace sstp

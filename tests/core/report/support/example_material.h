#pragma once

#include "core/report/support/bundle.h"

namespace sstp::example {

/// Thumbprint of a certificate that only an old event, and the log, name.
inline constexpr char kGone[] = "0A1B2C3D4E5F60718293A4B5C6D7E8F901234567";

/// Of a server of contoso.com, whose name, and whatever belongs to it, stands wherever a text can stand.
SupportMaterial support_material();

}  // namespace sstp::example

#pragma once

#include "service/windows/portable/cipher_list.h"

#include <optional>

namespace sstp {

/// Which keys the machine's list of TLS cipher suites serves: Group Policy's list where there is one, else the local one. It is what
/// is configured; Schannel takes another list at the next boot. Nothing when it cannot be read.
/// Source: Microsoft, BCryptEnumContextFunctions (context "SSL").
std::optional<ServedKeys> keys_that_ciphers_serve();

}  // namespace sstp

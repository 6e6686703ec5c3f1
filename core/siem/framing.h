#pragma once

#include "core/model/policy.h"

#include <string>
#include <string_view>

namespace sstp {

/// A message in a stream (RFC 6587): `LENGTH message` with octet counting; with `lf` the message and a line feed, and a blank for each
/// CR, LF and NUL inside, which such a stream cannot carry.
std::string framed(std::string_view message, SyslogFraming framing);

}  // namespace sstp

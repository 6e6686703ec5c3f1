#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sstp {

/// A label in Punycode, without `xn--` (RFC 3492). Nothing when it cannot be encoded.
std::optional<std::string> punycode(std::u32string_view label);

/// A DNS name with every label that is not ASCII as an A-label (RFC 5890): `vpn.müller.example` is `vpn.xn--mller-kva.example`.
/// No mapping beforehand (upper to lower case, composition: RFC 5891 leaves it to whoever made the name) but for ASCII letters in
/// such a label. A name that has a label that cannot be one (over 63 octets, or with a blank) stays as it is. `name` is valid UTF-8.
std::string to_a_labels(std::string_view name);

/// A host name for a syslog header: A-labels, printable ASCII, at most 255 octets; what is left over is `-`. Without a name: `-`, as
/// RFC 5424 says "unknown".
std::string header_host(std::string_view name);

}  // namespace sstp

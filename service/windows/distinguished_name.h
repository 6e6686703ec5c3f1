#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// One attribute of a distinguished name.
struct NameAttribute {
    std::string oid;    ///< dotted
    std::string value;  ///< UTF-8; of an attribute that is no text: `#` and the hex of its encoding
    bool is_text = true;
};

/// A relative distinguished name: nearly always one attribute.
using RelativeName = std::vector<NameAttribute>;
/// In the order of the certificate: the country first, the common name last.
using DistinguishedName = std::vector<RelativeName>;

/// RFC 4514: last one first, `CN=vpn.example.com,O=Example\, Inc.,C=DE`. Attributes that the RFC does not name are written as
/// OpenSSL and LDAP directories do (`emailAddress`, `serialNumber`), unknown ones as their dotted number.
std::string to_rfc4514(const DistinguishedName& name);

/// The most specific common name; empty when there is none.
std::string common_name(const DistinguishedName& name);

}  // namespace sstp

#pragma once

#include "core/model/digest.h"

#include <initializer_list>
#include <vector>

namespace sstp::contracts {

/// DER of one value: tag, length, content.
inline Bytes der(std::uint8_t tag, const Bytes& content) {
    Bytes bytes{tag};
    if (content.size() < 0x80) {
        bytes.push_back(static_cast<std::uint8_t>(content.size()));
    } else {
        bytes.insert(bytes.end(), {0x82, static_cast<std::uint8_t>(content.size() >> 8), static_cast<std::uint8_t>(content.size())});
    }
    bytes.insert(bytes.end(), content.begin(), content.end());
    return bytes;
}
inline Bytes der(std::uint8_t tag, const std::vector<Bytes>& parts) {
    Bytes content;
    for (const Bytes& part : parts) content.insert(content.end(), part.begin(), part.end());
    return der(tag, content);
}

/// Usages of a trust list: szOID_ROOT_LIST_SIGNER, szOID_DISALLOWED_LIST.
inline const Bytes kRootListSigner = *from_hex("060A2B0601040182370A0309");
inline const Bytes kDisallowedList = *from_hex("060A2B0601040182370A031E");

/// The list as authroot.stl has it, in the order of Windows: usage, sequence number, date, algorithm, subjects with attributes.
inline Bytes trust_list(const Bytes& usage, const std::vector<Thumbprint>& roots) {
    const Bytes attribute = der(0x30, {*from_hex("060A2B0601040182370A0B69"), der(0x31, {der(0x04, Bytes{0x30, 0x00})})});
    std::vector<Bytes> subjects;
    for (const Thumbprint& root : roots) subjects.push_back(der(0x30, {der(0x04, root.to_vector()), der(0x31, {attribute})}));
    return der(0x30, {der(0x30, {usage}), *from_hex("02091401DBDEE7F1A4F449"), *from_hex("170D3235303631363137353631315A"),
                      *from_hex("300906052B0E03021A0500"), der(0x30, subjects)});
}

/// Its PKCS #7 wrapping, without a signature.
inline Bytes in_message(const Bytes& content) {
    const Bytes signed_data = der(0x30, {*from_hex("020101"), der(0x31, {*from_hex("300906052B0E03021A0500")}),
                                         der(0x30, {*from_hex("06092B0601040182370A01"), der(0xA0, {content})})});
    return der(0x30, {*from_hex("06092A864886F70D010702"), der(0xA0, {signed_data})});
}

inline Bytes encoded_trust_list(const std::vector<Thumbprint>& roots) { return in_message(trust_list(kRootListSigner, roots)); }

}  // namespace sstp::contracts

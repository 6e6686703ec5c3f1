#include "service/windows/portable/root_programme.h"

#include "service/windows/portable/der.h"

#include <array>

namespace sstp {

namespace {

/// 1.2.840.113549.1.7.2, PKCS #7 SignedData.
constexpr std::array<std::uint8_t, 9> kSignedData{0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02};
/// 1.3.6.1.4.1.311.10.1, szOID_CTL.
constexpr std::array<std::uint8_t, 9> kTrustList{0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0A, 0x01};
/// 1.3.6.1.4.1.311.10.3.9, szOID_ROOT_LIST_SIGNER: what a list of trusted roots is for, and a list of distrusted ones is not.
constexpr std::array<std::uint8_t, 10> kRootListSigner{0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0A, 0x03, 0x09};

/// The bytes of the list itself, out of its PKCS #7 wrapping.
std::optional<DerValue> list_in(std::span<const std::uint8_t> signed_data) {
    const auto message = DerReader{signed_data}.next(DerValue::kSequence);
    if (!message) return std::nullopt;
    DerReader parts{message->content};
    const auto type = parts.next(DerValue::kOid);
    const auto wrapped = parts.next(DerValue::kExplicit0);
    if (!type || !type->is_oid(kSignedData) || !wrapped) return std::nullopt;
    const auto inner = DerReader{wrapped->content}.next(DerValue::kSequence);
    if (!inner) return std::nullopt;
    DerReader fields{inner->content};
    if (!fields.next(DerValue::kInteger) || !fields.next(DerValue::kSet)) return std::nullopt;
    const auto content = fields.next(DerValue::kSequence);
    if (!content) return std::nullopt;
    DerReader content_parts{content->content};
    const auto content_type = content_parts.next(DerValue::kOid);
    const auto list = content_parts.next(DerValue::kExplicit0);
    if (!content_type || !content_type->is_oid(kTrustList) || !list) return std::nullopt;
    DerReader value{list->content};
    // PKCS #7 has the list as it is, CMS would have it in an octet string.
    if (const auto octets = value.next(DerValue::kOctets)) return DerReader{octets->content}.next(DerValue::kSequence);
    return value.next(DerValue::kSequence);
}

bool is_for_roots(const DerValue& usages) {
    DerReader each{usages.content};
    while (const auto usage = each.next()) {
        if (usage->is_oid(kRootListSigner)) return true;
    }
    return false;
}

}  // namespace

std::optional<std::set<Thumbprint>> roots_of_programme(std::span<const std::uint8_t> encoded_ctl) {
    const auto list = list_in(encoded_ctl);
    if (!list) return std::nullopt;
    DerReader fields{list->content};
    fields.next(DerValue::kInteger);   // version, which is left out while it is 1
    const auto usages = fields.next(DerValue::kSequence);
    if (!usages || !is_for_roots(*usages)) return std::nullopt;
    // Identifier, sequence number and dates lie in front of the next sequence, which is the algorithm of the identifiers.
    std::optional<DerValue> algorithm;
    while (!algorithm) {
        algorithm = fields.next(DerValue::kSequence);
        if (!algorithm && !fields.next()) return std::nullopt;
    }
    const auto subjects = fields.next(DerValue::kSequence);
    std::set<Thumbprint> roots;
    if (!subjects) return roots;
    DerReader each{subjects->content};
    while (const auto subject = each.next(DerValue::kSequence)) {
        const auto identifier = DerReader{subject->content}.next(DerValue::kOctets);
        const auto thumbprint = identifier ? Thumbprint::from_bytes(identifier->content) : std::nullopt;
        if (thumbprint) roots.insert(*thumbprint);
    }
    if (!each.at_end()) return std::nullopt;
    return roots;
}

}  // namespace sstp

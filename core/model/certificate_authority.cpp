#include "core/model/certificate_authority.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

bool same_issuing_ca(const CertificateAuthority& left, const CertificateAuthority& right) {
    return left.issuer == right.issuer && left.issuer_key && right.issuer_key && *left.issuer_key == *right.issuer_key;
}

bool same_root(const ChainRoot& left, const ChainRoot& right) {
    return left.subject == right.subject && left.public_key == right.public_key;
}

}  // namespace

const char* word(CaKind kind) noexcept {
    switch (kind) {
        case CaKind::unknown: return "unknown";
        case CaKind::public_root: return "public";
        case CaKind::private_root: return "private";
        case CaKind::self_signed: return "self_signed";
    }
    return "unknown";
}

CertificateAuthority authority_of(const Certificate& certificate) {
    CertificateAuthority authority;
    authority.issuer = certificate.issuer;
    authority.issuer_key = certificate.issuer_key;
    if (certificate.self_signed) {
        authority.kind = CaKind::self_signed;
        authority.self = certificate.hash;
        return authority;
    }
    if (certificate.roots.empty()) return authority;
    const bool is_public =
        std::any_of(certificate.roots.begin(), certificate.roots.end(), [](const ChainRoot& root) { return root.in_root_programme; });
    authority.kind = is_public ? CaKind::public_root : CaKind::private_root;
    if (!is_public) authority.roots = certificate.roots;
    return authority;
}

bool is_same_ca(const CertificateAuthority& known, const CertificateAuthority& other) {
    if (known.kind == CaKind::self_signed || other.kind == CaKind::self_signed) return known.self && known.self == other.self;
    if (known.kind == CaKind::unknown || other.kind == CaKind::unknown) return same_issuing_ca(known, other);
    if (known.kind != other.kind) return false;
    if (known.kind == CaKind::public_root) return true;
    return std::any_of(known.roots.begin(), known.roots.end(), [&](const ChainRoot& root) {
        return std::any_of(other.roots.begin(), other.roots.end(), [&](const ChainRoot& each) { return same_root(root, each); });
    });
}

std::string describe(const CertificateAuthority& authority) {
    switch (authority.kind) {
        case CaKind::public_root: return "a public CA";
        case CaKind::private_root: return fmt::format("the private CA {}", authority.roots.front().subject);
        case CaKind::self_signed: return "itself (self-signed)";
        case CaKind::unknown: break;
    }
    return fmt::format("a CA that is unknown here (issuer {})", authority.issuer.empty() ? "not named" : authority.issuer);
}

}  // namespace sstp

#pragma once

#include "core/model/certificate.h"
#include "service/windows/crypto_handles.h"
#include "service/windows/distinguished_name.h"

#include <optional>
#include <string>

namespace sstp {

/// Everything of a certificate but its key's state and its chain: what its bytes and its properties say, of one in a store as of
/// one from the wire. Nothing when it cannot be parsed. Source: Microsoft, CERT_INFO, CertGetEnhancedKeyUsage,
/// CryptDecodeObjectEx.
std::optional<Certificate> read_certificate(PCCERT_CONTEXT context);

/// The name behind an encoded subject or issuer; nothing when it cannot be decoded.
std::optional<DistinguishedName> read_name(const CERT_NAME_BLOB& encoded);

/// Whether CERT_ARCHIVED_PROP_ID is set.
bool is_archived(PCCERT_CONTEXT context) noexcept;

/// Whether it names itself as its issuer and its signature was made with its own key.
bool is_self_signed(PCCERT_CONTEXT context) noexcept;

/// Whether `issuer` bears the name that `certificate` has as its issuer's, and its key made the signature.
bool is_issued_by(PCCERT_CONTEXT certificate, PCCERT_CONTEXT issuer) noexcept;

/// SHA-1 of the encoding; nothing when it cannot be computed.
std::optional<Thumbprint> thumbprint_in(PCCERT_CONTEXT context);
/// SHA-256 of the SubjectPublicKeyInfo.
std::optional<PublicKeyHash> public_key_hash(PCCERT_CONTEXT context);

/// The properties on which `read_certificate` and `judge_key` rest besides the encoding, as bytes to compare: where they are the
/// same, so is what was read.
std::wstring properties_in(PCCERT_CONTEXT context);

}  // namespace sstp

#pragma once

#include "core/model/certificate.h"
#include "service/windows/crypto_handles.h"
#include "service/windows/distinguished_name.h"

#include <optional>

namespace sstp {

/// Everything of a certificate but its key's state and its chain: what its bytes and its properties say. Nothing when it
/// cannot be parsed. Source: Microsoft, CERT_INFO, CertGetEnhancedKeyUsage, CryptDecodeObjectEx.
std::optional<Certificate> read_certificate(PCCERT_CONTEXT context);

/// The name behind an encoded subject or issuer; nothing when it cannot be decoded.
std::optional<DistinguishedName> read_name(const CERT_NAME_BLOB& encoded);

/// Whether CERT_ARCHIVED_PROP_ID is set.
bool is_archived(PCCERT_CONTEXT context) noexcept;

}  // namespace sstp

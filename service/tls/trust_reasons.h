#pragma once

#include "core/model/time.h"
#include "service/windows/crypto_handles.h"

#include <string>
#include <vector>

namespace sstp {

/// What the judgement on a server's certificate needs, owned: it may outlive its caller's patience (`beside`).
struct TrustCase {
    UniqueCertificateContext shown;
    UniqueStore roots;  ///< of the ca_file; empty: the machine's count
    std::string host;
    std::string ca_file;
    Duration patience{};
};

/// What speaks against the certificate, each a half sentence for an administrator, by this chain; nothing: it is trusted. With roots of a
/// ca_file the chain must end in one of them.
std::vector<std::string> reasons_against(PCCERT_CHAIN_CONTEXT chain, const TrustCase& asked);

/// The chain ends in a root that signed itself and is, byte for byte, one of `roots`.
bool ends_in(HCERTSTORE roots, PCCERT_CHAIN_CONTEXT chain);

/// As RFC 4514 writes it.
std::string name_in_words(const CERT_NAME_BLOB& encoded);

}  // namespace sstp

#pragma once

#include "core/model/certificate.h"
#include "core/model/observed.h"
#include "core/model/policy.h"
#include "service/windows/crypto_handles.h"

namespace sstp {

/// Where revocation information may come from.
enum class RevocationSource : std::uint8_t {
    none,    ///< not looked at
    cache,   ///< what this machine already has; never the network
    online,  ///< CRLs and OCSP, within the time limit
};

/// What the chain engine says of a TLS server's certificate, without the leaf's own dates, name and purposes: those are
/// checks of ours. A leaf that is not for TLS servers in so many words (any purpose, or another one) is not asked whether
/// its issuers allow that.
/// Unreadable when the engine itself fails. Source: Microsoft, CertGetCertificateChain, CertVerifyCertificateChainPolicy
/// (CERT_CHAIN_POLICY_SSL).
Observed<ChainVerdict> judge_chain(PCCERT_CONTEXT context, const Certificate& certificate, RevocationSource revocation, Duration timeout);

}  // namespace sstp

#pragma once

#include "core/model/certificate.h"
#include "core/model/observed.h"
#include "core/model/policy.h"
#include "service/windows/crypto_handles.h"
#include "service/windows/portable/chain_paths.h"
#include "service/windows/root_programme_registry.h"

#include <vector>

namespace sstp {

struct ChainQuestion {
    RevocationPolicy revocation = RevocationPolicy::best_effort;
    /// False: only what this machine has, issuers, roots and revocation alike. True: missing issuers, roots of the root programme
    /// and, unless `revocation` is off, CRLs and OCSP are fetched, `timeout` for each.
    bool network = false;
    Duration timeout{};
    HCERTSTORE also_from = nullptr;   ///< certificates that came along with it, besides the machine's stores
};

struct ChainAnswer {
    /// Unreadable when the engine itself fails.
    Observed<ChainVerdict> verdict = Absent{};
    std::vector<ChainPath> paths;     ///< every one that was found, the engine's favourite first
};

/// What the chain engine says of a TLS server's certificate, without the leaf's own dates, name and purposes: those are checks of
/// ours. A leaf that is not for TLS servers in so many words (any purpose, or another one) is not asked whether its issuers allow
/// that. Waits for the network where it is asked, and then for longer than `timeout`, which bounds one retrieval.
/// Source: Microsoft, CertGetCertificateChain, CertVerifyCertificateChainPolicy (CERT_CHAIN_POLICY_SSL).
ChainAnswer ask_chain_engine(PCCERT_CONTEXT context, const Certificate& certificate, const ChainQuestion& question,
                             const RootProgramme& programme);

}  // namespace sstp

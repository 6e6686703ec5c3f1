#pragma once

#include "core/model/certificate.h"
#include "core/model/server_state.h"

#include <cstdint>
#include <optional>

namespace sstp::simulated {

/// What clients outside say of a certificate's trust, whatever this machine thinks of it.
enum class Outside : std::uint8_t { by_its_root, accepted, not_trusted, revoked };

/// A certificate in a store of this machine.
struct StoredCertificate {
    Certificate certificate;   ///< `chain` is the verdict that the engine would give with revocation looked at
    /// Whether HTTP.SYS can use its key. Nothing: as `certificate.key` says. Yes with KeyState::unknown: an HSM that answers HTTP.SYS
    /// and not us. No with KeyState::usable: HTTP.SYS answers 1312 all the same.
    std::optional<bool> http_sys_uses_key;
    SentChain sent_chain = SentChain::complete;   ///< what clients get with it, from the intermediates in SYSTEM's stores
    Outside outside = Outside::by_its_root;
    Duration added{0};         ///< World::elapsed when it came

    [[nodiscard]] bool serves() const { return http_sys_uses_key.value_or(certificate.key == KeyState::usable); }
};

/// Once a CA of every good path has ended, its chain is bad.
inline bool chain_has_ended(WallTime now, const Certificate& certificate) {
    const auto* verdict = std::get_if<ChainVerdict>(&certificate.chain);
    return verdict != nullptr && verdict->trust == ChainTrust::good && certificate.chain_ends && now > *certificate.chain_ends;
}

/// What the chain engine says of it then.
inline Certificate judged_at(WallTime now, Certificate certificate) {
    if (!chain_has_ended(now, certificate)) return certificate;
    auto& verdict = std::get<ChainVerdict>(certificate.chain);
    verdict = {ChainTrust::bad, verdict.revocation, "a CA of the chain has ended"};
    certificate.chain_ends.reset();
    return certificate;
}

/// How a root of certificates stands with clients outside, by its subject. A root of Windows' root programme needs no entry.
struct RootOutside {
    bool trusted = false;
    bool revocation_published = false;   ///< clients can get its CRL: they insist (0x80092013)
};

}  // namespace sstp::simulated

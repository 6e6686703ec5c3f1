#pragma once

#include "core/model/server_state.h"

#include <string>
#include <vector>

namespace sstp {

/// Where the certificates that a listener sent lead to, from its leaf upwards.
enum class SentChainEnd : std::uint8_t {
    root,                ///< to a root: one that was sent, or one on this machine that has issued the last that was sent
    intermediate_here,   ///< to a certificate whose issuer is an intermediate: this machine has it, and it was not sent
    unknown_issuer,      ///< to a certificate whose issuer neither was sent nor is here
};

/// An intermediate that was sent, on the way from the leaf to that end.
struct SentIntermediate {
    std::string name;      ///< CN, else the whole subject
    WallTime not_before{};
    WallTime not_after{};
    bool revoked = false;  ///< as far as this machine knows without asking anybody
};

struct SentChainVerdict {
    SentChain verdict = SentChain::unknown;
    std::string explanation;   ///< for an administrator; empty when the chain is complete
    friend bool operator==(const SentChainVerdict&, const SentChainVerdict&) = default;
};

/// `last_issuer`: the DN of who issued the last certificate on the way.
SentChainVerdict judge_sent_chain(const std::vector<SentIntermediate>& way, SentChainEnd end, const std::string& last_issuer, WallTime now);

}  // namespace sstp

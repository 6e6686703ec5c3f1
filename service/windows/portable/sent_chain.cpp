#include "service/windows/portable/sent_chain.h"

#include <fmt/format.h>

namespace sstp {

SentChainVerdict judge_sent_chain(const std::vector<SentIntermediate>& way, SentChainEnd end, const std::string& last_issuer,
                                  WallTime now) {
    for (const SentIntermediate& each : way) {
        if (each.revoked) return {SentChain::bad, fmt::format("the intermediate {} that is sent has been revoked", each.name)};
        if (each.not_after < now) {
            return {SentChain::bad, fmt::format("the intermediate {} that is sent ended on {}", each.name, to_date(each.not_after))};
        }
        if (now < each.not_before) {
            return {SentChain::bad, fmt::format("the intermediate {} that is sent begins on {}", each.name, to_date(each.not_before))};
        }
    }
    switch (end) {
        case SentChainEnd::root: return {SentChain::complete, {}};
        case SentChainEnd::intermediate_here:
            return {SentChain::incomplete,
                    fmt::format("the intermediate {} is not sent, though this machine has it; clients that lack it refuse the certificate",
                                last_issuer)};
        case SentChainEnd::unknown_issuer:
            return {SentChain::unknown, fmt::format("{} neither is sent nor is on this machine, so nobody here can tell whether clients "
                                                    "need it",
                                                    last_issuer)};
    }
    return {};
}

}  // namespace sstp

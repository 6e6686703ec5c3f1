#pragma once

#include "core/model/policy.h"
#include "core/ports/outbox.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// What is known of one destination at one moment.
struct DestinationState {
    std::string name;
    std::string where;                  ///< "siem.example.com:6514 (tls)", for people
    Position position;
    Waiting waiting;
    std::optional<Error> trouble;       ///< the outbox itself could not be read or written
};

/// A receiver refused the certificate that we showed, or asked for one and none would do: the transport's word for both. The receiver's
/// verdict is the only one that counts: who asks for none takes any. This is the finding client_certificate_unfit, and stands for the
/// silence of the destination too.
inline bool wants_another_certificate(const DestinationState& destination) {
    const auto& last = destination.position.last_attempt;
    return last && !last->confirmed && last->reason == "client_certificate";
}

/// Telling the world outside, as the deciding thread sees it: it never waits for a receiver. Used from that thread.
class Forwarding {
public:
    virtual ~Forwarding() = default;
    /// The policy in force: destinations come, go and change. One that backs off tries again at once.
    virtual void apply(const SiemPolicy& policy) = 0;
    /// Something was committed: whoever waits for events may look.
    virtual void new_events() = 0;
    /// An administrator's test: one that backs off tries at once.
    virtual void try_now() = 0;
    /// Those of the policy, in its order.
    virtual std::vector<DestinationState> states() = 0;
    /// An `events_dropped` was committed that tells the destination's losses for this reason up to this total.
    virtual void told(const std::string& destination, LossReason reason, std::uint64_t total) = 0;
};

/// Nobody is told: commands that only look, and tests that are about something else.
class NoForwarding final : public Forwarding {
public:
    void apply(const SiemPolicy&) override {}
    void new_events() override {}
    void try_now() override {}
    std::vector<DestinationState> states() override { return {}; }
    void told(const std::string&, LossReason, std::uint64_t) override {}
};

}  // namespace sstp

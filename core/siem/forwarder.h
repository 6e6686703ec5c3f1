#pragma once

#include "core/ports/clock.h"
#include "core/ports/forwarding.h"
#include "core/ports/siem_transport.h"
#include "core/siem/delivery.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sstp {

/// What the thread of one destination works with. Used from that thread, except `stop`.
class DeliveryLine {
public:
    virtual ~DeliveryLine() = default;
    virtual SiemTransport& transport() = 0;
    virtual Clock& clock() = 0;
    /// Ends every wait in the transport, the present one and later ones, at once. From any thread. Final.
    virtual void stop() noexcept = 0;
};
using OpenLine = std::function<std::unique_ptr<DeliveryLine>(const SiemDestination&)>;

/// "siem.example.com:6514, [2001:db8::5]:6514 (tls)", or the URL.
std::string where_in_words(const SiemDestination& destination);

/// What a policy's destinations look like in the outbox, whoever works on them. One that has no position yet has `trouble` too: what is
/// not known of it is not "nothing waits".
std::vector<DestinationState> read_states(const SiemPolicy& policy, Outbox& outbox);

/// Forwarding with a thread for each destination, so that a slow one delays neither the others nor the thread that decides. Its functions
/// are for that one thread; what they wait for is the state database at the most, never a receiver.
///
/// - A new destination has its position before `apply` returns: what is committed afterwards is for it.
/// - A changed destination is stopped and begun anew, the new thread waiting for the old one; an unchanged one goes on, and tries at once.
/// - A destination that the policy no longer names is forgotten when its thread has ended.
class Forwarder final : public Forwarding {
public:
    /// `changed`: a destination went down, came back or lost events. Called from any of the threads.
    Forwarder(Outbox& outbox, OpenLine open, Sender sender, std::function<void()> changed);
    /// Stops all threads and waits for them; what was not confirmed stays queued.
    ~Forwarder() override;
    Forwarder(const Forwarder&) = delete;
    Forwarder& operator=(const Forwarder&) = delete;

    void apply(const SiemPolicy& policy) override;
    void new_events() override;
    void try_now() override;
    std::vector<DestinationState> states() override;
    void told(const std::string& destination, LossReason reason, std::uint64_t total) override;

    /// Before the end: gives the destinations that work so long to take what was committed last, "stopped" for one. Those that fail are
    /// not waited for.
    void finish(Duration longest);

private:
    class Lane;

    std::shared_ptr<Lane> take_lane(const std::string& name);
    void forget_strangers();
    void reap();

    Outbox& outbox_;
    OpenLine open_;
    Sender sender_;
    std::function<void()> changed_;
    SiemPolicy policy_;
    std::vector<std::shared_ptr<Lane>> lanes_;
    std::vector<std::shared_ptr<Lane>> retired_;  ///< stopped, and perhaps still winding up
};

/// Forwarding as a process sees it that hands nothing over itself: the service's threads do that, now or when it starts again, and this
/// reads what they have stored.
class RecordedForwarding final : public Forwarding {
public:
    explicit RecordedForwarding(Outbox& outbox) : outbox_(outbox) {}

    void apply(const SiemPolicy& policy) override { policy_ = policy; }
    void new_events() override {}
    void try_now() override {}
    std::vector<DestinationState> states() override { return read_states(policy_, outbox_); }
    void told(const std::string& destination, LossReason reason, std::uint64_t total) override {
        (void)outbox_.told(destination, reason, total);  // an outbox that is only read refuses, and who only looks tells nothing
    }

private:
    Outbox& outbox_;
    SiemPolicy policy_;
};

}  // namespace sstp

#pragma once

#include "core/record/memory_outbox.h"
#include "core/siem/delivery.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sstp::delivery_stage {

inline constexpr char kInstallation[] = "0123456789abcdef0123456789abcdef";
inline constexpr char kDestination[] = "soc";

/// Both clocks, moved by hand.
class HandClock final : public Clock {
public:
    WallTime wall() override { return wall_; }
    MonotonicTime monotonic() override { return monotonic_; }
    UtcOffset local_offset(WallTime) override { return {}; }
    bool is_synchronised() override { return true; }
    bool pause(Duration) override { return true; }
    void wait(Duration how_long) override { pass(how_long); }
    void pass(Duration by) {
        wall_ += by;
        monotonic_ = monotonic_ + by;
    }
    void jump(Duration by) { wall_ += by; }

private:
    WallTime wall_ = *from_rfc3339("2026-11-20T10:00:00Z");
    MonotonicTime monotonic_{std::chrono::hours{1}};
};

using Numbers = std::vector<std::uint64_t>;

/// Events `first` to `last` as numbers.
Numbers numbers(std::uint64_t first, std::uint64_t last);
/// Sequence numbers of the events in a payload, found by their ids.
Numbers numbers_in(const Payload& payload);

Handover confirmed();
Handover failed(HandoverFailure failure, const char* reason = "connect");

/// A receiver that does what the test says. What it takes is in `received`, also when it does not confirm.
class ScriptedTransport final : public SiemTransport {
public:
    /// Given the host and the numbers; the default takes and confirms.
    using Answer = std::function<Handover(std::size_t host, const Numbers& batch)>;

    [[nodiscard]] std::size_t hosts() const override { return hosts_; }
    [[nodiscard]] std::string host_name(std::size_t host) const override { return "host" + std::to_string(host); }
    Handover hand_over(std::size_t host, const Payload& payload) override;

    std::size_t hosts_ = 1;
    Answer answer_;
    std::vector<Numbers> batches;          ///< all that were handed over, confirmed or not
    std::vector<std::size_t> asked;        ///< which host, for each of them
    Numbers received;                      ///< as the receiver has it
};

/// An outbox that fails as told: the number of calls that work before one fails.
class FailingOutbox final : public Outbox {
public:
    explicit FailingOutbox(Outbox& inner) : inner_(inner) {}
    /// Called before each call that changes something and each that reads; an error is given back and nothing happens.
    std::function<Result<void>(const char* call)> before;

    Result<std::optional<Position>> position(const std::string& d) override;
    Result<std::map<std::string, Position>> positions() override;
    Result<Position> open_position(const std::string& d) override;
    Result<void> store_position(const std::string& d, const Position& position) override;
    Result<void> told(const std::string& d, LossReason reason, std::uint64_t total) override;
    Result<void> forget(const std::string& d) override;
    Result<std::vector<JournalEvent>> read(std::uint64_t after, std::size_t most) override;
    Result<Waiting> waiting(std::uint64_t after) override;
    Result<std::uint64_t> first_since(std::uint64_t after, WallTime time) override;
    Result<std::string> installation_id() override;

private:
    Result<void> ask(const char* call) { return before ? before(call) : Result<void>{}; }
    Outbox& inner_;
};

/// One destination, one receiver, one process at a time.
class Stage {
public:
    Stage();
    /// As many events, at the present wall time.
    void produce(int count);
    /// From now on every attempt ends like this.
    void answer(const Handover& handover) {
        transport.answer_ = [handover](std::size_t, const Numbers&) { return handover; };
    }
    /// Every attempt is confirmed again.
    void answer_well() { transport.answer_ = nullptr; }
    /// A new process, or a changed policy.
    void restart();
    /// Steps as a thread would, through simulated time, for so long.
    void run(Duration how_long);
    Delivery& delivery();
    Position position() { return *outbox.position(kDestination).value(); }
    std::uint64_t lost(LossReason reason);

    HandClock clock;
    MemoryRecord record{kInstallation};
    MemoryOutbox outbox{record};
    FailingOutbox failing{outbox};
    ScriptedTransport transport;
    DeliveryLimits limits;
    double random = 0.999;
    SiemDestination destination;
    int changes = 0;                       ///< steps that were worth a look by the deciding thread
    int attempts = 0;

private:
    std::unique_ptr<Delivery> delivery_;
};

}  // namespace sstp::delivery_stage

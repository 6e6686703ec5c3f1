#pragma once

#include "core/ports/forwarding.h"
#include "core/siem/delivery.h"
#include "tests/simulated_windows/simulated_ports.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sstp::simulated {

/// A receiver outside, which outlives our processes.
struct Receiver {
    bool answers = true;
    std::vector<std::uint64_t> received;   ///< sequence numbers, repetitions included
};

/// Counts the calls of the outbox, and dies at one of them: from then on nothing works any more, as for a process that is gone.
class MortalOutbox final : public Outbox {
public:
    explicit MortalOutbox(Outbox& inner) : inner_(inner) {}
    std::uint64_t dies_at = 0;             ///< number of the call, from 1; 0: never
    bool after = false;                    ///< the call still does what it does, and nobody learns of it
    std::uint64_t calls = 0;
    bool dead = false;

    Result<std::optional<Position>> position(const std::string& d) override;
    Result<std::map<std::string, Position>> positions() override;
    Result<Position> open_position(const std::string& d) override;
    Result<void> store_position(const std::string& d, const Position& position) override;
    Result<void> told(const std::string& d, LossReason reason, std::uint64_t total) override;
    Result<void> forget(const std::string& d) override;
    Result<std::vector<JournalEvent>> read(std::uint64_t after_number, std::size_t most) override;
    Result<Waiting> waiting(std::uint64_t after_number) override;
    Result<std::uint64_t> first_since(std::uint64_t after_number, WallTime time) override;
    Result<std::string> installation_id() override;

private:
    template <class T, class Call>
    Result<T> mortal(Call call);
    Outbox& inner_;
};

/// Forwarding without threads: deliveries step when something was committed, and in `pump`, which a test calls where other
/// threads would have time. Throws Crash when the outbox has died.
class SimulatedForwarding final : public Forwarding {
public:
    SimulatedForwarding(World& world, MortalOutbox& outbox, std::map<std::string, Receiver>& receivers);

    void apply(const SiemPolicy& policy) override;
    void new_events() override { pump(); }
    void try_now() override;
    std::vector<DestinationState> states() override;
    void told(const std::string& destination, LossReason reason, std::uint64_t total) override;

    void pump();

private:
    class Transport;
    struct Destination;
    void die_if_dead() const;

    SimulatedClock clock_;
    MortalOutbox& outbox_;
    std::map<std::string, Receiver>& receivers_;
    SiemPolicy policy_;
    std::vector<std::shared_ptr<Destination>> destinations_;
};

}  // namespace sstp::simulated

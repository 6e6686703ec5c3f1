#include "tests/simulated_windows/simulated_forwarding.h"

#include "core/siem/forwarder.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace sstp::simulated {

namespace {

constexpr char kInstallation[] = "0123456789abcdef0123456789abcdef";

Error gone() { return {ErrorKind::unexpected, "reach", "state.db", 0, "this process is no more"}; }

}  // namespace

template <class T, class Call>
Result<T> MortalOutbox::mortal(Call call) {
    if (dead) return gone();
    if (++calls == dies_at) {
        dead = true;
        if (after) (void)call();
        return gone();
    }
    return call();
}

Result<std::optional<Position>> MortalOutbox::position(const std::string& d) {
    return mortal<std::optional<Position>>([&] { return inner_.position(d); });
}
Result<std::map<std::string, Position>> MortalOutbox::positions() {
    return mortal<std::map<std::string, Position>>([&] { return inner_.positions(); });
}
Result<Position> MortalOutbox::open_position(const std::string& d) {
    return mortal<Position>([&] { return inner_.open_position(d); });
}
Result<void> MortalOutbox::store_position(const std::string& d, const Position& position) {
    return mortal<void>([&] { return inner_.store_position(d, position); });
}
Result<void> MortalOutbox::told(const std::string& d, LossReason reason, std::uint64_t total) {
    return mortal<void>([&] { return inner_.told(d, reason, total); });
}
Result<void> MortalOutbox::forget(const std::string& d) {
    return mortal<void>([&] { return inner_.forget(d); });
}
Result<std::vector<JournalEvent>> MortalOutbox::read(std::uint64_t after_number, std::size_t most) {
    return mortal<std::vector<JournalEvent>>([&] { return inner_.read(after_number, most); });
}
Result<Waiting> MortalOutbox::waiting(std::uint64_t after_number) {
    return mortal<Waiting>([&] { return inner_.waiting(after_number); });
}
Result<std::uint64_t> MortalOutbox::first_since(std::uint64_t after_number, WallTime time) {
    return mortal<std::uint64_t>([&] { return inner_.first_since(after_number, time); });
}
Result<std::string> MortalOutbox::installation_id() {
    return mortal<std::string>([&] { return inner_.installation_id(); });
}

class SimulatedForwarding::Transport final : public SiemTransport {
public:
    explicit Transport(Receiver& receiver) : receiver_(receiver) {}
    [[nodiscard]] std::size_t hosts() const override { return 1; }
    [[nodiscard]] std::string host_name(std::size_t) const override { return "siem.example.com:6514"; }
    Handover hand_over(std::size_t, const Payload& payload) override {
        Handover handover;
        if (!receiver_.answers) {
            handover.error = {ErrorKind::timed_out, "connect to", host_name(0), 10060, "nobody answers"};
            handover.reason = "connect";
            return handover;
        }
        const std::string mark = std::string{kInstallation} + "-";
        for (const std::string& message : payload.messages) {
            std::uint64_t number = 0;
            const auto at = message.rfind(mark);
            if (at != std::string::npos) std::from_chars(message.data() + at + mark.size(), message.data() + message.size(), number);
            receiver_.received.push_back(number);
        }
        handover.receipt = Receipt{"CN=siem.example.com", "TLS 1.3"};
        return handover;
    }

private:
    Receiver& receiver_;
};

struct SimulatedForwarding::Destination {
    std::string name;
    Transport transport;
    Delivery delivery;
    Destination(const SiemDestination& from, const SiemPolicy& policy, MortalOutbox& outbox, Clock& clock, Receiver& receiver)
        : name(from.name),
          transport(receiver),
          delivery(from, limits_from(policy), outbox, transport, clock, [] { return 0.5; }, Sender{kInstallation, "vpn1", "1.0.0", 4}) {}
};

SimulatedForwarding::SimulatedForwarding(World& world, MortalOutbox& outbox, std::map<std::string, Receiver>& receivers)
    : clock_(world), outbox_(outbox), receivers_(receivers) {}

void SimulatedForwarding::die_if_dead() const {
    if (outbox_.dead) throw Crash{};
}

void SimulatedForwarding::apply(const SiemPolicy& policy) {
    policy_ = policy;
    destinations_.clear();
    for (const SiemDestination& each : policy.destinations) {
        (void)outbox_.open_position(each.name);
        die_if_dead();
        destinations_.push_back(std::make_shared<Destination>(each, policy, outbox_, clock_, receivers_[each.name]));
    }
    const auto known = outbox_.positions();
    die_if_dead();
    for (const auto& [name, position] : *known) {
        const bool is_named = std::any_of(policy.destinations.begin(), policy.destinations.end(),
                                          [&](const SiemDestination& each) { return each.name == name; });
        if (!is_named) (void)outbox_.forget(name);
        die_if_dead();
    }
}

void SimulatedForwarding::try_now() {
    for (const auto& each : destinations_) each->delivery.try_now();
    pump();
}

std::vector<DestinationState> SimulatedForwarding::states() {
    auto states = read_states(policy_, outbox_);
    die_if_dead();
    return states;
}

void SimulatedForwarding::told(const std::string& destination, LossReason reason, std::uint64_t total) {
    (void)outbox_.told(destination, reason, total);
    die_if_dead();
}

void SimulatedForwarding::pump() {
    for (const auto& each : destinations_) {
        for (int steps = 0; steps < 1000; ++steps) {
            const Delivery::Step step = each->delivery.step();
            die_if_dead();
            if (step.next != Duration{0}) break;
        }
    }
}

}  // namespace sstp::simulated

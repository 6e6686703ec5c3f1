#include "tests/core/siem/delivery_stage.h"

#include <charconv>
#include <numeric>
#include <utility>

namespace sstp::delivery_stage {

Numbers numbers(std::uint64_t first, std::uint64_t last) {
    Numbers result(last < first ? 0 : last - first + 1);
    std::iota(result.begin(), result.end(), first);
    return result;
}

Numbers numbers_in(const Payload& payload) {
    const std::string mark = std::string{kInstallation} + "-";
    Numbers found;
    for (const std::string& message : payload.messages) {
        const auto at = message.rfind(mark);
        std::uint64_t number = 0;
        if (at != std::string::npos) std::from_chars(message.data() + at + mark.size(), message.data() + message.size(), number);
        found.push_back(number);
    }
    return found;
}

Handover confirmed() {
    Handover handover;
    handover.receipt = Receipt{"CN=siem", "TLS 1.3"};
    return handover;
}

Handover failed(HandoverFailure failure, const char* reason) {
    Handover handover;
    handover.failure = failure;
    handover.error = {ErrorKind::unexpected, "send to", "host", 0, word(failure)};
    handover.reason = reason;
    return handover;
}

Handover ScriptedTransport::hand_over(std::size_t host, const Payload& payload) {
    const Numbers batch = numbers_in(payload);
    batches.push_back(batch);
    asked.push_back(host);
    Handover handover = answer_ ? answer_(host, batch) : confirmed();
    if (handover.receipt) received.insert(received.end(), batch.begin(), batch.end());
    return handover;
}

Result<std::optional<Position>> FailingOutbox::position(const std::string& d) {
    if (const auto asked = ask("position"); !asked) return asked.error();
    return inner_.position(d);
}
Result<std::map<std::string, Position>> FailingOutbox::positions() {
    if (const auto asked = ask("positions"); !asked) return asked.error();
    return inner_.positions();
}
Result<Position> FailingOutbox::open_position(const std::string& d) {
    if (const auto asked = ask("open_position"); !asked) return asked.error();
    return inner_.open_position(d);
}
Result<void> FailingOutbox::store_position(const std::string& d, const Position& position) {
    if (const auto asked = ask("store_position"); !asked) return asked.error();
    return inner_.store_position(d, position);
}
Result<void> FailingOutbox::told(const std::string& d, LossReason reason, std::uint64_t total) {
    if (const auto asked = ask("told"); !asked) return asked.error();
    return inner_.told(d, reason, total);
}
Result<void> FailingOutbox::forget(const std::string& d) {
    if (const auto asked = ask("forget"); !asked) return asked.error();
    return inner_.forget(d);
}
Result<std::vector<JournalEvent>> FailingOutbox::read(std::uint64_t after, std::size_t most) {
    if (const auto asked = ask("read"); !asked) return asked.error();
    return inner_.read(after, most);
}
Result<Waiting> FailingOutbox::waiting(std::uint64_t after) {
    if (const auto asked = ask("waiting"); !asked) return asked.error();
    return inner_.waiting(after);
}
Result<std::uint64_t> FailingOutbox::first_since(std::uint64_t after, WallTime time) {
    if (const auto asked = ask("first_since"); !asked) return asked.error();
    return inner_.first_since(after, time);
}
Result<std::string> FailingOutbox::installation_id() {
    if (const auto asked = ask("installation_id"); !asked) return asked.error();
    return inner_.installation_id();
}

Stage::Stage() {
    destination.name = kDestination;
    destination.hosts = {{"siem.example.com", 6514}};
    (void)outbox.open_position(kDestination);
}

void Stage::produce(int count) {
    RecordUpdate update;
    for (int i = 0; i < count; ++i) update.events.push_back({0, EventType::heartbeat, clock.wall(), "Watching; all is well.", {}});
    (void)record.commit(update);
}

Delivery& Stage::delivery() {
    if (!delivery_) {
        delivery_ = std::make_unique<Delivery>(
            destination, limits, failing, transport, clock, [this] { return random; }, Sender{kInstallation, "vpn01", "1.0.0", 4});
    }
    return *delivery_;
}

void Stage::restart() { delivery_.reset(); }

void Stage::run(Duration how_long) {
    const MonotonicTime end = clock.monotonic() + how_long;
    for (;;) {
        const Delivery::Step step = delivery().step();
        changes += step.changed ? 1 : 0;
        attempts += step.attempted ? 1 : 0;
        const Duration left = end - clock.monotonic();
        if (!step.next || *step.next > left) {
            clock.pass(left);
            return;
        }
        clock.pass(*step.next);
    }
}

std::uint64_t Stage::lost(LossReason reason) {
    const Position now = position();
    const auto found = now.losses.find(reason);
    return found == now.losses.end() ? 0 : found->second.total;
}

}  // namespace sstp::delivery_stage

#pragma once

#include "core/ports/outbox.h"
#include "core/siem/age_clock.h"
#include "core/siem/delivery.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Consecutive events of the journal.
struct Batch {
    std::vector<JournalEvent> events;
    bool more = false;                 ///< there are events behind it
};

/// One destination's place in the journal, as the outbox stores it, and what waits behind it within the policy's bounds. What could not
/// be stored is stored before anything else is looked at. A call that gives nothing, or false, means that the outbox does not answer.
class Queue {
public:
    Queue(std::string destination, const DeliveryLimits& limits, Outbox& outbox, Moment start)
        : destination_(std::move(destination)), limits_(limits), outbox_(outbox), age_clock_(start, limits.maximum_age) {}

    /// What waits behind the position, once what is gone, too much or too old has been counted and stored.
    std::optional<Waiting> look(Moment now);
    /// At most `most` events behind `after` (at or behind the position), up to a number that is missing. What is missing right behind the
    /// position is counted first. Empty: what stood there can no longer be read.
    std::optional<Batch> read(std::uint64_t after, std::size_t most, const Waiting& waiting);
    /// Makes `position` what is true from now on. False: the outbox has not taken it yet.
    bool store(Position position);

    /// As it is, or will be as soon as the outbox takes it. Only behind a look that gave something.
    [[nodiscard]] const Position& position() const { return *position_; }
    /// The destination went down, came back or lost events since this was asked last, and that can be read by now.
    bool take_news();

private:
    bool enforce_bounds(Waiting& waiting, Moment now);
    bool enforce_age(Position& position, const Waiting& waiting, Moment now);

    std::string destination_;
    DeliveryLimits limits_;
    Outbox& outbox_;
    AgeClock age_clock_;
    std::optional<Position> position_;
    bool unsaved_ = false;
    bool unreported_ = false;  ///< the deciding thread will want to know, as soon as it can read it
    bool news_ = false;
    std::uint64_t known_last_ = 0;  ///< newest number of the journal that was ever seen
};

}  // namespace sstp

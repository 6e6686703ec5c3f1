#pragma once

#include <cstdint>
#include <optional>

namespace sstp {

/// Whether it is the event or the whole destination that a receiver refuses for its content (DESIGN 5.1). A refused batch is halved until
/// an event is alone; alone and refused often enough it is given up, but only when the receiver has taken another event since it began to
/// refuse: else a wrong index or a wrong path would eat the queue event by event. Where nothing was taken, the events behind it are
/// offered alone, one after the other, every other time: one is overtaken only after it was refused. One that is taken is no proof yet
/// that *this* event is at fault, for somebody may have mended the receiver in between: it is offered once more. Pure; remembers within
/// one process.
class Refusals {
public:
    explicit Refusals(int tries) : tries_(tries) {}

    /// Events from the front of the queue up to `last` were refused together.
    void refused_together(std::uint64_t last) { begin(last); }
    /// The event at the front was refused alone. True: it is given up.
    bool refused_alone(std::uint64_t sequence) {
        begin(sequence);
        if (alone_ != sequence) {
            refused_ = 0;
            distance_ = 1;
        }
        alone_ = sequence;
        return ++refused_ >= tries_ && another_was_taken_;
    }
    /// Events from the front up to `last` were taken, or given up.
    void passed(std::uint64_t last) {
        if (!up_to_) return;
        another_was_taken_ = true;
        if (last >= *up_to_) *this = Refusals{tries_};
    }
    void neighbour_taken() { another_was_taken_ = true; }
    void neighbour_refused() { ++distance_; }

    /// How far behind the front, number `front`, the event to offer lies, when `count` wait; 0: the front itself. Another one may be at
    /// the front by now, for bounds drop events too.
    std::uint64_t next_distance(std::uint64_t front, std::uint64_t count) {
        const bool stuck = alone_ == front && refused_ >= tries_ && !another_was_taken_;
        neighbours_turn_ = stuck && count >= 2 && !neighbours_turn_;
        if (!neighbours_turn_) return 0;
        if (distance_ >= count) distance_ = 1;
        return distance_;
    }

private:
    void begin(std::uint64_t last) {
        if (!up_to_) another_was_taken_ = false;
        up_to_ = last;
    }

    int tries_;
    std::optional<std::uint64_t> up_to_;  ///< something up to there is refused for its content
    bool another_was_taken_ = false;  ///< since then
    bool neighbours_turn_ = false;
    std::uint64_t alone_ = 0;  ///< the event that was refused alone,
    int refused_ = 0;  ///< and how often
    std::uint64_t distance_ = 1;
};

}  // namespace sstp

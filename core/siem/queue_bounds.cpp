#include "core/siem/queue_bounds.h"

#include <algorithm>

namespace sstp {

void lose(Position& position, LossReason reason, std::uint64_t last, const Waiting& waiting) {
    if (last <= position.cursor) return;
    const std::uint64_t count = numbers_between(position.cursor, last, waiting);
    if (count > 0) {
        Loss& loss = position.losses[reason];
        loss.total += count;
        if (loss.first_sequence == 0) loss.first_sequence = position.cursor + 1;
        loss.last_sequence = last;
    }
    position.cursor = last;
}

void count_gone(Position& position, const Waiting& waiting, std::uint64_t known_last) {
    Waiting truly = waiting;
    truly.skipped_from = std::max(truly.skipped_from, std::min(known_last, truly.skipped_to));
    lose(position, LossReason::gone, waiting.first_sequence == 0 ? waiting.last_sequence : waiting.first_sequence - 1, truly);
}

void move_to_new_journal(Position& position, const Waiting& whole, std::uint64_t known_last) {
    lose(position, LossReason::gone, known_last, {});
    position.cursor = whole.first_sequence == 0 ? whole.last_sequence : whole.first_sequence - 1;
}

void enforce_number(Position& position, const Waiting& waiting, std::uint64_t maximum_queued) {
    lose(position, LossReason::queue_full, number_before_newest(maximum_queued, waiting), waiting);
}

}  // namespace sstp

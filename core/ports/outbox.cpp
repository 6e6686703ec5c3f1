#include "core/ports/outbox.h"

#include <algorithm>

namespace sstp {

const char* word(LossReason reason) noexcept {
    switch (reason) {
        case LossReason::queue_full: return "queue_full";
        case LossReason::too_old: return "too_old";
        case LossReason::refused: return "refused";
        case LossReason::gone: return "gone";
    }
    return "gone";
}

std::optional<LossReason> loss_reason_from_word(std::string_view text) {
    for (std::size_t i = 0; i < kLossReasonCount; ++i) {
        if (text == word(static_cast<LossReason>(i))) return static_cast<LossReason>(i);
    }
    return std::nullopt;
}

std::uint64_t numbers_between(std::uint64_t after, std::uint64_t last, const Waiting& waiting) noexcept {
    if (last <= after) return 0;
    const std::uint64_t from = std::max(after, waiting.skipped_from);
    const std::uint64_t to = std::min(last, waiting.skipped_to);
    return last - after - (to > from ? to - from : 0);
}

std::uint64_t number_before_newest(std::uint64_t count, const Waiting& waiting) noexcept {
    const std::uint64_t behind_gap = waiting.last_sequence - std::min(waiting.skipped_to, waiting.last_sequence);
    if (waiting.skipped_to == 0 || behind_gap >= count) return waiting.last_sequence - std::min(count, waiting.last_sequence);
    return waiting.skipped_from - std::min(count - behind_gap, waiting.skipped_from);
}

}  // namespace sstp

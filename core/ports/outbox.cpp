#include "core/ports/outbox.h"

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

}  // namespace sstp

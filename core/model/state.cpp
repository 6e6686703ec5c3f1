#include "core/model/state.h"

namespace sstp {

const char* word(ChargeKind kind) noexcept {
    switch (kind) {
        case ChargeKind::restart: return "restart";
        case ChargeKind::then: return "then";
        case ChargeKind::taking_back: return "taking_back";
        case ChargeKind::recovery: return "recovery";
    }
    return "restart";
}

std::optional<ChargeKind> charge_kind_from_word(std::string_view text) {
    for (const ChargeKind kind : {ChargeKind::restart, ChargeKind::then, ChargeKind::taking_back, ChargeKind::recovery}) {
        if (text == word(kind)) return kind;
    }
    return std::nullopt;
}

}  // namespace sstp

#include "core/model/level.h"

namespace sstp {

const char* word(Level level) noexcept {
    switch (level) {
        case Level::nothing: return "nothing";
        case Level::refused: return "refused";
        case Level::crypto_binding: return "crypto_binding";
        case Level::answers: return "answers";
    }
    return "nothing";
}

}  // namespace sstp

#include "service/windows/portable/key_opening.h"

namespace sstp {

KeyState key_state_after(std::uint32_t code) noexcept {
    switch (code) {
        case 0x8009000D:   // NTE_NO_KEY: a container without a key
        case 0x80090015:   // NTE_BAD_PUBLIC_KEY: the key is another certificate's
        case 0x80090016:   // NTE_BAD_KEYSET: no such container, or nobody may open it
        case 0x80090019:   // NTE_KEYSET_NOT_DEF
        case 0x8009200B:   // CRYPT_E_NO_KEY_PROPERTY although there is a link: it leads to no key
        case 0x80090022:   // NTE_SILENT_CONTEXT: it asks for a PIN that nobody can give
            return KeyState::unusable;
        default: return KeyState::unknown;
    }
}

}  // namespace sstp

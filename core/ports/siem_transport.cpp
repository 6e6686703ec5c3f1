#include "core/ports/siem_transport.h"

namespace sstp {

const char* word(HandoverFailure failure) noexcept {
    switch (failure) {
        case HandoverFailure::unreachable: return "unreachable";
        case HandoverFailure::not_confirmed: return "not_confirmed";
        case HandoverFailure::silent: return "silent";
        case HandoverFailure::untrusted: return "untrusted";
        case HandoverFailure::refused_content: return "refused_content";
        case HandoverFailure::refused_us: return "refused_us";
        case HandoverFailure::overloaded: return "overloaded";
        case HandoverFailure::stopped: return "stopped";
    }
    return "unreachable";
}

}  // namespace sstp

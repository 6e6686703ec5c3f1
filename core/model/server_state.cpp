#include "core/model/server_state.h"

#include <algorithm>

namespace sstp {

namespace {

template <class Matches>
const Certificate* find_certificate(const ServerState& state, Matches matches) {
    const auto* certificates = value_of(state.certificates);
    if (!certificates) return nullptr;
    const auto found = std::find_if(certificates->begin(), certificates->end(), matches);
    return found == certificates->end() ? nullptr : &*found;
}

}  // namespace

const Certificate* ServerState::find(const Thumbprint& thumbprint) const {
    return find_certificate(*this, [&](const Certificate& each) { return each.thumbprint == thumbprint; });
}

const Certificate* ServerState::find(const CertificateHash& hash) const {
    return find_certificate(*this, [&](const Certificate& each) { return each.hash == hash; });
}

}  // namespace sstp

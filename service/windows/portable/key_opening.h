#pragma once

#include "core/model/certificate.h"

#include <cstdint>

namespace sstp {

/// What a failure code of CryptAcquireCertificatePrivateKey says of the key. Unusable is only what a working provider says of
/// the container itself; whatever a provider, an HSM, RPC or the loader answers instead of that leaves the key unknown.
/// Source: Microsoft, winerror.h (NTE_*), CryptAcquireCertificatePrivateKey.
KeyState key_state_after(std::uint32_t code) noexcept;

}  // namespace sstp

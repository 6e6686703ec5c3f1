#pragma once

#include "core/model/result.h"

#include <cstdint>
#include <string>

namespace sstp {

/// The failure of a WinHTTP call (codes 12000 to 12999 are its own), in words for an administrator.
Error winhttp_error(std::string operation, std::string subject, std::uint32_t code);

/// Whether the failure is what a server's refusal of our client certificate looks like: no session, or one that breaks as soon as it
/// stands, or a key of ours that cannot be used. WinHTTP tells no more of the server's alert.
bool may_refuse_our_certificate(std::uint32_t code) noexcept;

}  // namespace sstp

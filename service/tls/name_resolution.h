#pragma once

#include "core/model/result.h"
#include "core/model/time.h"
#include "service/windows/stop_signal.h"

#include <string>
#include <vector>

namespace sstp {

/// The addresses of `host`, as text (`192.0.2.1`, `2001:db8::5`), in the order in which Windows would try them (RFC 6724), none twice, at
/// most
/// 16. An address is its own answer, and asks nobody. Nothing is remembered between two calls beyond what Windows' own cache holds.
/// Errors: not_found (there is no such name, or it has no address), timed_out, stopped, source_unavailable (no name server answered).
/// Source: Microsoft, GetAddrInfoW.
Result<std::vector<std::string>> resolve_name(const std::string& host, const StopSignal& stop, MonotonicTime deadline);

/// Whether `host` is an IPv4 or IPv6 address and no name.
bool is_ip_address(const std::string& host);

}  // namespace sstp

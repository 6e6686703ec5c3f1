#pragma once

#include <cstdint>

namespace sstp::rras_host {

/// What happens to SSTP when RemoteAccess starts: binding, stores and registry are read, records made, hashes adopted, events written, and
/// the hash for crypto binding comes into force (`C:\rras_host\services\sstp.json`). Code with which RemoteAccess ends; 0: it runs.
std::uint32_t start_sstp_listener();

/// SstpSvc has started anew: it has no hash in force yet.
void forget_sstp_listener();

}  // namespace sstp::rras_host

#pragma once

namespace sstp::rras_host {

/// What happens to SSTP when RemoteAccess starts: binding, store and registry are read, hashes adopted, events written, and
/// the hash for crypto binding comes into force (`C:\rras_host\services\sstp.json`).
void start_sstp_listener();

/// SstpSvc has started anew: it has no hash in force yet.
void forget_sstp_listener();

}  // namespace sstp::rras_host

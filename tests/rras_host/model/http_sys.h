#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace sstp::rras_host {

/// Addresses on which HTTP.SYS listens, as far as they are this machine's loopback: all with an empty listen list, else only the listed
/// ones, where 0.0.0.0 and :: stand for their family. A list's other addresses are left out: a test listens nowhere else.
std::vector<std::string> listened_addresses(const std::vector<std::string>& listen_list);

/// Which certificate Schannel takes for a record that names `bound`: itself, or, where it follows renewal links, the end of the chain of
/// CERT_RENEWAL_PROP_ID, of which it takes the last one whose key it can use. Thumbprints in upper case.
std::string end_of_renewal(const std::string& bound, const std::map<std::string, std::string>& renewed_by,
                           const std::function<bool(const std::string&)>& has_key);

/// Whether HTTP.SYS still answers 87 to a certificate whose key came at `came`. FILETIMEs; `settle_ms` 0: never.
bool key_is_too_new(std::uint64_t came, std::uint64_t now, std::uint32_t settle_ms);

/// What answers the ServerURI.
struct SstpAnswers {
    bool services_run = false;  ///< RemoteAccess and SstpSvc
    bool accepting = false;     ///< SSTP has registered its URI
    bool ready = true;          ///< it has had its time since RemoteAccess runs
};

/// 401 a healthy listener, 404 nobody registered the URI, 503 its services do not run or are not ready yet.
int sstp_status(const SstpAnswers& state);

}  // namespace sstp::rras_host

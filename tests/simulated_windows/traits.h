#pragma once

#include "core/model/time.h"

#include <cstdint>
#include <optional>

namespace sstp::simulated {

/// HttpUpdateServiceConfiguration: Windows 10 1703; for servers its page says "none supported".
enum class HttpUpdate : std::uint8_t { works, not_supported, absent };

/// How this server is made: what stays whatever else happens to it. Every value is an ordinary server's by default.
struct ServerTraits {
    // HTTP.SYS
    HttpUpdate update = HttpUpdate::works;
    Duration new_keys_settle_for{0};           ///< 87 for so long after a certificate with a new key came (Server 2025)
    bool says_exists_though_made = false;      ///< 183 for a record that was made all the same
    bool follows_renewal_link = false;         ///< Schannel serves the successor that CERT_RENEWAL_PROP_ID names
    bool has_ipv6 = true;                      ///< off: no address, no loopback, and event 13 at each start of RRAS
    bool ipv4_loopback_answers = true;
    bool ipv6_loopback_answers = true;
    bool serves_rsa = true;                    ///< of the cipher list in force
    bool serves_ecdsa = true;

    // RRAS
    bool sstp_ports = true;                    ///< none: RRAS is a router, DirectAccess or IKEv2 server and sets up no listener
    /// With flag 1 RRAS does not start without the certificate that the hash names. Off: a build that takes the hash as it is.
    bool insists_on_certificate = true;
    bool listener_errors_end_it = true;        ///< 12 and 13 end the start, with HTTP.SYS's error; off: told, no more
    Duration ready_after{0};                   ///< from RUNNING until SSTP answers
    bool refuses_until_ready = false;          ///< nobody listens until then; otherwise 503
    int uri_status = 401;                      ///< what a working SSTP answers to HEAD
    bool sstpsvc_keeps_hash = false;           ///< a restart of RemoteAccess alone leaves the old hash in SstpSvc, probes green
    bool sstpsvc_keeps_listener = false;       ///< the same, and SSTP answers nobody until SstpSvc has restarted as well

    // Services and boot
    Duration services_start_after{0};          ///< from boot until automatic services have their turn (1077 meanwhile)
    bool remote_access_shares_process = false; ///< svchost netsvcs (Server 2016): the start of its process says nothing
    bool sessions_can_be_read = true;          ///< MprAdminConnectionEnum

    friend bool operator==(const ServerTraits&, const ServerTraits&) = default;
};

}  // namespace sstp::simulated

#pragma once

#include "core/model/binding.h"
#include "core/model/certificate.h"
#include "core/model/observed.h"
#include "core/model/service_status.h"
#include "core/model/sstp_settings.h"
#include "core/model/time.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sstp {

/// A record that HTTP.SYS prefers to a wildcard of ours for some clients: exact address, SNI name or central store.
/// Source: Microsoft, HTTP_SERVICE_CONFIG_ID precedence. We read them, and never touch them.
using ShadowingBinding = ListenerBinding;

/// What a listener really did when a client came: it served a certificate, or there was nobody to serve one.
struct Served {
    CertificateHash certificate;
    Thumbprint thumbprint;
    WallTime not_after{};
    std::string subject;         ///< DN or first DNS name, for people
    /// HTTP status of HEAD on the ServerURI; Unreadable when TLS was fine but no answer came; never Absent.
    Observed<int> uri_status = Absent{};
    friend bool operator==(const Served&, const Served&) = default;
};
/// No TLS session came about, or our own stop was requested before the probe was over.
struct Unreachable {
    std::string stage;           ///< "connect", "handshake"; "request" only when stopped
    Error why;
    friend bool operator==(const Unreachable&, const Unreachable&) = default;
};
/// NotProbed: the family is switched off in the policy, or TLS is not ours.
struct NotProbed {
    friend bool operator==(const NotProbed&, const NotProbed&) = default;
};
using ProbeOutcome = std::variant<Served, Unreachable, NotProbed>;

/// One look at the server: everything that a decision may rest on, and nothing else. Immutable.
struct ServerState {
    Moment looked_at;
    std::uint16_t port = 443;                            ///< the listener's, after ListenerPort and policy
    SstpSettings settings;
    Observed<ListenerBinding> ipv4_binding = Absent{};   ///< 0.0.0.0:port
    Observed<ListenerBinding> ipv6_binding = Absent{};   ///< [::]:port
    Observed<std::vector<ShadowingBinding>> shadowing = Absent{};  ///< on our port; Absent is spelled as an empty list
    Observed<std::vector<Certificate>> certificates = Absent{};    ///< an empty store is an empty list
    std::map<std::string, Observed<ServiceStatus>> services;       ///< by name; Absent: not installed
    ProbeOutcome ipv4_served = NotProbed{};
    ProbeOutcome ipv6_served = NotProbed{};

    [[nodiscard]] const Observed<ListenerBinding>& binding(AddressFamily family) const {
        return family == AddressFamily::ipv4 ? ipv4_binding : ipv6_binding;
    }
    [[nodiscard]] const ProbeOutcome& served(AddressFamily family) const {
        return family == AddressFamily::ipv4 ? ipv4_served : ipv6_served;
    }
    /// The certificate of that thumbprint or hash in the store; null when it is not there or the store is unreadable.
    [[nodiscard]] const Certificate* find(const Thumbprint& thumbprint) const;
    [[nodiscard]] const Certificate* find(const CertificateHash& hash) const;

    friend bool operator==(const ServerState&, const ServerState&) = default;
};

}  // namespace sstp

#pragma once

#include "core/model/binding.h"
#include "core/model/certificate_list.h"
#include "core/model/ip_address.h"
#include "core/model/observed.h"
#include "core/model/service_status.h"
#include "core/model/sstp_settings.h"
#include "core/model/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// A record that HTTP.SYS prefers to a wildcard of ours for some clients: exact address, SNI name or central store.
/// Source: Microsoft, HTTP_SERVICE_CONFIG_ID precedence. We read them, and never touch them.
using ShadowingBinding = ListenerBinding;

/// Whether the intermediates that a listener sent lead from its leaf to a root: clients that have none of their own need them.
enum class SentChain : std::uint8_t {
    complete,
    incomplete,   ///< an intermediate was not sent, and clients cannot be expected to have it
    bad,          ///< one that was sent has ended or is revoked
    unknown,      ///< could not be judged
};

/// What a listener really did when a client came: it served a certificate.
struct Served {
    Certificate leaf;            ///< parsed from the wire; its key is usable by definition, its chain is judged offline
    SentChain sent_chain = SentChain::unknown;
    std::string sent_chain_explanation;
    /// HTTP status of HEAD on the SSTP URI; Unreadable when TLS was fine but no answer came; never Absent.
    Observed<int> uri_status = Absent{};
    friend bool operator==(const Served&, const Served&) = default;
};
/// No TLS session came about, or our own stop was requested before the probe was over.
struct Unreachable {
    std::string stage;           ///< "connect", "handshake"; "request" only when stopped
    Error why;
    /// The handshake failed because the cipher list in force serves no key of this kind: a cause, not a symptom.
    bool no_cipher_for_this_key = false;
    friend bool operator==(const Unreachable&, const Unreachable&) = default;
};
/// The family is switched off in the policy, or TLS is not ours.
struct NotProbed {
    friend bool operator==(const NotProbed&, const NotProbed&) = default;
};
using ProbeOutcome = std::variant<Served, Unreachable, NotProbed>;

/// One probe of one address, with or without a name of ours in SNI.
struct Probe {
    IpAddress address;
    std::string server_name;     ///< asked for in SNI; empty: none
    ProbeOutcome outcome = NotProbed{};
    friend bool operator==(const Probe&, const Probe&) = default;
};

/// The leaf that a listener gave; null when it gave none.
inline const Certificate* leaf_of(const Probe& probe) {
    const auto* served = std::get_if<Served>(&probe.outcome);
    return served ? &served->leaf : nullptr;
}

/// Our own stop ended the probe before it could say anything.
inline bool was_interrupted(const Probe& probe) {
    const auto* unreachable = std::get_if<Unreachable>(&probe.outcome);
    return unreachable && unreachable->why.kind == ErrorKind::stopped;
}

/// Who owns the TCP port that HTTP.SYS should own.
struct PortOwner {
    AddressFamily family{};
    std::string process;         ///< "nginx.exe (4242)"
    friend bool operator==(const PortOwner&, const PortOwner&) = default;
};

/// One look at the server: everything that a decision may rest on, and nothing else. Immutable.
struct ServerState {
    Moment looked_at;
    std::uint16_t port = 443;                            ///< the listener's, after ListenerPort and policy
    SstpSettings settings;
    Observed<ListenerBinding> ipv4_binding = Absent{};   ///< 0.0.0.0:port
    Observed<ListenerBinding> ipv6_binding = Absent{};   ///< [::]:port
    Observed<std::vector<ShadowingBinding>> shadowing = Absent{};  ///< on our port, of every name; Absent is spelled as an empty list
    bool sstp_has_a_record = false;                      ///< a record of any kind and port carries SSTP's AppId
    /// Last-write time of the records' registry key (SslBindingInfo); nothing when it could not be had.
    std::optional<WallTime> bindings_written;
    Observed<std::vector<IpAddress>> listen_list = Absent{};   ///< of HTTP.SYS; empty or Absent: it listens everywhere
    std::vector<IpAddress> interface_addresses;          ///< of this machine, loopback left out; empty: they could not be had
    bool ipv6_is_off = false;                            ///< no interface has an IPv6 address and ::1 takes no connection
    Observed<CertificateList> certificates = Absent{};  ///< of LocalMachine\MY, archived ones too; an empty store is an empty list
    std::map<std::string, Observed<ServiceStatus>> services;  ///< by the name that the policy gives; Absent: not installed
    std::vector<Probe> probes;  ///< in the order made: at most one of each address and name
    std::vector<PortOwner> port_taken_by;  ///< other processes than HTTP.SYS that own our port
    bool directaccess_or_nlb = false;  ///< IP-HTTPS or network load balancing is configured here too

    [[nodiscard]] const Observed<ListenerBinding>& binding(AddressFamily family) const {
        return family == AddressFamily::ipv4 ? ipv4_binding : ipv6_binding;
    }
    /// False when the listen list leaves the family out, or IPv6 is switched off in the system.
    [[nodiscard]] bool listens_on(AddressFamily family) const;
    /// The address is this machine's: of an interface or a loopback one. True where its addresses could not be had.
    [[nodiscard]] bool has_address(const IpAddress& address) const;
    /// Of the family's listed addresses those that this machine has, a wildcard among them. One that it does not have (left over, or a
    /// cluster's that another node holds) gets none of its clients. Where none of them is here: all that are listed.
    [[nodiscard]] std::vector<IpAddress> listed_here(AddressFamily family) const;
    /// A record of that very address and our port, which HTTP.SYS prefers to every other.
    [[nodiscard]] bool has_address_record(const IpAddress& address) const;
    /// A record of that host name and our port, which HTTP.SYS prefers to the wildcards.
    [[nodiscard]] bool has_sni_record(std::string_view name) const;
    /// The probes that *our* record of the family answered: those of addresses with a record of their own, and those that asked
    /// for a name with an SNI record of its own, are left aside. Empty when the family was not probed.
    [[nodiscard]] std::vector<const Probe*> own_probes(AddressFamily family) const;
    /// The probes that show what clients of `names` get of the family: those that asked for one of them, where SNI records of others answer
    /// all of the names, for HTTP.SYS prefers them to any wildcard; else what our record answers.
    [[nodiscard]] std::vector<const Probe*> client_probes(AddressFamily family, const std::vector<std::string>& names) const;
    /// The status of a service, whatever the case of the name; null when unreadable or not installed.
    [[nodiscard]] const ServiceStatus* service(std::string_view name) const;
    /// Of the store, archived ones included; null when it is not there or the store is unreadable.
    [[nodiscard]] const Certificate* find(const Thumbprint& thumbprint) const;
    [[nodiscard]] const Certificate* find(const CertificateHash& hash) const;

    friend bool operator==(const ServerState&, const ServerState&) = default;
};

}  // namespace sstp

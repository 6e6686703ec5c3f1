#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/ssl_record.h"

namespace sstp::rras_host {

/// What a test ordered of the listener: `listener.json` in the state folder. Absent file: all as documented.
struct ListenerOrders {
    bool ipv4 = true;  ///< off: connections of this family are refused
    bool ipv6 = true;
    std::string silent_ipv4_with;  ///< thumbprint: refused as well while the record that decides for the family names this certificate
    std::string silent_ipv6_with;
    std::string serve_ipv4;  ///< thumbprint served whatever the bindings say: a stale cache, another program in front
    std::string serve_ipv6;
    int status = 0;               ///< HTTP status for the ServerURI; 0: the documented one
    int head_status = 0;          ///< the same for HEAD alone: a device in front answers it, and calls go through
    std::string stall = "never";  ///< never | handshake | response: the connection is accepted and then nothing comes
    bool follows_renewal_link = false;  ///< Schannel serves the successor that the bound certificate's renewal link names
};

/// The prefix's `C:\rras_host` as seen from outside, read anew at each question: other processes change it at any time.
class HostState {
public:
    explicit HostState(std::filesystem::path folder) : folder_(std::move(folder)) {}

    ListenerOrders orders() const;
    std::vector<SslRecord> ssl_records() const;

    /// Loopback addresses on which HTTP.SYS listens now: as the listen list has it, none while RRAS that was ordered so is not ready.
    std::vector<std::string> listened_addresses() const;

    /// Whether the test ordered that nobody answers on this address.
    bool is_silent(const std::string& address, std::uint16_t port, const ListenerOrders& orders) const;

    /// Which certificate is served for a record that names `thumbprint`.
    std::string served_for(const std::string& thumbprint, const ListenerOrders& orders) const;

    /// PEM file with certificate, chain and key; nothing when HTTP.SYS has no such certificate to serve.
    std::optional<std::filesystem::path> certificate_file(const std::string& thumbprint) const;
    /// The same for the central certificate store: a file named after the server name.
    std::optional<std::filesystem::path> central_certificate_file(const std::string& server_name) const;

    /// What answers the ServerURI: see model/http_sys.h.
    int answer_of_sstp() const;

private:
    bool service_runs(const char* name) const;
    bool sstp_is_ready() const;
    std::filesystem::path folder_;
};

}  // namespace sstp::rras_host

#pragma once

#include "core/model/ip_address.h"
#include "core/model/time.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sstp::simulated {

class World;

/// A VPN client outside, as Windows' own: dials one address under one name, and checks what it is shown.
struct Client {
    IpAddress address;
    std::string server_name = "vpn.example.com";
};

/// How far a client comes.
enum class DialOutcome : std::uint8_t {
    connected,
    no_answer,          ///< nobody listens there
    no_session,         ///< the handshake breaks off: no record, no key, no common cipher
    wrong_name,
    not_valid_now,      ///< ended, or not yet valid
    wrong_purpose,
    not_trusted,        ///< its root, or an intermediate that was not sent
    revoked,            ///< or its revocation cannot be checked
    no_sstp,            ///< TLS is fine; SSTP does not take the call
    crypto_binding,     ///< signed in, and cut off: the leaf is not what RRAS holds (MS-SSTP 3.3.3)
};
const char* word(DialOutcome outcome) noexcept;

/// What a client gets that dials now. Changes nothing.
DialOutcome try_to_dial(const World& world, const Client& client);
/// Dials: a session begins when it comes through; a failed handshake leaves an event 15021 where HTTP.SYS writes one.
DialOutcome dial(World& world, const Client& client);

/// One client for each address that clients outside can dial: those of the interfaces, of the listen list when there is one.
std::vector<Client> clients_of(const World& world, const std::string& server_name = "vpn.example.com");

/// RFC 9525 6.3 as clients do it: labels compared without case, `*` stands for exactly one first label.
bool client_accepts_name(const std::string& on_certificate, const std::string& wanted);

}  // namespace sstp::simulated

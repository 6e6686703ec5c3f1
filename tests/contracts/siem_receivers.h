#pragma once

#include "core/model/policy.h"

#include <cstdint>
#include <string>

namespace sstp::contracts {

/// The receivers of siem_receivers.py, which run beside the tests and tell their ports in COMPANION.
std::uint16_t receiver_port(const std::string& name);
/// A file that they made, as a path of this system.
std::string receiver_file(const std::string& name);

struct Taken {
    int connections = 0;
    std::string bytes;
};
/// What a receiver got since the last time.
Taken take(const std::string& receiver);
/// Has all receivers accept client certificates of this CA (PEM).
void accept_clients_of(const std::string& pem);

/// A destination at a receiver; TLS, by default with the receivers' root as ca_file and the name that their certificate has.
SiemDestination destination_at(const std::string& receiver, const std::string& host = "localhost");

}  // namespace sstp::contracts

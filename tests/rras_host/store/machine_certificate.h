#pragma once

#include <string>

namespace sstp::rras_host {

/// True when the LocalMachine store `store_name` holds a certificate with this SHA-1 thumbprint (hexadecimal) whose private
/// key this process can acquire.
bool has_usable_certificate(const std::string& store_name, const std::string& thumbprint_hex);

}  // namespace sstp::rras_host

#pragma once

#include "core/model/certificate.h"

#include <map>
#include <string>
#include <vector>

namespace sstp {

/// Whole: hashes, serial number, names, validity, key (DESIGN 5.1).
void add_certificate(std::map<std::string, std::string>& fields, const Certificate& certificate);
/// Which one, from when to when, and the size of its key: what goes with a certificate (DESIGN 5.1) wherever a datagram has room for it.
void add_validity(std::map<std::string, std::string>& fields, const Certificate& certificate);
/// Values separated by commas, as the catalogue's lists are.
std::string listed(const std::vector<std::string>& values);

}  // namespace sstp

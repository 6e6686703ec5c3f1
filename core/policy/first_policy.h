#pragma once

#include "core/model/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// What an installation was asked for; empty: nothing.
struct FirstPolicy {
    std::string mode;  ///< "heal" or "observe"
    std::vector<std::string> dns_names;
    std::vector<std::string> siem_hosts;  ///< one destination, RFC 5424 over TLS, tried in this order
};

/// The policy file with which a new installation starts. It holds only what was asked for, so that defaults of a later version
/// reach everybody who did not choose otherwise. Errors: malformed (a mode, name or host that is none).
Result<std::string> first_policy(const FirstPolicy& asked);

/// The entries of a list as people type it into one property: separated by commas, semicolons or blanks.
std::vector<std::string> split_list(std::string_view list);

}  // namespace sstp

#pragma once

#include <string>

namespace sstp::rras_host {

/// When certificates came (`certificates_came.json`): HTTP.SYS answers 87 to one whose key is newer than the order `new_keys_settle_ms` in
/// `http_sys.json` allows. Without the order it takes all. Thumbprints in upper case.
void note_arrival(const std::string& thumbprint);
bool has_new_key(const std::string& thumbprint);

}  // namespace sstp::rras_host

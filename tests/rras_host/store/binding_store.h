#pragma once

#include <vector>

#include "model/ssl_record.h"

namespace sstp::rras_host {

/// All SSL records of HTTP.SYS, sorted as an enumeration returns them. Hold a HostLock over reading, changing and writing.
std::vector<SslRecord> load_ssl_records();

/// Writes the state file and mirrors it under `…\Services\HTTP\Parameters\SslBindingInfo`, `SslSniBindingInfo` and
/// `SslCcsBindingInfo`, touching only what changed, so that registry notifications fire as on Windows.
void save_ssl_records(std::vector<SslRecord> records);

}  // namespace sstp::rras_host

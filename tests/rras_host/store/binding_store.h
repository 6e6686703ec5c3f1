#pragma once

#include <cstdint>
#include <vector>

#include "model/ssl_record.h"

namespace sstp::rras_host {

/// All SSL records of HTTP.SYS, sorted as an enumeration returns them. Hold a HostLock over reading, changing and writing.
std::vector<SslRecord> load_ssl_records();

/// The same without a copy, for whoever asks for a thousand one by one: parsed anew only when the file is another. Until the HostLock is
/// left.
const std::vector<SslRecord>& known_ssl_records();

/// Writes the state file and mirrors it under `…\Services\HTTP\Parameters\SslBindingInfo`, `SslSniBindingInfo` and
/// `SslCcsBindingInfo`, touching only what changed, so that registry notifications fire as on Windows.
void save_ssl_records(std::vector<SslRecord> records);

/// The record of the same kind and endpoint, or end().
std::vector<SslRecord>::iterator find_ssl_record(std::vector<SslRecord>& records, const SslRecord& key);

/// Whether HTTP.SYS accepts the record's certificate; a test that breaks a server on purpose does not ask.
enum class Certificate { checked, taken_as_it_is };

/// What HTTP.SYS does on a change, events 15300 and 15301 in System included. Win32 codes:
/// 183 the record exists; 2 it does not; 87 the hash is malformed, or the key too new for it (`certificate_arrivals.h`); 1312 there is no
/// such certificate with a usable key.
std::uint32_t set_ssl_record(const SslRecord& record, Certificate certificate = Certificate::checked);
std::uint32_t update_ssl_record(const SslRecord& record, Certificate certificate = Certificate::checked);
std::uint32_t delete_ssl_record(const SslRecord& key);

}  // namespace sstp::rras_host

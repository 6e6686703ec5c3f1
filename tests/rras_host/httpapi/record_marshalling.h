#pragma once

#include <optional>

#include "httpapi/http_configuration.h"
#include "model/ssl_record.h"

namespace sstp::rras_host {

/// The key of a record, out of a SET or QUERY structure. Nothing for an address that HTTP.SYS would not take: not AF_INET or
/// AF_INET6, port 0, a server name without host or with an address other than the IPv4 wildcard.
std::optional<SslRecord> key_from(const HTTP_SERVICE_CONFIG_SSL_KEY& key);
std::optional<SslRecord> key_from(const SniKey& key);
std::optional<SslRecord> key_from(const CcsKey& key);
std::optional<SslRecord> key_from(const ExKey& key);

/// An address as a socket has it, without a port. Nothing for what is none.
std::optional<SOCKADDR_STORAGE> address_from(const std::string& text);

/// Copies every field of the parameters into `record`.
void take_parameters(const HTTP_SERVICE_CONFIG_SSL_PARAM& parameters, SslRecord& record);

/// Bytes that `write_set` needs for the record's SET structure and all it points to.
ULONG set_size(const SslRecord& record);
/// Lays the SET structure out at the start of `buffer`, which has set_size() bytes; its pointers point behind it.
void write_set(const SslRecord& record, void* buffer);

}  // namespace sstp::rras_host

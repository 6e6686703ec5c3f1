#pragma once

#include "core/model/result.h"
#include "service/windows/crypto_handles.h"

#include <string>

namespace sstp {

/// The certificates of a PEM text, in a store in memory. What stands between and around them (comments, other objects) is passed
/// over. Errors: malformed (none in it, one that cannot be read, more than 1000). Source: RFC 7468 section 5.
Result<UniqueStore> certificates_from_pem(const std::string& pem, const std::string& subject);

/// The same from a file of at most 1 MiB. Errors: also those of reading it.
Result<UniqueStore> certificates_from_file(const std::string& path);

}  // namespace sstp

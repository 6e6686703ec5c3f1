#pragma once

#include "core/model/result.h"
#include "core/model/time.h"

#include <string>
#include <vector>

namespace sstp {

struct ZipMember {
    std::string name;     ///< UTF-8, `/` between folders
    std::string content;
};

/// A zip file that Explorer, Expand-Archive and unzip read: deflated, without encryption, every member with this time (UTC). Source:
/// PKWARE, APPNOTE 6.3.10, 4.3 and 4.4. Errors: malformed (more members or bytes than a file without ZIP64 holds: 65535, and 4 GB).
Result<std::string> zip_of(const std::vector<ZipMember>& members, WallTime time);

}  // namespace sstp

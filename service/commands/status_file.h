#pragma once

#include "core/model/result.h"
#include "service/host/places.h"

#include <string>

namespace sstp {

/// status.json as the service left it. Errors: not_found, access_denied, busy.
Result<std::string> read_status_file(const Places& places);

}  // namespace sstp

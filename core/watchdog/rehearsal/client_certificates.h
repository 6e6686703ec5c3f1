#pragma once

#include "core/record/snapshot.h"
#include "core/report/forecast.h"

#include <vector>

namespace sstp::rehearsal {

/// What becomes of the certificates that we show to SIEM destinations when they ask for one: ends without a successor, and renewals that
/// will not be for client authentication any more (public CAs leave that purpose out: facts rras-sstp 8).
std::vector<ForecastEntry> client_certificates_ahead(const Snapshot& snapshot, const SiemPolicy& siem);

}  // namespace sstp::rehearsal

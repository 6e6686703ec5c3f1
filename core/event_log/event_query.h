#pragma once

#include "core/ports/event_log.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace sstp {

/// Events of RasSstp that speak of certificates (facts: rras-sstp section 1), rising. 11 comes from older builds only.
inline constexpr std::array<std::uint32_t, 10> kRasSstpIds{11, 12, 13, 18, 19, 21, 22, 24, 25, 32};
/// Events of HTTP.SYS: 15021, an endpoint's TLS settings could not be used; 15300 to 15302, they were deleted, created, changed.
inline constexpr std::array<std::uint32_t, 4> kHttpSysIds{15021, 15300, 15301, 15302};

/// The structured XML query (one <Select> a channel; ids as ranges, since more than 21 comparisons in one expression break the
/// parser). Source: Microsoft, "Query Schema"; facts: event-log.
std::string to_xml(const EventQuery& query);

/// The channels that the query reads, each once: those of the query, and System for HTTP.SYS.
std::vector<std::string> channels_of(const EventQuery& query);

/// Whether the query selects the record: what `to_xml` asks of Windows, for whoever stands in for it.
bool is_watched(const EventQuery& query, const LogEvent& event);

}  // namespace sstp

#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace sstp {

/// The UUID of the machine out of the raw SMBIOS table (GetSystemFirmwareTable, provider RSMB): structure type 1, "System
/// Information", in the form that `wmic csproduct get uuid` prints. Empty when the firmware gives none: the table has no such
/// structure, or it is all zeros ("not settable") or all ones ("not set"). Source: DMTF DSP0134, 7.2.
std::string smbios_uuid(std::span<const std::uint8_t> raw_table);

}  // namespace sstp

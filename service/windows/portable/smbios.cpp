#include "service/windows/portable/smbios.h"

#include "core/model/digest.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sstp {

namespace {

constexpr std::size_t kTableHeader = 8;   // calling method, versions, length: Microsoft, RawSMBIOSData
constexpr std::uint8_t kSystemInformation = 1;
constexpr std::uint8_t kEndOfTable = 127;
constexpr std::size_t kUuidAt = 8;
constexpr std::size_t kUuidSize = 16;

/// The first three fields are little-endian in the table and big-endian in print, from version 2.6 on and in Windows always.
std::string in_print(std::span<const std::uint8_t> uuid) {
    constexpr std::array<std::size_t, kUuidSize> kOrder{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    std::array<std::uint8_t, kUuidSize> bytes{};
    for (std::size_t i = 0; i < kUuidSize; ++i) bytes[i] = uuid[kOrder[i]];
    std::string text = to_hex(bytes);
    for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
    return text;
}

/// What follows a structure and the strings behind it, which end with two zeros.
std::span<const std::uint8_t> behind(std::span<const std::uint8_t> table, std::size_t length) {
    for (std::size_t i = length; i + 1 < table.size(); ++i) {
        if (table[i] == 0 && table[i + 1] == 0) return table.subspan(i + 2);
    }
    return {};
}

}  // namespace

std::string smbios_uuid(std::span<const std::uint8_t> raw_table) {
    if (raw_table.size() < kTableHeader) return {};
    std::span<const std::uint8_t> table = raw_table.subspan(kTableHeader);
    while (table.size() >= 4) {
        const std::uint8_t type = table[0];
        const std::size_t length = table[1];
        if (length < 4 || length > table.size() || type == kEndOfTable) return {};
        if (type == kSystemInformation) {
            if (length < kUuidAt + kUuidSize) return {};
            const auto uuid = table.subspan(kUuidAt, kUuidSize);
            const auto all = [&](std::uint8_t value) { return std::ranges::all_of(uuid, [value](auto byte) { return byte == value; }); };
            return all(0x00) || all(0xFF) ? std::string{} : in_print(uuid);
        }
        table = behind(table, length);
    }
    return {};
}

}  // namespace sstp

#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "wevtapi/handles.h"

namespace sstp::rras_host {

struct FileTimeValue {
    std::uint64_t ticks;
};

struct HexValue64 {
    std::uint64_t value;
};

struct GuidText {
    std::string text;
};

struct SidText {
    std::string text;
};

/// What one EVT_VARIANT can be given; std::monostate is EvtVarTypeNull.
using EventValue =
    std::variant<std::monostate, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, bool, std::string, FileTimeValue, HexValue64,
                 GuidText, SidText, std::vector<std::string>, std::vector<std::uint32_t>, std::vector<std::uint8_t>>;

/// The variants followed by what they point to, with pointers valid for `base`.
std::vector<std::uint8_t> lay_out(const std::vector<EventValue>& values, const void* base);

/// The two-call pattern of all Evt functions that fill a buffer of `size` bytes: `used` always tells the need.
/// False and ERROR_INSUFFICIENT_BUFFER when the buffer is too small.
bool fill_buffer(const std::vector<EventValue>& values, DWORD size, void* buffer, DWORD* used);

}  // namespace sstp::rras_host

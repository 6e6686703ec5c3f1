#include "service/windows/portable/der.h"

#include <algorithm>
#include <cstddef>

namespace sstp {

bool DerValue::is_oid(std::span<const std::uint8_t> encoded) const { return tag == kOid && std::ranges::equal(content, encoded); }

std::optional<DerValue> DerReader::next() {
    constexpr std::size_t kMostLengthBytes = 4;
    if (left_.size() < 2) return std::nullopt;
    const std::uint8_t tag = left_[0];
    if ((tag & 0x1F) == 0x1F) return std::nullopt;   // a tag of several bytes
    std::size_t header = 2;
    std::size_t length = left_[1];
    if (length >= 0x80) {
        const std::size_t bytes = length & 0x7F;
        if (bytes == 0 || bytes > kMostLengthBytes || left_.size() < header + bytes) return std::nullopt;
        length = 0;
        for (std::size_t i = 0; i < bytes; ++i) length = length << 8 | left_[header + i];
        header += bytes;
    }
    if (left_.size() - header < length) return std::nullopt;
    const DerValue value{tag, left_.subspan(header, length)};
    left_ = left_.subspan(header + length);
    return value;
}

std::optional<DerValue> DerReader::next(std::uint8_t tag) {
    if (left_.empty() || left_[0] != tag) return std::nullopt;
    return next();
}

}  // namespace sstp

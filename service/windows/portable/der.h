#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace sstp {

/// One value of a DER encoding (ITU-T X.690): its tag byte and what it holds.
struct DerValue {
    static constexpr std::uint8_t kInteger = 0x02;
    static constexpr std::uint8_t kOctets = 0x04;
    static constexpr std::uint8_t kOid = 0x06;
    static constexpr std::uint8_t kSequence = 0x30;
    static constexpr std::uint8_t kSet = 0x31;
    static constexpr std::uint8_t kExplicit0 = 0xA0;

    std::uint8_t tag = 0;
    std::span<const std::uint8_t> content;

    [[nodiscard]] bool is_oid(std::span<const std::uint8_t> encoded) const;
};

/// Reads the values of an encoding one behind the other. Bytes are borrowed, never copied. Only what certificates and trust
/// lists use: one-byte tags, definite lengths of at most four bytes.
class DerReader {
public:
    explicit DerReader(std::span<const std::uint8_t> bytes) : left_(bytes) {}

    /// Nothing at the end, and where the bytes make no sense.
    std::optional<DerValue> next();
    /// The next value if it has this tag; else nothing, and it stays the next.
    std::optional<DerValue> next(std::uint8_t tag);
    [[nodiscard]] bool at_end() const { return left_.empty(); }

private:
    std::span<const std::uint8_t> left_;
};

}  // namespace sstp

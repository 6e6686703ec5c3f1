#pragma once

#include "core/model/sstp_settings.h"

#include <cstdint>
#include <optional>

namespace sstp {

/// The value as it is stored, rebuilt from what was decoded: a good value has one encoding only. Nothing: there is none.
template <class Hash>
std::optional<RawValue> stored_raw(const Stored<Hash>& stored) {
    if (const auto* malformed = std::get_if<Malformed>(&stored)) return malformed->raw;
    if (const auto* hash = value_of(stored)) return RawValue::binary(hash->to_vector());
    return std::nullopt;
}

/// What was evidently meant by isHashConfiguredByAdmin of the wrong type: 1 where any spelling of it says 1 (text, bytes, a QWORD),
/// else 0, which is what RRAS takes an absent one for (DESIGN 7.3).
std::uint32_t flag_meant_by(const RawValue& raw);

}  // namespace sstp

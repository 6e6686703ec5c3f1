#pragma once

#include "core/model/observed.h"
#include "core/model/time.h"

#include <chrono>
#include <optional>
#include <utility>

namespace sstp {

/// A refresh of Group Policy deletes its values and writes them again (DESIGN 5): gone is believed after this time.
inline constexpr Duration kGroupPolicySettles = std::chrono::seconds{60};

/// One value that Group Policy writes, the kill switch's text among them (servers.md 73), as it is believed. A value that is
/// there is believed at once, and so is one that cannot be read; one that is not there counts as it last stood until it has
/// been gone, in every look, for `kGroupPolicySettles`. What was never seen is absent at once. Use one object for all looks
/// of a process.
template <class T>
class Settled {
public:
    Observed<T> believe(Observed<T> read, MonotonicTime now) {
        if (value_of(read)) last_ = read;
        // Unreadable is no absence: the time begins anew.
        if (!is_absent(read) || !last_) {
            gone_since_.reset();
            return read;
        }
        if (!gone_since_) gone_since_ = now;
        if (now - *gone_since_ < kGroupPolicySettles) return *last_;
        last_.reset();
        gone_since_.reset();
        return Absent{};
    }

    /// When a value that is gone counts as gone; nothing: it is there, or gone already.
    [[nodiscard]] std::optional<MonotonicTime> settles_at() const {
        return gone_since_ ? std::optional{*gone_since_ + kGroupPolicySettles} : std::nullopt;
    }

private:
    std::optional<Observed<T>> last_;
    std::optional<MonotonicTime> gone_since_;
};

}  // namespace sstp

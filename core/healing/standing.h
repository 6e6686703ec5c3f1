#pragma once

#include "core/decision/heal_plan.h"
#include "core/ports/ports.h"

namespace sstp {

/// How the value that a step changes stands right now, compared with what the step found and with what it makes.
/// Undo and compare-before-write rest on this look alone, never on what a call claimed to have done.
enum class Standing : std::uint8_t {
    as_found,    ///< equals `before`
    as_made,     ///< equals `after`
    in_between,  ///< a record that was there is gone: the middle of deleting and setting it
    foreign,     ///< somebody else's value: neither of ours
};
const char* word(Standing standing) noexcept;

/// Where a bind or write step stands. Errors: what the port could not read.
Result<Standing> look_at(Ports& ports, const BindStep& step);
Result<Standing> look_at(Ports& ports, const WriteValueStep& step);

}  // namespace sstp

#include "core/healing/standing.h"

namespace sstp {

const char* word(Standing standing) noexcept {
    switch (standing) {
        case Standing::as_found: return "as_found";
        case Standing::as_made: return "as_made";
        case Standing::in_between: return "in_between";
        case Standing::foreign: return "foreign";
    }
    return "unknown";
}

Result<Standing> look_at(Ports& ports, const BindStep& step) {
    const auto present = ports.bindings.at(step.after.endpoint);
    if (!present) {
        if (present.error().kind != ErrorKind::not_found) return present.error();
        return step.before ? Standing::in_between : Standing::as_found;
    }
    if (*present == step.after) return Standing::as_made;
    return step.before && *present == *step.before ? Standing::as_found : Standing::foreign;
}

Result<Standing> look_at(Ports& ports, const WriteValueStep& step) {
    const auto present = ports.parameters.read(step.value);
    if (const Error* why = why_unreadable(present)) return *why;
    // The registry replaces a value in one piece: unlike a binding's, its absence is never the middle of our own change.
    if (is_absent(present)) return step.before ? Standing::foreign : Standing::as_found;
    if (*value_of(present) == step.after) return Standing::as_made;
    return step.before && *value_of(present) == *step.before ? Standing::as_found : Standing::foreign;
}

}  // namespace sstp

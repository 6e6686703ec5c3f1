#include "service/windows/kill_switch_registry.h"

#include "service/windows/registry_key.h"

namespace sstp {

Observed<std::string> KillSwitchRegistry::read() {
    const Observed<RawValue> raw = read_value(kPoliciesKey, L"Mode");
    const Stored<std::string> text = decode_text(raw);
    if (const std::string* mode = value_of(text)) return *mode;
    if (const Error* why = why_unreadable(text)) return Unreadable{*why};
    if (is_absent(text)) return Absent{};
    // Somebody meant something by it. Hex digits spell neither mode, and whatever is not `heal` stops us.
    return to_hex(std::get<Malformed>(text).raw.data);
}

}  // namespace sstp

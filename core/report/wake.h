#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

namespace sstp {

/// Why the watchdog looks now. Only a reason to look, kept for the report; never data to decide from.
enum class Wake : std::uint8_t {
    service_start,
    event_log,             ///< RasSstp or HttpEvent records are there to be read
    certificate_store,
    registry,              ///< SstpSvc\Parameters, HTTP\Parameters\Ssl*BindingInfo, or Group Policy's values
    service_state,         ///< a service that a heal may restart has stopped, or runs
    timer,
    policy_change,
    administrator_heal,
    administrator_heal_ignoring_window,
    confirmation,          ///< a probe finding is being looked at again
    siem,                  ///< a SIEM destination went down, came back, or lost events
    siem_test,             ///< an administrator asked for a test event
};
const char* word(Wake wake) noexcept;   ///< "service_start"
std::optional<Wake> wake_from_word(std::string_view word);
using Wakes = std::set<Wake>;   ///< a storm of wakes is one cycle

}  // namespace sstp

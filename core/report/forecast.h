#pragma once

#include "core/decision/decide.h"
#include "core/decision/window.h"
#include "core/model/finding.h"
#include "core/model/heal_plan.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// What kind of thing a forecast speaks of.
enum class Foreseen : std::uint8_t {
    renewal_expected,     ///< by the habit that the store shows, a renewed certificate comes then
    renewal_needed,       ///< a fit successor has to be in the store by then, to be put in force before the end
    restart,              ///< a heal that restarts services
    change,               ///< a heal that restarts nothing
    finding,              ///< a warning or something critical begins
    certificate_unfit,    ///< one that is counted on, here or for the SIEM, will not do from then on
    rule,                 ///< a rule of public CAs changes
};
const char* word(Foreseen kind) noexcept;

/// A restart, and what it is expected to cost.
struct ForeseenHeal {
    Urgency urgency = Urgency::planned;
    Certificate target;
    std::optional<std::uint32_t> sessions;   ///< that are open now, and would end; nothing: they cannot be counted
    std::optional<Duration> without_sstp;    ///< by experience; nothing: none yet
    bool succeeds = true;
};

/// One thing to come.
struct ForecastEntry {
    WallTime at{};
    Foreseen kind{};
    Severity severity = Severity::information;
    std::string reason;                      ///< of findings and unfit certificates, its word; empty otherwise
    std::string subject;                     ///< thumbprint, destination, or what the finding is about
    std::string text;                        ///< a sentence or two
    std::optional<ForeseenHeal> heal;        ///< of restarts and changes
};

/// What comes in so many days if nobody but the usual renewals touches the server: in order of time.
struct Forecast {
    WallTime from{};
    WallTime until{};
    Permission permission = Permission::heal;
    std::vector<ForecastEntry> entries;
    std::vector<Opening> windows;            ///< that begin in that time
    std::optional<WallTime> next_begin;      ///< when this server begins in the next of them: its share of the window
    Duration cut_off{};                      ///< in all, restarts included
    std::vector<Finding> standing;           ///< what is wrong already, above information
};

}  // namespace sstp

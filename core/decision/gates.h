#pragma once

#include "core/decision/work.h"

#include <optional>
#include <string>

namespace sstp {

/// One condition that has to hold before anything is changed. `work`: what is to be done; null: nothing is, and only what stands in the
/// way of any work is asked. Nothing: it lets pass.
using Gate = std::optional<Refused> (*)(const DecisionInput& input, const Work* work);

// gates_of_the_server.cpp
std::optional<Refused> tls_is_ours(const DecisionInput&, const Work*);
std::optional<Refused> sstp_is_in_use(const DecisionInput&, const Work*);
std::optional<Refused> everything_is_readable(const DecisionInput&, const Work*);
std::optional<Refused> clock_is_believed(const DecisionInput&, const Work*);
std::optional<Refused> target_is_known(const DecisionInput&, const Work*);
std::optional<Refused> records_are_replaceable(const DecisionInput&, const Work*);
std::optional<Refused> services_are_ready(const DecisionInput&, const Work*);
/// A service of a plan's restart that could not be stopped, or not be started again; of RemoteAccess `services_are_ready` speaks.
std::optional<Refused> cannot_be_restarted(const std::string& name, const DecisionInput&);
// gates_of_permission.cpp
std::optional<Refused> mode_permits(const DecisionInput&, const Work*);
std::optional<Refused> no_heal_is_open(const DecisionInput&, const Work*);
std::optional<Refused> others_are_quiet(const DecisionInput&, const Work*);
std::optional<Refused> is_confirmed(const DecisionInput&, const Work*);
std::optional<Refused> is_due(const DecisionInput&, const Work*);
std::optional<Refused> is_affordable(const DecisionInput&, const Work*);

}  // namespace sstp

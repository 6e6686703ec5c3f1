#pragma once

#include "core/diagnosis/assess.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sstp {

/// What every check sees: the look, what is wanted, and how the two differ.
struct CheckInput {
    const ServerState& state;
    const Policy& policy;
    const Memory& memory;
    WallTime now;
    const DesiredState& desired;
    const std::vector<Difference>& differences;
    const std::map<AddressFamily, Level>& levels;
};

/// Whether the checks further down the chain still apply.
enum class Then : std::uint8_t { go_on, stop };
/// Adds what it finds wrong to the assessment's findings (and symptoms). Order and meaning: kChain in assess.cpp.
using Check = Then (*)(const CheckInput&, Assessment&);

// check_settings.cpp
Then configuration_is_in_force(const CheckInput&, Assessment&);
Then tls_is_ours(const CheckInput&, Assessment&);
Then sstp_is_in_use(const CheckInput&, Assessment&);
Then what_is_needed_was_readable(const CheckInput&, Assessment&);
// check_services.cpp
Then services_run(const CheckInput&, Assessment&);
// check_certificate.cpp
Then selection_is_content(const CheckInput&, Assessment&);
Then active_certificate_is_in_the_store(const CheckInput&, Assessment&);
Then active_certificate_is_fit(const CheckInput&, Assessment&);
Then active_certificate_has_time_left(const CheckInput&, Assessment&);
// check_unit.cpp
Then unit_names_the_certificate(const CheckInput&, Assessment&);
Then rras_holds_what_is_stored(const CheckInput&, Assessment&);
// check_listeners.cpp
Then http_sys_owns_the_port(const CheckInput&, Assessment&);
Then http_sys_listens(const CheckInput&, Assessment&);
Then listeners_answer(const CheckInput&, Assessment&);
Then listeners_serve_what_is_bound(const CheckInput&, Assessment&);
Then sstp_answers_behind_tls(const CheckInput&, Assessment&);
Then chain_is_sent_whole(const CheckInput&, Assessment&);

// one_cause.cpp
/// One cause is one critical (DESIGN 6.1): what follows from a finding above it becomes information.
void list_echoes_below_their_cause(const CheckInput& input, Assessment& assessment);

/// The services of restart.services, RemoteAccess first where the list leaves it out. Their states are needed (DESIGN 2.3).
std::vector<std::string> watched_services(const Policy& policy);
/// What was seen of a service, whatever the case of its name; null when it was not looked at.
const Observed<ServiceStatus>* observed_service(const ServerState& state, std::string_view name);
/// RemoteAccess runs, or nobody knows that it does not.
bool rras_may_run(const ServerState& state);
/// The successor's day has passed and it was not put in force.
bool is_overdue(const Successor& successor, const Memory& memory, const Policy& policy, WallTime now);
/// Every listener that answers serves this certificate, at least one does, and the hash that counts names it.
bool is_served_rightly(const CheckInput& input, const Certificate& certificate);

}  // namespace sstp

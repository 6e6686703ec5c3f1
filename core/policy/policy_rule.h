#pragma once

#include "core/policy/value_rules.h"

namespace sstp {

// For the files of this folder alone.

/// The whole policy file: every key with its type, range, default and meaning. The only place where a key is named.
const ValueRule<Policy>& policy_rule();
ValueRule<SiemPolicy> siem_rule();

/// Where a sentence about a member points: to the member, if the file has it, else to the object.
Spot at(const Spot& object, std::string_view name);

// Impossible combinations of good values, and values that follow from others. One function for each object.
void finish_certificate(CertificatePolicy& policy, const Spot& spot, const GoodMembers& members, Problems& problems);
void finish_listener(ListenerPolicy& policy, const Spot& spot, const GoodMembers& members, Problems& problems);
void finish_window(MaintenanceWindow& window, const Spot& spot, const GoodMembers& members, Problems& problems);
void finish_restart(RestartPolicy& policy, const Spot& spot, const GoodMembers& members, Problems& problems);
void finish_limits(LimitPolicy& policy, const Spot& spot, const GoodMembers& members, Problems& problems);
void finish_client_certificate(SelectClientCertificate& wanted, const Spot& spot, const GoodMembers& members, Problems& problems);
void finish_destination(SiemDestination& destination, const Spot& spot, const GoodMembers& members, Problems& problems);
void finish_siem(SiemPolicy& policy, const Spot& spot, const GoodMembers& members, Problems& problems);

}  // namespace sstp

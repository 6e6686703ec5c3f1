#pragma once

#include "core/model/policy.h"
#include "core/model/time.h"
#include "core/policy/settled.h"
#include "core/ports/group_policy.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// A value of Group Policy that cannot be used: a finding `policy_invalid` of the caller.
struct GroupPolicyProblem {
    std::string subject;  ///< "Group Policy, Window"
    std::string text;     ///< what is wrong, and what holds instead: one or two sentences
    friend bool operator==(const GroupPolicyProblem&, const GroupPolicyProblem&) = default;
};

struct PolicyUnderGroupPolicy {
    Policy policy;
    std::vector<std::string> decided;          ///< JSON pointers of what Group Policy decided
    GroupPolicyValues in_force;                ///< the values that hold: `last_good` of the next time
    std::vector<GroupPolicyProblem> problems;  ///< in the order of DESIGN 5; one where the whole key cannot be read
    friend bool operator==(const PolicyUnderGroupPolicy&, const PolicyUnderGroupPolicy&) = default;
};

/// The file's policy with Group Policy's values in place of the file's (DESIGN 5, end). `values`: as believed
/// (SettledGroupPolicy). A value that is invalid, empty or unreadable leaves its setting at `last_good`, else at the file's.
/// SiemHosts are one destination, RFC 5424 over TLS, tried in that order, in place of all of the file's. Where RestartsPerDay
/// is below the file's restarts_per_hour, that is lowered to it. Pure. `Mode` is not here: kill_switch.h.
PolicyUnderGroupPolicy under_group_policy(const Policy& policy, const GroupPolicyValues& values, const GroupPolicyValues& last_good = {});

/// One value of the key, as administrative templates offer it.
struct GroupPolicySetting {
    std::string name;                  ///< of the registry value
    std::string type;                  ///< "REG_SZ", "REG_MULTI_SZ", "REG_DWORD"
    std::vector<std::string> decides;  ///< JSON pointers
};
/// Every value but `Mode`, which is kill_switch.h's.
std::vector<GroupPolicySetting> group_policy_settings();

/// The values that are set, as one JSON object by their names in the registry, for the record: what an invalid value leaves in force
/// outlives a process (DESIGN 5). Nothing where none is set.
std::optional<std::string> kept_text(const GroupPolicyValues& values);
/// What such a text says; no value of one that cannot be read.
GroupPolicyValues from_kept_text(const std::optional<std::string>& text);

/// "DnsNames, Window": the values that are set, for messages; empty when none is.
std::string set_values(const GroupPolicyValues& values);

/// Which of the values that were read are believed: one that disappears goes on holding for `kGroupPolicySettles`.
class SettledGroupPolicy {
public:
    GroupPolicyValues believe(const GroupPolicyValues& read, MonotonicTime now);
    /// When a value that is gone will not be believed in any more; nothing: none is waited for.
    [[nodiscard]] std::optional<MonotonicTime> settles_at() const;

private:
    Settled<std::vector<std::string>> dns_names_;
    Settled<std::vector<std::string>> siem_hosts_;
    Settled<std::string> issuer_;
    Settled<std::string> thumbprint_;
    Settled<std::string> ca_;
    Settled<std::string> window_;
    Settled<std::uint32_t> restarts_per_day_;
};

}  // namespace sstp

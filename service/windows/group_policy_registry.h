#pragma once

#include "core/ports/group_policy.h"

namespace sstp {

/// HKLM\SOFTWARE\Policies\SSTP Watchdog, besides `Mode`.
class GroupPolicyRegistry final : public GroupPolicy {
public:
    GroupPolicyValues read() override;
};

}  // namespace sstp

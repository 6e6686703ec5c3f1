#pragma once

#include "core/ports/machine.h"

namespace sstp {

/// Who this machine is, from registry, firmware and the computer's names; and what else is configured on it. DirectAccess: its server
/// policy (HKLM\SOFTWARE\Policies\Microsoft\Windows\RemoteAccess\Config\MachineSIDs, "DirectAccess Server Settings"). Network load
/// balancing: an interface under HKLM\SYSTEM\CurrentControlSet\Services\WLBS\Parameters\Interface.
class WindowsMachine final : public Machine {
public:
    MachineIdentity identity() override;
    std::string domain() override;
    bool has_directaccess_or_nlb() override;
};

}  // namespace sstp

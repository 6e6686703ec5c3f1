#pragma once

#include "core/ports/machine.h"

#include <string>

namespace sstp {

/// Who this machine is, from registry, firmware and the computer's names; and what else is configured on it. DirectAccess: its server
/// policy (HKLM\SOFTWARE\Policies\Microsoft\Windows\RemoteAccess\Config\MachineSIDs, "DirectAccess Server Settings"). Network load
/// balancing: an interface under HKLM\SYSTEM\CurrentControlSet\Services\WLBS\Parameters\Interface.
class WindowsMachine final : public Machine {
public:
    MachineIdentity identity() override;
    std::string domain() override;
    bool has_directaccess_or_nlb() override;
    std::vector<IpAddress> addresses() override;
};

/// The full DNS name, as Windows' own events carry it and SIEMs join assets by it (RFC 5424 6.2.4 wants it first): VPN01 exists in every
/// forest. The computer's name alone in a workgroup; empty when Windows does not say.
std::string full_host_name();

/// The account of this process, `DOMAIN\name`; empty when Windows does not say.
std::string account_of_this_process();

}  // namespace sstp

#pragma once

#include "core/ports/kill_switch.h"

namespace sstp {

/// The kill switch where Group Policy writes it.
class KillSwitchRegistry final : public KillSwitch {
public:
    Observed<std::string> read() override;
};

}  // namespace sstp

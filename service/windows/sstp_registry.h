#pragma once

#include "core/ports/sstp_parameters.h"

namespace sstp {

/// SSTP's parameters in the registry of this machine.
class SstpRegistry final : public SstpParameters {
public:
    Observed<RawValue> read(SstpValue value) override;
    Result<void> write(SstpValue value, const RawValue& raw) override;
    Result<void> remove(SstpValue value) override;
    Result<void> flush() override;
};

}  // namespace sstp

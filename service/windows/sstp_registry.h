#pragma once

#include "core/ports/sstp_parameters.h"
#include "service/windows/registry_key.h"

namespace sstp {

/// SSTP's parameters in the registry of this machine.
class SstpRegistry final : public SstpParameters {
public:
    Observed<RawValue> read(SstpValue value) override;
    Result<void> write(SstpValue value, const RawValue& raw) override;
    Result<void> remove(SstpValue value) override;
    Result<WallTime> last_written() override { return last_write(kSstpParametersKey, WriteOf::key_alone); }
    Result<void> flush() override;
};

}  // namespace sstp

#pragma once

#include "core/model/observed.h"
#include "core/model/sstp_settings.h"
#include "core/model/time.h"

namespace sstp {

/// HKLM\SYSTEM\CurrentControlSet\Services\SstpSvc\Parameters, value by value, raw. `decode_…` gives meaning.
class SstpParameters {
public:
    virtual ~SstpParameters() = default;

    /// Absent when the value, or the whole key, is not there.
    virtual Observed<RawValue> read(SstpValue value) = 0;
    /// Writes exactly these bytes with exactly this type. Only the hashes and the flag are ever written: any other
    /// value is refused with `malformed`. Errors: access_denied, not_found (the key is missing: SSTP is not installed).
    virtual Result<void> write(SstpValue value, const RawValue& raw) = 0;
    /// Deletes the value; a missing one is success.
    virtual Result<void> remove(SstpValue value) = 0;
    /// Last-write time of the Parameters key (RegQueryInfoKey). Errors: not_found, access_denied: then nobody knows.
    virtual Result<WallTime> last_written() = 0;
    /// Makes what was written durable (RegFlushKey). Once at the end of a heal, not for each value.
    virtual Result<void> flush() = 0;
};

}  // namespace sstp

#pragma once

#include "core/model/digest.h"

#include <memory>
#include <set>

namespace sstp {

/// Which roots are of Windows' root programme, as far as this machine knows without asking anybody.
/// Immutable, so that a call which was given up may go on reading it.
class RootProgramme {
public:
    /// As the registry has it now: `before` itself where nothing is new.
    static std::shared_ptr<const RootProgramme> now(std::shared_ptr<const RootProgramme> before = nullptr);

    /// The list names it, or it lies in the physical store `.AuthRoot`, to which Windows adds the roots of the list as they are
    /// needed (HKLM\SOFTWARE\Microsoft\SystemCertificates\AuthRoot\Certificates). A list that cannot be read names nothing.
    [[nodiscard]] bool has(const Thumbprint& root) const;

private:
    Bytes encoded_;                  ///< what `listed_` was read from
    std::set<Thumbprint> listed_;
};

}  // namespace sstp

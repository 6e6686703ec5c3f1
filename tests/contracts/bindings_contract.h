#pragma once

#include "core/ports/listener_bindings.h"
#include "tests/contracts/contract.h"

namespace sstp::contracts {

/// HTTP.SYS without a record on the ports that the suite uses, and certificates that it can bind.
class BindingsWorld {
public:
    virtual ~BindingsWorld() = default;
    virtual ListenerBindings& bindings() = 0;
    /// Certificate `number` (1 or 2) of LocalMachine\MY, whose key HTTP.SYS can use.
    virtual Thumbprint usable(int number) = 0;
    /// A certificate of LocalMachine\MY without a usable key.
    virtual Thumbprint keyless() = 0;
    /// Somebody else makes a record of any kind.
    virtual void somebody_sets(const ListenerBinding& record) = 0;

    /// Puts a record in place of whatever stands there now.
    Result<void> make(const ListenerBinding& record) {
        const auto now = bindings().at(record.endpoint);
        return bindings().put(record, now ? std::optional{*now} : std::nullopt);
    }
};

using BindingsContract = Contract<BindingsWorld>;

}  // namespace sstp::contracts

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

/// What HTTP.SYS does at its oddest (facts: rras-sstp 4). A world that cannot be brought to it does not run this part.
class OddBindingsWorld : public BindingsWorld {
public:
    /// HttpUpdateServiceConfiguration answers "not supported" from now on, or works again.
    virtual void has_no_update(bool none) = 0;
    /// The record at this endpoint carries extended parameters.
    virtual void extend(const Endpoint& endpoint) = 0;
    /// The key of certificate 2 was made this moment: 87 for a while.
    virtual void make_key_settle(bool settles) = 0;
    /// The certificate leaves the store; what is bound stays bound.
    virtual void somebody_deletes(const Thumbprint& certificate) = 0;
    /// `netsh http add iplisten`.
    virtual void listen_on(const std::vector<IpAddress>& addresses) = 0;
};

using OddBindingsContract = Contract<OddBindingsWorld>;

}  // namespace sstp::contracts

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
    /// The record at this address gets parameters that the plain record does not carry (TLS restrictions).
    virtual void extend(const Endpoint& endpoint) = 0;
    /// HTTP.SYS answers 87 to this certificate, whose key was made a moment ago.
    virtual void key_is_new(bool is_new) = 0;
    /// netsh http add iplisten, and a boot.
    virtual void listen_on(const std::vector<IpAddress>& addresses) = 0;
    virtual WallTime now() = 0;
    /// What the world has: HttpUpdateServiceConfiguration.
    [[nodiscard]] virtual bool updates_in_place() const = 0;

    /// Puts a record in place of whatever stands there now.
    Result<void> make(const ListenerBinding& record) {
        const auto now = bindings().at(record.endpoint);
        return bindings().put(record, now ? std::optional{*now} : std::nullopt);
    }
};

using BindingsContract = Contract<BindingsWorld>;

}  // namespace sstp::contracts

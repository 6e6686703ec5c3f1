#pragma once

#include "core/ports/services.h"
#include "tests/contracts/contract.h"

#include <string>
#include <vector>

namespace sstp::contracts {

/// How a service behaves that the suite has installed.
enum class Behaviour : std::uint8_t {
    steady,          ///< starts and stops at once
    slow,            ///< takes a moment for both, with signs of life
    hangs_stopping,  ///< says that it is stopping, and nothing more
    hangs_starting,  ///< says that it is starting, and nothing more
    ends_at_once,    ///< starts and ends with exit code 42
    refuses_stop,    ///< runs and takes no stop control
};

struct ServiceToInstall {
    Behaviour behaviour = Behaviour::steady;
    StartType start_type = StartType::manual;
    bool running = false;                 ///< started before the suite looks
    std::vector<std::string> depends_on = {};  ///< names that `install` gave
};

class ServicesWorld {
public:
    virtual ~ServicesWorld() = default;
    virtual Services& services() = 0;
    /// Gives the name.
    virtual std::string install(const ServiceToInstall& service) = 0;
    /// Our own stop is requested.
    virtual void request_stop() = 0;
    virtual WallTime now() = 0;
    /// Waits until the service is in this state, whoever brought it there.
    virtual void settle(const std::string& service, ServiceState state) = 0;
};

using ServicesContract = Contract<ServicesWorld>;

/// The part that needs an SCM which knows dependencies: the simulated one and Windows', not Wine's.
class ServiceDependenciesContract : public ServicesContract {};

}  // namespace sstp::contracts

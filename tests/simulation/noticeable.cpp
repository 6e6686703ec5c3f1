#include "tests/simulation/noticeable.h"

namespace sstp::simulation {

Noticeable Noticeable::of(const World& world) {
    Noticeable seen{world.next_record_id, world.bindings_written, world.parameters_written, 0, {}, world.kill_switch, {}};
    if (const auto my = world.stores.find("MY"); my != world.stores.end()) {
        for (const auto& each : my->second) {
            seen.store = seen.store * 31 + each.certificate.thumbprint.bytes()[0] + (each.certificate.archived ? 1000U : 0U) +
                         (each.certificate.renewed_by ? 10'000U : 0U);
        }
    }
    if (const auto file = world.files.find(kPolicyFile); file != world.files.end()) seen.policy = file->second;
    for (const auto& [name, service] : world.services) seen.services += word(service.status.state)[0];
    return seen;
}

}  // namespace sstp::simulation

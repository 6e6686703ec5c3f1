// HTTP.SYS records. Source: Microsoft, HttpSetServiceConfiguration, HttpUpdateServiceConfiguration,
// HttpDeleteServiceConfiguration; error codes as the facts (rras-sstp section 3) have them.

#include "tests/simulated_windows/simulated_ports.h"

#include <algorithm>

namespace sstp::simulated {

namespace {

constexpr char kPut[] = "set the HTTP.SYS binding";

void erase(World& world, const Endpoint& endpoint) {
    std::erase_if(world.bindings, [&](const ListenerBinding& each) { return each.endpoint == endpoint; });
}

}  // namespace

Result<std::vector<ListenerBinding>> SimulatedBindings::all() {
    return world_.call(PortCall::bindings_all, "list HTTP.SYS bindings", "",
                       [&]() -> Result<std::vector<ListenerBinding>> { return world_.bindings; });
}

Result<ListenerBinding> SimulatedBindings::at(const Endpoint& endpoint) {
    return world_.call(PortCall::bindings_at, "read the HTTP.SYS binding", endpoint.to_string(), [&]() -> Result<ListenerBinding> {
        if (const ListenerBinding* found = world_.binding_at(endpoint)) return *found;
        return Error{ErrorKind::not_found, "read the HTTP.SYS binding", endpoint.to_string(), 2, "not found"};
    });
}

Result<void> SimulatedBindings::set(const ListenerBinding& record) {
    const auto thumbprint = record.thumbprint();
    const StoredCertificate* stored = thumbprint ? world_.find(record.store.value_or("MY"), *thumbprint) : nullptr;
    if (stored == nullptr || stored->certificate.key != KeyState::usable) {
        return Error{ErrorKind::no_usable_key, kPut, record.endpoint.to_string(), 1312, "a specified logon session does not exist"};
    }
    Write write;
    write.call = PortCall::bindings_put;
    write.subject = record.endpoint.to_string();
    if (const ListenerBinding* before = world_.binding_at(record.endpoint)) write.binding_before = *before;
    write.binding_after = record;
    write.certificate = thumbprint;
    erase(world_, record.endpoint);
    world_.bindings.push_back(record);
    world_.note_write(std::move(write));
    world_.write_event("Microsoft-Windows-HttpEvent", 15301, {record.endpoint.to_string()});
    return {};
}

Result<void> SimulatedBindings::put(const ListenerBinding& record, const std::optional<ListenerBinding>& instead_of) {
    return world_.call(PortCall::bindings_put, kPut, record.endpoint.to_string(), [&]() -> Result<void> {
        if (record.endpoint.kind != Endpoint::Kind::address || record.endpoint.port == 0) {
            return Error{ErrorKind::malformed, kPut, record.endpoint.to_string(), 87, "the parameter is incorrect"};
        }
        const ListenerBinding* found = world_.binding_at(record.endpoint);
        if ((found ? std::optional{*found} : std::nullopt) != instead_of) {
            return Error{ErrorKind::busy, kPut, record.endpoint.to_string(), 0, "another record stands there"};
        }
        // Without an atomic update the adapter deletes, sets, and puts the old one back when setting fails: the outcome
        // is the same, but clients find no record for a moment, and both steps write events.
        if (!world_.has_atomic_update && found != nullptr) {
            world_.write_event("Microsoft-Windows-HttpEvent", 15300, {record.endpoint.to_string()});
        }
        return set(record);
    });
}

Result<void> SimulatedBindings::remove(const Endpoint& endpoint) {
    return world_.call(PortCall::bindings_remove, "delete the HTTP.SYS binding", endpoint.to_string(), [&]() -> Result<void> {
        const ListenerBinding* found = world_.binding_at(endpoint);
        if (found == nullptr) {
            return Error{ErrorKind::not_found, "delete the HTTP.SYS binding", endpoint.to_string(), 2, "not found"};
        }
        Write write;
        write.call = PortCall::bindings_remove;
        write.subject = endpoint.to_string();
        write.binding_before = *found;
        erase(world_, endpoint);
        world_.note_write(std::move(write));
        world_.write_event("Microsoft-Windows-HttpEvent", 15300, {endpoint.to_string()});
        return {};
    });
}

}  // namespace sstp::simulated

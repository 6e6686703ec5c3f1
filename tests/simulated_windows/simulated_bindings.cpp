// HTTP.SYS records. Source: Microsoft, HttpSetServiceConfiguration, HttpUpdateServiceConfiguration,
// HttpDeleteServiceConfiguration; error codes as the facts (rras-sstp 4) have them.

#include "tests/simulated_windows/simulated_ports.h"

#include <algorithm>

namespace sstp::simulated {

namespace {

constexpr char kPut[] = "set the HTTP.SYS binding";

Error error(ErrorKind kind, const Endpoint& endpoint, std::uint32_t code, const char* text) {
    return {kind, kPut, endpoint.to_string(), code, text};
}

}  // namespace

Result<std::vector<ListenerBinding>> SimulatedBindings::all() {
    return world_.call(PortCall::bindings_all, "list HTTP.SYS bindings", "",
                       [&]() -> Result<std::vector<ListenerBinding>> { return world_.bindings; });
}

Result<WallTime> SimulatedBindings::last_written() {
    constexpr char kOperation[] = "read the last-write time of";
    return world_.call(PortCall::bindings_last_written, kOperation, "SslBindingInfo", [&]() -> Result<WallTime> {
        if (world_.bindings_written) return *world_.bindings_written;
        return Error{ErrorKind::not_found, kOperation, "SslBindingInfo", 2, "not found"};
    });
}

Result<std::vector<IpAddress>> SimulatedBindings::listen_list() {
    return world_.call(PortCall::bindings_listen_list, "read the IP listen list", "",
                       [&]() -> Result<std::vector<IpAddress>> { return world_.listen_list; });
}

Result<ListenerBinding> SimulatedBindings::at(const Endpoint& endpoint) {
    return world_.call(PortCall::bindings_at, "read the HTTP.SYS binding", endpoint.to_string(), [&]() -> Result<ListenerBinding> {
        if (const ListenerBinding* found = world_.binding_at(endpoint)) return *found;
        return Error{ErrorKind::not_found, "read the HTTP.SYS binding", endpoint.to_string(), 2, "not found"};
    });
}

bool SimulatedBindings::has_update() {
    const Verdict verdict = world_.enter(PortCall::bindings_has_update);
    if (verdict.effect == Effect::crashes_before || verdict.effect == Effect::crashes_after) throw Crash{};
    return world_.traits.update != HttpUpdate::absent && !update_refused_;
}

/// What HTTP.SYS answers to a record of this certificate; nothing: it takes it.
std::optional<Error> SimulatedBindings::refusal(const ListenerBinding& record) const {
    const auto thumbprint = record.thumbprint();
    const StoredCertificate* stored = thumbprint ? world_.find(record.store.value_or("MY"), *thumbprint) : nullptr;
    if (stored == nullptr || !stored->serves()) {
        return error(ErrorKind::no_usable_key, record.endpoint, 1312, "a specified logon session does not exist");
    }
    const Duration settles = world_.traits.new_keys_settle_for;
    if (settles > Duration{0} && world_.elapsed - stored->added < settles) {
        return error(ErrorKind::settling, record.endpoint, 87, "the parameter is incorrect");
    }
    return std::nullopt;
}

void SimulatedBindings::note(const ListenerBinding& record, const ListenerBinding* before) {
    Write write;
    write.call = PortCall::bindings_put;
    write.subject = record.endpoint.to_string();
    if (before) write.binding_before = *before;
    write.binding_after = record;
    write.certificate = record.thumbprint();
    world_.note_write(std::move(write));
}

// In one call where the system can; else by deleting and setting. What the old record's extended parameters said is lost then.
Result<void> SimulatedBindings::replace(const ListenerBinding& record, const ListenerBinding& old) {
    if (world_.traits.update == HttpUpdate::works) {
        if (auto why = refusal(record)) return *why;
        note(record, &old);
        std::replace(world_.bindings.begin(), world_.bindings.end(), old, record);
        world_.bindings_written = world_.wall;
        world_.write_event("Microsoft-Windows-HttpEvent", 15302, {"\\Device\\Http\\ReqQueue", record.endpoint.to_string()});
        return {};
    }
    update_refused_ = true;
    if (world_.extended_records.contains(record.endpoint)) {
        return error(ErrorKind::not_replaceable, record.endpoint, 50, "the record has extended parameters and there is no update");
    }
    const ListenerBinding before = old;
    world_.erase_binding(record.endpoint);
    if (auto why = refusal(record)) {
        // The old record goes back first. HTTP.SYS refuses it too when its certificate has left the store: then the port is naked.
        if (refusal(before)) {
            Write write;
            write.call = PortCall::bindings_remove;
            write.subject = record.endpoint.to_string();
            write.binding_before = before;
            world_.note_write(std::move(write));
        } else {
            world_.set_binding(before);
        }
        return *why;
    }
    note(record, &before);
    world_.set_binding(record);
    return {};
}

Result<void> SimulatedBindings::put_now(const ListenerBinding& record, const std::optional<ListenerBinding>& instead_of) {
    if (record.endpoint.kind != Endpoint::Kind::address || record.endpoint.port == 0) {
        return error(ErrorKind::malformed, record.endpoint, 87, "the parameter is incorrect");
    }
    const ListenerBinding* found = world_.binding_at(record.endpoint);
    if ((found ? std::optional{*found} : std::nullopt) != instead_of) {
        return error(ErrorKind::busy, record.endpoint, 0, "another record stands there");
    }
    if (found != nullptr) {
        const ListenerBinding old = *found;
        return replace(record, old);
    }
    if (auto why = refusal(record)) return *why;
    note(record, nullptr);
    world_.set_binding(record);
    if (world_.traits.says_exists_though_made) {
        return error(ErrorKind::already_exists, record.endpoint, 183, "cannot create a file when that file already exists");
    }
    return {};
}

Result<void> SimulatedBindings::put(const ListenerBinding& record, const std::optional<ListenerBinding>& instead_of) {
    return world_.call(PortCall::bindings_put, kPut, record.endpoint.to_string(), [&] { return put_now(record, instead_of); });
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
        world_.erase_binding(endpoint);
        world_.extended_records.erase(endpoint);
        world_.note_write(std::move(write));
        return {};
    });
}

}  // namespace sstp::simulated

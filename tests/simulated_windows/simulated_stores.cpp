// LocalMachine\MY and the registry values of SstpSvc, as ports.

#include "tests/simulated_windows/simulated_ports.h"

#include <algorithm>

namespace sstp::simulated {

namespace {

constexpr Duration kKeysAreRemembered = std::chrono::hours{1};

bool is_ours_to_write(SstpValue value) { return value <= SstpValue::is_hash_configured_by_admin; }

void note_certificate(World& world, PortCall call, const Thumbprint& certificate) {
    Write write;
    write.call = call;
    write.subject = "MY";
    write.certificate = certificate;
    world.note_write(std::move(write));
}

}  // namespace

void SimulatedCertificates::count_opened_keys(const CertificateQuery& query) {
    const bool anew = query.open_keys_anew || !keys_opened_at_ || world_.monotonic - *keys_opened_at_ >= kKeysAreRemembered;
    if (!anew) return;
    keys_opened_at_ = world_.monotonic;
    for (const StoredCertificate& each : world_.stores["MY"]) {
        const bool served = std::find(query.served.begin(), query.served.end(), each.certificate.thumbprint) != query.served.end();
        if (!served && each.certificate.key != KeyState::absent) ++world_.keys_opened;
    }
}

Result<CertificateList> SimulatedCertificates::list(const CertificateQuery& query) {
    return world_.call(PortCall::certificates_list, "list the certificates of", "MY", [&]() -> Result<CertificateList> {
        const auto found = world_.stores.find("MY");
        if (found == world_.stores.end()) return Error{ErrorKind::not_found, "open the certificate store", "MY", 2, "not found"};
        count_opened_keys(query);
        std::vector<Certificate> list;
        list.reserve(found->second.size());
        for (const StoredCertificate& each : found->second) {
            list.push_back(judged_at(world_.wall, each.certificate));
            Certificate& listed = list.back();
            const bool served = std::find(query.served.begin(), query.served.end(), listed.thumbprint) != query.served.end();
            if (served && each.serves()) {
                listed.key = KeyState::usable;
                listed.key_explanation.clear();
            }
            auto* verdict = std::get_if<ChainVerdict>(&listed.chain);
            if (verdict && query.revocation == RevocationPolicy::off) verdict->revocation = Revocation::not_checked;
        }
        return list;
    });
}

Result<bool> SimulatedCertificates::holds(const Thumbprint& certificate) {
    return world_.call(PortCall::certificates_holds, "look for the certificate", certificate.brief(), [&]() -> Result<bool> {
        if (!world_.stores.contains("MY")) return Error{ErrorKind::not_found, "open the certificate store", "MY", 2, "not found"};
        const StoredCertificate* found = world_.find("MY", certificate);
        return found != nullptr && !found->certificate.archived;
    });
}

Result<void> SimulatedCertificates::archive(const Thumbprint& certificate) {
    return world_.call(PortCall::certificates_archive, "archive the certificate", certificate.brief(), [&]() -> Result<void> {
        for (StoredCertificate& each : world_.stores["MY"]) {
            if (each.certificate.thumbprint != certificate) continue;
            each.certificate.archived = true;
            note_certificate(world_, PortCall::certificates_archive, certificate);
            return {};
        }
        return Error{ErrorKind::not_found, "archive the certificate", certificate.to_string(), 0x80092004, "not found"};
    });
}

Result<void> SimulatedCertificates::remove(const Thumbprint& certificate) {
    return world_.call(PortCall::certificates_remove, "delete the certificate", certificate.brief(), [&]() -> Result<void> {
        if (world_.find("MY", certificate) == nullptr) {
            return Error{ErrorKind::not_found, "delete the certificate", certificate.to_string(), 0x80092004, "not found"};
        }
        world_.take_from_store("MY", certificate);
        note_certificate(world_, PortCall::certificates_remove, certificate);
        return {};
    });
}

Observed<RawValue> SimulatedParameters::read(SstpValue value) {
    auto got = world_.call(PortCall::parameters_read, "read", registry_name(value), [&]() -> Result<Observed<RawValue>> {
        const auto found = world_.parameters.find(value);
        return found == world_.parameters.end() ? Observed<RawValue>{Absent{}} : Observed<RawValue>{found->second};
    });
    if (got) return *std::move(got);
    if (got.error().kind == ErrorKind::not_found) return Absent{};
    return Unreadable{got.error()};
}

Result<WallTime> SimulatedParameters::last_written() {
    constexpr char kOperation[] = "read the last-write time of";
    return world_.call(PortCall::parameters_last_written, kOperation, "SstpSvc\\Parameters", [&]() -> Result<WallTime> {
        if (world_.parameters_written) return *world_.parameters_written;
        return Error{ErrorKind::not_found, kOperation, "SstpSvc\\Parameters", 2, "not found"};
    });
}

Result<void> SimulatedParameters::write(SstpValue value, const RawValue& raw) {
    return world_.call(PortCall::parameters_write, "write", registry_name(value), [&]() -> Result<void> {
        if (!is_ours_to_write(value)) {
            return Error{ErrorKind::malformed, "write", registry_name(value), 0, "this value is never written"};
        }
        Write write;
        write.call = PortCall::parameters_write;
        write.subject = registry_name(value);
        write.value = value;
        const auto found = world_.parameters.find(value);
        if (found != world_.parameters.end()) write.value_before = found->second;
        write.value_after = raw;
        world_.set_parameter(value, raw);
        world_.note_write(std::move(write));
        return {};
    });
}

Result<void> SimulatedParameters::remove(SstpValue value) {
    return world_.call(PortCall::parameters_remove, "delete", registry_name(value), [&]() -> Result<void> {
        if (!is_ours_to_write(value)) {
            return Error{ErrorKind::malformed, "delete", registry_name(value), 0, "this value is never written"};
        }
        const auto found = world_.parameters.find(value);
        if (found == world_.parameters.end()) return {};
        Write write;
        write.call = PortCall::parameters_remove;
        write.subject = registry_name(value);
        write.value = value;
        write.value_before = found->second;
        world_.set_parameter(value, std::nullopt);
        world_.note_write(std::move(write));
        return {};
    });
}

Result<void> SimulatedParameters::flush() {
    return world_.call(PortCall::parameters_flush, "flush", "SstpSvc\\Parameters", []() -> Result<void> { return {}; });
}

}  // namespace sstp::simulated

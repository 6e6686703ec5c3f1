#include "tests/simulated_windows/simulated_ports.h"

#include <algorithm>
#include <cstdlib>

namespace sstp::simulated {

bool SimulatedClock::pause(Duration how_long) {
    const Verdict verdict = world_.enter(PortCall::clock_pause);
    if (verdict.effect == Effect::crashes_before || verdict.effect == Effect::crashes_after) throw Crash{};
    if (world_.stop_requested) return false;
    world_.advance(how_long);
    return !world_.stop_requested;
}

Result<std::vector<Certificate>> SimulatedCertificates::list(const std::string& store, RevocationPolicy revocation, Duration) {
    return world_.call(PortCall::certificates_list, "list the certificates of", store, [&]() -> Result<std::vector<Certificate>> {
        const auto found = world_.stores.find(store);
        if (found == world_.stores.end()) return Error{ErrorKind::not_found, "open the certificate store", store, 2, "not found"};
        std::vector<Certificate> list;
        list.reserve(found->second.size());
        for (const StoredCertificate& each : found->second) {
            if (each.archived) continue;
            list.push_back(each.certificate);
            auto* verdict = std::get_if<ChainVerdict>(&list.back().chain);
            if (verdict && revocation == RevocationPolicy::off) verdict->revocation = Revocation::not_checked;
        }
        return list;
    });
}

Result<void> SimulatedCertificates::archive(const std::string& store, const Thumbprint& certificate) {
    return world_.call(PortCall::certificates_archive, "archive the certificate", certificate.brief(), [&]() -> Result<void> {
        for (StoredCertificate& each : world_.stores[store]) {
            if (each.certificate.thumbprint != certificate) continue;
            each.archived = true;
            Write write;
            write.call = PortCall::certificates_archive;
            write.subject = store;
            write.certificate = certificate;
            world_.note_write(std::move(write));
            return {};
        }
        return Error{ErrorKind::not_found, "archive the certificate", certificate.to_string(), 0x80092004, "not found"};
    });
}

Result<void> SimulatedCertificates::remove(const std::string& store, const Thumbprint& certificate) {
    return world_.call(PortCall::certificates_remove, "delete the certificate", certificate.brief(), [&]() -> Result<void> {
        auto& all = world_.stores[store];
        const auto found =
            std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.certificate.thumbprint == certificate; });
        if (found == all.end()) {
            return Error{ErrorKind::not_found, "delete the certificate", certificate.to_string(), 0x80092004, "not found"};
        }
        all.erase(found);
        Write write;
        write.call = PortCall::certificates_remove;
        write.subject = store;
        write.certificate = certificate;
        world_.note_write(std::move(write));
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

Result<void> SimulatedParameters::write(SstpValue value, const RawValue& raw) {
    return world_.call(PortCall::parameters_write, "write", registry_name(value), [&]() -> Result<void> {
        if (value > SstpValue::is_hash_configured_by_admin) {
            return Error{ErrorKind::malformed, "write", registry_name(value), 0, "this value is never written"};
        }
        Write write;
        write.call = PortCall::parameters_write;
        write.subject = registry_name(value);
        write.value = value;
        const auto found = world_.parameters.find(value);
        if (found != world_.parameters.end()) write.value_before = found->second;
        write.value_after = raw;
        world_.parameters[value] = raw;
        world_.note_write(std::move(write));
        return {};
    });
}

Result<void> SimulatedParameters::remove(SstpValue value) {
    return world_.call(PortCall::parameters_remove, "delete", registry_name(value), [&]() -> Result<void> {
        if (value > SstpValue::is_hash_configured_by_admin) {
            return Error{ErrorKind::malformed, "delete", registry_name(value), 0, "this value is never written"};
        }
        const auto found = world_.parameters.find(value);
        if (found == world_.parameters.end()) return {};
        Write write;
        write.call = PortCall::parameters_remove;
        write.subject = registry_name(value);
        write.value = value;
        write.value_before = found->second;
        world_.parameters.erase(found);
        world_.note_write(std::move(write));
        return {};
    });
}

Result<void> SimulatedParameters::flush() {
    return world_.call(PortCall::parameters_flush, "flush", "SstpSvc\\Parameters", []() -> Result<void> { return {}; });
}

ProbeOutcome SimulatedProbe::probe(const ProbeTarget& target) {
    const auto unreachable = [&](const char* stage, ErrorKind kind, std::uint32_t code, const char* text) {
        return Unreachable{stage, Error{kind, "probe", word(target.family), code, text}};
    };
    const auto outcome = world_.call(PortCall::probe, "probe", word(target.family), [&]() -> Result<Served> {
        const auto off = world_.listener_off.find(target.family);
        const bool sstp_up = world_.running("RemoteAccess") && world_.running("SstpSvc");
        if ((off != world_.listener_off.end() && off->second) || target.port != world_.port() || (!sstp_up && !world_.others_listen)) {
            return Error{ErrorKind::unexpected, "connect to", word(target.family), 10061, "connection refused"};
        }
        const ListenerBinding* record = world_.record_for(target.family, target.port, target.server_name);
        auto served = record ? record->thumbprint() : std::nullopt;
        const auto other = world_.served_override.find(target.family);
        if (record != nullptr && other != world_.served_override.end()) served = other->second;
        const StoredCertificate* stored = served ? world_.find(record ? record->store.value_or("MY") : "MY", *served) : nullptr;
        if (stored == nullptr || stored->certificate.key != KeyState::usable) {
            return Error{ErrorKind::unexpected, "shake hands with", word(target.family), 10054, "connection reset"};
        }
        const Certificate& leaf = stored->certificate;
        return Served{leaf.hash, leaf.thumbprint, leaf.not_after, leaf.subject, sstp_up ? world_.uri_status : 404};
    });
    if (outcome) return *outcome;
    const Error& why = outcome.error();
    return unreachable(why.code == 10054 ? "handshake" : "connect", why.kind, why.code, why.text.c_str());
}

Observed<std::string> SimulatedKillSwitch::read() {
    const auto got = world_.call(PortCall::kill_switch_read, "read the kill switch", "Mode", [&]() -> Result<Observed<std::string>> {
        if (!world_.kill_switch) return Observed<std::string>{Absent{}};
        const auto text = decode_text(*world_.kill_switch);
        if (const auto* value = value_of(text)) return Observed<std::string>{*value};
        return Observed<std::string>{to_hex(world_.kill_switch->data)};
    });
    if (got) return *got;
    if (got.error().kind == ErrorKind::not_found) return Absent{};
    return Unreadable{got.error()};
}

Result<std::string> SimulatedFiles::read(const std::string& path, std::size_t most) {
    return world_.call(PortCall::files_read, "read", path, [&]() -> Result<std::string> {
        const auto found = world_.files.find(path);
        if (found == world_.files.end()) return Error{ErrorKind::not_found, "read", path, 2, "not found"};
        if (found->second.size() > most) return Error{ErrorKind::malformed, "read", path, 0, "larger than allowed"};
        return found->second;
    });
}

Result<void> SimulatedFiles::replace(const std::string& path, const std::string& content) {
    return world_.call(PortCall::files_replace, "replace", path, [&]() -> Result<void> {
        world_.files[path] = content;
        ++world_.files_replaced;
        return {};
    });
}

Result<void> SimulatedEventSink::report(const JournalEvent& event, const std::string& /*id*/) {
    return world_.call(PortCall::event_sink_report, "report to", "the event log", [&]() -> Result<void> {
        if (world_.keeps_told) world_.event_sink.push_back(event);
        return {};
    });
}

Result<RecordContents> SimulatedRecord::load() {
    return world_.call(PortCall::record_load, "load", "state.db", [&] { return inner_.load(); });
}

Result<std::uint64_t> SimulatedRecord::commit(const RecordUpdate& update) {
    return world_.call(PortCall::record_commit, "commit to", "state.db", [&] { return inner_.commit(update); });
}

Result<std::vector<JournalEvent>> SimulatedRecord::journal(std::optional<WallTime> since, std::size_t most) {
    return world_.call(PortCall::record_journal, "read", "state.db", [&] { return inner_.journal(since, most); });
}

ProcessPorts::ProcessPorts(World& world, Record& record, Forwarding* forwarding)
    : clock_(world),
      certificates_(world),
      bindings_(world),
      parameters_(world),
      services_(world),
      probe_(world),
      kill_switch_(world),
      files_(world),
      event_log_(world),
      record_(world, record),
      event_sink_(world),
      forwarding_(forwarding == nullptr ? nobody_ : *forwarding) {}

ProcessPorts::operator Ports() {
    return {clock_,       certificates_, bindings_,  parameters_, services_,   probe_,
            kill_switch_, files_,        event_log_, record_,     event_sink_, forwarding_};
}

}  // namespace sstp::simulated

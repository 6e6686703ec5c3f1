#include "tests/simulation/scene.h"

namespace sstp::simulation {

namespace {

constexpr SstpValue kUnit[] = {SstpValue::sha1_certificate_hash, SstpValue::sha256_certificate_hash,
                               SstpValue::is_hash_configured_by_admin};

}  // namespace

bool Scene::storage_is_troubled() const {
    const auto found = world().files.find("unsaved.json");
    return found != world().files.end() && found->second.size() > 64;
}

bool Scene::policy_asks_for_other_names() const {
    const auto& asked = policy.certificate.dns_names;
    return !asked.empty() && std::none_of(asked.begin(), asked.end(),
                                          [&](const std::string& name) { return simulated::client_accepts_name(name, server.dialled); });
}

// An SNI record for a name that only a wildcard of ours covers is another site's: HTTP.SYS answers it by name, no server knows which names
// its clients ask for, and only what the policy or an earlier certificate spells out is asked for by a probe.
bool Scene::another_sites_record_has_the_name() const {
    const std::string& name = server.dialled;
    const auto names_it = [&](const std::vector<std::string>& names) { return std::find(names.begin(), names.end(), name) != names.end(); };
    if (names_it(policy.certificate.dns_names)) return false;
    const auto& before = history.in_force();
    if (std::any_of(before.begin(), before.end(), [&](const Certificate& each) { return names_it(each.dns_names); })) return false;
    return std::any_of(world().bindings.begin(), world().bindings.end(), [&](const ListenerBinding& each) {
        return each.endpoint.kind == Endpoint::Kind::host_name && equal_ignoring_case(each.endpoint.host, name);
    });
}

bool Scene::refused_lately(const CertificateHash& hash) const {
    const auto found = record.refused_keys.find(hash);
    if (found == record.refused_keys.end()) return false;
    return running_time(record.running, world().monotonic) - found->second.at < std::chrono::hours{24};
}

bool Scene::sessions_have_begun() const {
    // A restart ends every session: one that is open has begun since, whatever is known of that start.
    const auto& open = world().sessions;
    if (std::any_of(open.begin(), open.end(), [](const auto& each) { return each.sstp; })) return true;
    const auto found = world().services.find(kRemoteAccess);
    return last_session && found != world().services.end() && *last_session >= found->second.started_elapsed;
}

std::string field_of(const JournalEvent& event, const char* name) {
    const auto found = event.fields.find(name);
    return found == event.fields.end() ? std::string{} : found->second;
}

std::string text_of(const std::optional<ListenerBinding>& record) {
    if (!record) return {};
    const BindingOptions& o = record->options;
    return to_hex(record->certificate) + '|' + record->app_id.to_string() + '|' + record->store.value_or("(null)") + '|' +
           std::to_string(o.certificate_check_mode) + '|' + std::to_string(o.revocation_freshness_seconds) + '|' +
           std::to_string(o.revocation_url_timeout_milliseconds) + '|' + o.ctl_identifier.value_or("(null)") + '|' +
           o.ctl_store.value_or("(null)") + '|' + std::to_string(o.flags);
}

std::string text_of(const std::optional<RawValue>& value) {
    return value ? std::to_string(value->type) + ':' + to_hex(value->data) : std::string{};
}

std::string value_at(const World& world, const std::string& subject) {
    for (const SstpValue value : kUnit) {
        if (subject != registry_name(value)) continue;
        const auto found = world.parameters.find(value);
        return found == world.parameters.end() ? std::string{} : text_of(std::optional{found->second});
    }
    for (const ListenerBinding& each : world.bindings) {
        if (each.endpoint.to_string() == subject) return text_of(std::optional{each});
    }
    return {};
}

std::string subject_of(const Step& step) {
    if (const auto* bind = std::get_if<BindStep>(&step)) return bind->after.endpoint.to_string();
    if (const auto* write = std::get_if<WriteValueStep>(&step)) return registry_name(write->value);
    return "services";
}

std::string before_of(const Step& step) {
    if (const auto* bind = std::get_if<BindStep>(&step)) return text_of(bind->before);
    if (const auto* write = std::get_if<WriteValueStep>(&step)) return text_of(write->before);
    return {};
}

std::string after_of(const Step& step) {
    if (const auto* bind = std::get_if<BindStep>(&step)) return text_of(std::optional{bind->after});
    if (const auto* write = std::get_if<WriteValueStep>(&step)) return text_of(std::optional{write->after});
    return {};
}

}  // namespace sstp::simulation

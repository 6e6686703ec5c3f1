#include "tests/simulation/mishap.h"

#include "tests/simulated_windows/healthy_world.h"

#include <algorithm>
#include <array>

namespace sstp::simulation {

using namespace simulated;

namespace {

AddressFamily family_of(std::uint64_t number) { return number % 2 == 0 ? AddressFamily::ipv4 : AddressFamily::ipv6; }

/// One of the certificates in MY, or none.
StoredCertificate* some_certificate(World& world, std::uint64_t number) {
    auto& my = world.stores["MY"];
    return my.empty() ? nullptr : &my[number / 2 % my.size()];
}

/// The certificate in MY that the IPv4 binding names, else the first.
StoredCertificate* bound_certificate(World& world) {
    auto& my = world.stores["MY"];
    if (my.empty()) return nullptr;
    const ListenerBinding* record = world.binding_at(Endpoint::wildcard(AddressFamily::ipv4, world.port()));
    for (StoredCertificate& each : my) {
        if (record && record->thumbprint() == each.certificate.thumbprint) return &each;
    }
    return &my.front();
}

/// A renewal: same names, newer dates, another key.
Certificate renewal(const World& world, std::uint64_t number) {
    Certificate made = make_certificate(1000 + number % 1000);
    made.not_before = world.wall - std::chrono::hours{1 + static_cast<int>(number % 48)};
    made.not_after = world.wall + std::chrono::hours{24 * (30 + static_cast<int>(number % 60))};
    return made;
}

void put_in(World& world, const Certificate& certificate) {
    if (stored(world, certificate.thumbprint) == nullptr) add_certificate(world, certificate);
}

template <class Change>
void change_bound(World& world, Change change) {
    if (StoredCertificate* found = bound_certificate(world)) change(found->certificate);
}

void set_service(World& world, const char* name, ServiceState state, std::uint32_t exit_code) {
    ServiceStatus& status = world.services[name].status;
    status.state = state;
    status.exit_code = exit_code;
    status.process_started.reset();
    world.rras_stops();
}

RawValue text_value(const char* text) {
    RawValue value{RawValue::kText, {}};
    for (; *text != '\0'; ++text) {
        value.data.push_back(static_cast<std::uint8_t>(*text));
        value.data.push_back(0);
    }
    return value;
}

void bind_if_any(World& world, AddressFamily family, std::uint64_t number, const AppId& owner) {
    if (const StoredCertificate* found = some_certificate(world, number)) bind(world, family, found->certificate, owner);
}

void shadow(World& world, Endpoint endpoint, std::uint64_t number) {
    const StoredCertificate* found = some_certificate(world, number);
    if (found == nullptr || world.binding_at(endpoint) != nullptr) return;
    world.bindings.push_back({std::move(endpoint), found->certificate.thumbprint.to_vector(), kIisAppId, "MY", {}});
}

constexpr auto kMishaps = std::to_array<Mishap>({
    {"a wildcard binding is deleted", Actor::administrator, [](World& w, std::uint64_t n) { drop_binding(w, family_of(n)); }},
    {"a wildcard binding is overwritten by IIS", Actor::iis, [](World& w, std::uint64_t n) { bind_if_any(w, family_of(n), n, kIisAppId); }},
    {"a wildcard binding names another certificate", Actor::administrator, [](World& w, std::uint64_t n) { bind_if_any(w, family_of(n), n, kSstpAppId); }},
    {"a wildcard binding names a certificate that is nowhere", Actor::administrator, [](World& w, std::uint64_t n) { bind(w, family_of(n), make_certificate(5000 + n % 7)); }},
    {"a binding has flags and a CTL store", Actor::administrator, [](World& w, std::uint64_t n) {
         for (ListenerBinding& each : w.bindings) { each.options.flags = 1; each.options.ctl_store = "CA"; each.options.certificate_check_mode = static_cast<std::uint32_t>(n % 3); } }},
    {"an exact-address record shadows the wildcard", Actor::iis, [](World& w, std::uint64_t n) {
         Endpoint exact = Endpoint::wildcard(AddressFamily::ipv4, w.port()); exact.address[0] = 127; exact.address[3] = 1; shadow(w, exact, n); }},
    {"an SNI record shadows the wildcard", Actor::iis, [](World& w, std::uint64_t n) {
         Endpoint sni; sni.kind = Endpoint::Kind::host_name; sni.host = "vpn.example.com"; sni.port = w.port(); shadow(w, sni, n); }},
    {"the SHA-256 hash names nothing known", Actor::administrator, [](World& w, std::uint64_t n) { w.parameters[SstpValue::sha256_certificate_hash] = RawValue::binary(make_certificate(6000 + n % 5).hash.to_vector()); }},
    {"the SHA-256 hash is deleted", Actor::administrator, [](World& w, std::uint64_t) { w.parameters.erase(SstpValue::sha256_certificate_hash); }},
    {"the SHA-256 hash is too short", Actor::administrator, [](World& w, std::uint64_t n) { w.parameters[SstpValue::sha256_certificate_hash] = RawValue::binary(Bytes(n % 32)); }},
    {"the SHA-1 hash names nothing known", Actor::administrator, [](World& w, std::uint64_t n) { w.parameters[SstpValue::sha1_certificate_hash] = RawValue::binary(make_certificate(6000 + n % 5).thumbprint.to_vector()); }},
    {"the SHA-1 hash is deleted", Actor::administrator, [](World& w, std::uint64_t) { w.parameters.erase(SstpValue::sha1_certificate_hash); }},
    {"the SHA-1 hash is text", Actor::administrator, [](World& w, std::uint64_t) { w.parameters[SstpValue::sha1_certificate_hash] = text_value("3F2A91"); }},
    {"the flag is text", Actor::administrator, [](World& w, std::uint64_t) { w.parameters[SstpValue::is_hash_configured_by_admin] = text_value("1"); }},
    {"RRAS is left to choose", Actor::administrator, [](World& w, std::uint64_t n) {
         if (n % 2 == 0) w.parameters.erase(SstpValue::is_hash_configured_by_admin); else w.parameters[SstpValue::is_hash_configured_by_admin] = RawValue::dword(0); }},
    {"the certificate expires", Actor::nature, [](World& w, std::uint64_t n) { change_bound(w, [&](Certificate& c) { c.not_after = w.wall - std::chrono::minutes{1 + static_cast<int>(n % 100)}; }); }},
    {"the certificate is about to expire", Actor::nature, [](World& w, std::uint64_t n) { change_bound(w, [&](Certificate& c) { c.not_after = w.wall + std::chrono::hours{1 + static_cast<int>(n % 240)}; }); }},
    {"the certificate is deleted", Actor::administrator, [](World& w, std::uint64_t) { if (const StoredCertificate* c = bound_certificate(w)) remove_certificate(w, Thumbprint{c->certificate.thumbprint}); }},
    {"a renewed certificate appears", Actor::acme_client, [](World& w, std::uint64_t n) { put_in(w, renewal(w, n)); }},
    {"a renewed certificate replaces the old one", Actor::acme_client, [](World& w, std::uint64_t n) {
         if (const StoredCertificate* c = bound_certificate(w)) remove_certificate(w, Thumbprint{c->certificate.thumbprint});
         put_in(w, renewal(w, n)); }},
    {"auto-enrolment renews, links and archives", Actor::auto_enrolment, [](World& w, std::uint64_t n) {
         const Certificate made = renewal(w, n);
         if (StoredCertificate* old = bound_certificate(w)) { old->certificate.renewed_by = made.thumbprint; old->archived = n % 2 == 0; }
         put_in(w, made); }},
    {"a certificate of another name appears", Actor::administrator, [](World& w, std::uint64_t n) { Certificate c = renewal(w, n + 200); c.dns_names = {"mail.example.com"}; put_in(w, c); }},
    {"a wildcard certificate appears", Actor::administrator, [](World& w, std::uint64_t n) { Certificate c = renewal(w, n + 400); c.dns_names = {"*.example.com"}; put_in(w, c); }},
    {"a newer certificate without a key appears", Actor::administrator, [](World& w, std::uint64_t n) { Certificate c = renewal(w, n + 600); c.key = KeyState::absent; put_in(w, c); }},
    {"a newer certificate for clients only appears", Actor::administrator, [](World& w, std::uint64_t n) { Certificate c = renewal(w, n + 800); c.purposes = std::vector<std::string>{"1.3.6.1.5.5.7.3.2"}; put_in(w, c); }},
    {"a newer self-signed certificate appears", Actor::administrator, [](World& w, std::uint64_t n) { Certificate c = renewal(w, n + 300); c.chain = ChainVerdict{ChainTrust::untrusted, Revocation::not_checked, "untrusted root"}; put_in(w, c); }},
    {"a newer certificate with a weak key appears", Actor::administrator, [](World& w, std::uint64_t n) { Certificate c = renewal(w, n + 500); c.key_bits = 1024; put_in(w, c); }},
    {"the key container is lost", Actor::administrator, [](World& w, std::uint64_t n) { change_bound(w, [&](Certificate& c) { c.key = n % 2 ? KeyState::absent : KeyState::unusable; }); }},
    {"the certificate is revoked", Actor::nature, [](World& w, std::uint64_t) { change_bound(w, [](Certificate& c) { c.chain = ChainVerdict{ChainTrust::trusted, Revocation::revoked, "revoked"}; }); }},
    {"the revocation server is away", Actor::nature, [](World& w, std::uint64_t) {
         for (StoredCertificate& each : w.stores["MY"]) { if (auto* v = std::get_if<ChainVerdict>(&each.certificate.chain); v && v->revocation == Revocation::good) v->revocation = Revocation::unknown; } }},
    {"an administrator stops RemoteAccess", Actor::administrator, [](World& w, std::uint64_t) { if (w.running("RemoteAccess")) set_service(w, "RemoteAccess", ServiceState::stopped, 0); }},
    {"RemoteAccess crashes", Actor::nature, [](World& w, std::uint64_t) { if (w.running("RemoteAccess")) set_service(w, "RemoteAccess", ServiceState::stopped, 1067); }},
    {"an administrator disables RemoteAccess", Actor::administrator, [](World& w, std::uint64_t) { w.services["RemoteAccess"].status.start_type = StartType::disabled; }},
    {"RemoteAccess hangs when it stops", Actor::nature, [](World& w, std::uint64_t) { w.services["RemoteAccess"].stop_hangs = true; }},
    {"RasMan hangs when it starts", Actor::nature, [](World& w, std::uint64_t) { w.services["RasMan"].start_hangs = true; }},
    {"RemoteAccess ends at once", Actor::nature, [](World& w, std::uint64_t) { w.services["RemoteAccess"].start_fails_with = 20103; }},
    {"Group Policy sets the kill switch", Actor::group_policy, [](World& w, std::uint64_t n) { w.kill_switch = n % 3 == 0 ? RawValue::dword(1) : text_value(n % 3 == 1 ? "observe" : "off"); }},
    {"Group Policy clears the kill switch", Actor::group_policy, [](World& w, std::uint64_t n) { if (n % 2) w.kill_switch = text_value("heal"); else w.kill_switch.reset(); }},
    {"the policy file changes", Actor::administrator, [](World& w, std::uint64_t n) { w.files[kPolicyFile] = policy_texts()[n % policy_texts().size()]; }},
    {"the policy file disappears", Actor::administrator, [](World& w, std::uint64_t) { w.files.erase(kPolicyFile); }},
    {"the clock jumps ahead", Actor::nature, [](World& w, std::uint64_t n) { w.wall += std::chrono::hours{1 + static_cast<int>(n % 2000)}; }},
    {"the clock jumps back", Actor::nature, [](World& w, std::uint64_t n) { w.wall -= std::chrono::hours{1 + static_cast<int>(n % 2000)}; }},
    {"summer time ends", Actor::nature, [](World& w, std::uint64_t n) { w.local_offset = std::chrono::minutes{60 * static_cast<int>(n % 3)}; }},
    {"the event log wraps", Actor::nature, [](World& w, std::uint64_t n) { w.wrap_log(n % 3); }},
    {"RRAS restarts", Actor::rras, [](World& w, std::uint64_t) { if (w.running("RemoteAccess")) restart_rras(w); }},
    {"RRAS writes event 13", Actor::rras, [](World& w, std::uint64_t) { w.write_event("Microsoft-Windows-RasSstp", 13, {"The system cannot find the file specified.", ""}); }},
    {"a listener serves a stale certificate", Actor::nature, [](World& w, std::uint64_t n) { if (const StoredCertificate* c = some_certificate(w, n)) w.served_override[family_of(n)] = c->certificate.thumbprint; }},
    {"a listener does not answer", Actor::nature, [](World& w, std::uint64_t n) { w.listener_off[family_of(n)] = true; }},
    {"SSTP answers 503", Actor::nature, [](World& w, std::uint64_t) { w.uri_status = 503; }},
    {"TLS is moved to a load balancer", Actor::administrator, [](World& w, std::uint64_t) { w.parameters[SstpValue::use_https] = RawValue::dword(0); }},
    {"the listener moves to another port", Actor::administrator, [](World& w, std::uint64_t) { w.parameters[SstpValue::listener_port] = RawValue::dword(4443); }},
    {"RRAS makes missing bindings when it starts", Actor::rras, [](World& w, std::uint64_t) { w.rras_makes_bindings = true; }},
    {"the system has no atomic update of bindings", Actor::nature, [](World& w, std::uint64_t) { w.has_atomic_update = false; }},
    {"our own service is asked to stop", Actor::administrator, [](World& w, std::uint64_t) { w.stop_requested = true; }},
});

constexpr const char* kPolicies[] = {
    "{}",
    R"({"mode":"heal"})",
    R"({"certificate":{"dns_names":["vpn.example.com"]}})",
    R"({"listener":{"foreign_owner":"take_over"}})",
    R"({"listener":{"ipv6":false}})",
    R"({"certificate":{"retire_old":"archive"}})",
    R"({"certificate":{"retire_old":"delete"}})",
    R"({"certificate":{"chain":"warn","revocation":"off"}})",
    R"({"certificate":{"revocation":"require"}})",
    R"({"restart":{"maintenance_window":{"days":["sat","sun"],"start":"02:00","duration":"2h"}}})",
    R"({"limits":{"heals_per_hour":1,"heals_per_day":2,"cooldown":"30m"}})",
    R"({"mode":"observe"})",
    R"({"mode":"hael"})",
    R"({"mode":)",
};

}  // namespace

const char* word(Actor actor) noexcept {
    constexpr const char* kWords[] = {"administrator", "IIS", "ACME client", "auto-enrolment", "Group Policy", "RRAS", "nature"};
    return kWords[static_cast<std::size_t>(actor)];
}

std::span<const Mishap> mishaps() { return kMishaps; }

std::span<const char* const> policy_texts() { return kPolicies; }

void calm(World& world) {
    for (auto& [name, service] : world.services) {
        service.stop_hangs = false;
        service.start_hangs = false;
        service.start_fails_with = 0;
        // What hung has by now come to the end it was on the way to.
        if (service.status.state == ServiceState::stop_pending) service.status.state = ServiceState::stopped;
        if (service.status.state == ServiceState::start_pending) {
            service.status.state = ServiceState::running;
            service.status.process_started = world.wall;
            if (name == "RemoteAccess") world.rras_starts();
        }
    }
    for (auto& [store, all] : world.stores) {   // the revocation server answers again
        for (StoredCertificate& each : all) {
            auto* verdict = std::get_if<ChainVerdict>(&each.certificate.chain);
            if (verdict && verdict->revocation == Revocation::unknown) verdict->revocation = Revocation::good;
        }
    }
    world.served_override.clear();
    world.listener_off.clear();
    world.uri_status = 401;
    world.stop_requested = false;
}

}  // namespace sstp::simulation

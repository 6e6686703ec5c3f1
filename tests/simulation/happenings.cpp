// What befalls servers (field/cases.md, servers.md). Nothing here knows the product.

#include "tests/simulation/happenings.h"

#include <algorithm>
#include <array>

namespace sstp::simulation {

using namespace simulated;
using namespace std::chrono_literals;

namespace {

AddressFamily family_of(std::uint64_t n) { return n % 2 == 0 ? AddressFamily::ipv4 : AddressFamily::ipv6; }

StoredCertificate* some(Server& server, std::uint64_t n) {
    auto& my = server.world.stores[server.store];
    return my.empty() ? nullptr : &my[n / 2 % my.size()];
}

StoredCertificate* own(Server& server) {
    const StoredCertificate* found = server.bound();
    return found ? stored(server.world, found->certificate.thumbprint, server.store) : nullptr;
}

/// A certificate is one, in however many stores it lies: its dates and its revocation are those of all copies.
template <class Change>
void change_own(Server& server, Change change) {
    const StoredCertificate* one = own(server);
    if (one == nullptr) return;
    const Thumbprint which = one->certificate.thumbprint;
    for (auto& [name, all] : server.world.stores) {
        for (StoredCertificate& each : all)
            if (each.certificate.thumbprint == which) change(each);
    }
}

void rebind(Server& server, AddressFamily family, const Thumbprint& to, const AppId& owner = kSstpAppId) {
    const Endpoint endpoint = Endpoint::wildcard(family, server.world.port());
    const ListenerBinding* now = server.world.binding_at(endpoint);
    ListenerBinding record = now ? *now : ListenerBinding{endpoint, {}, owner, "MY", {}};
    record.certificate = to.to_vector();
    record.app_id = owner;
    server.world.set_binding(record);
}

void set_value(Server& server, SstpValue value, std::optional<RawValue> raw) { server.world.set_parameter(value, raw); }

Certificate stranger(std::uint64_t n) { return make_certificate(500'000 + n % 50); }

}  // namespace

void boot_machine(Server& server) {
    World& world = server.world;
    world.boot();
    if (server.clock_off_at_boot == Duration{0}) return;
    set_clock_off(world, server.clock_off_at_boot);
    world.time_synchronised = false;
    server.later(2min, Actor::nature, "the time service sets the clock", [](Server& s) {
        s.world.wall += s.world.clock_behind;
        s.world.clock_behind = Duration{0};
        s.world.time_synchronised = true;
    });
}

namespace {

/// Every `period`, so many times, the value comes back: a Group Policy preference, IIS with a legacy metabase entry.
template <class Act>
void again(Server& server, Duration period, std::uint64_t times, Actor who, const char* what, Act act) {
    if (times == 0) return;
    server.later(period, who, what, [=](Server& s) {
        act(s);
        again(s, period, times - 1, who, what, act);
    });
}

void hang(Server& server, const char* service, bool stopping, Duration until) {
    SimulatedService& hangs = server.world.services[service];
    (stopping ? hangs.stop_hangs : hangs.start_hangs) = true;
    server.later(until, Actor::nature, "what hung comes to its end", [name = std::string{service}](Server& s) { s.world.end_hang(name); });
}

constexpr auto kHappenings = std::to_array<Happening>({
    // Renewals, and certificates that come and go.
    {"the certificate is renewed", Actor::acme_client, renew, 12, false},
    {"the certificate ends sooner", Actor::nature, [](Server& s, std::uint64_t n) {
         // Never later than it said before: a date of a certificate does not change, and what was read of one that has gone still holds.
         const WallTime end = s.world.true_time() + std::chrono::minutes{static_cast<int>(n % 3000)};
         change_own(s, [end](StoredCertificate& c) { c.certificate.not_after = std::min(c.certificate.not_after, end); }); }, 4},
    {"the certificate is deleted", Actor::administrator, [](Server& s, std::uint64_t) {
         if (auto* c = own(s)) remove_certificate(s.world, Thumbprint{c->certificate.thumbprint}, s.store); }, 2},
    {"the certificate is archived", Actor::auto_enrolment, [](Server& s, std::uint64_t) {
         if (auto* c = own(s); c && s.store == "MY") c->certificate.archived = true; }},
    {"the key is lost", Actor::administrator, [](Server& s, std::uint64_t n) {
         if (auto* c = own(s)) {
             c->certificate.key = n % 2 == 0 ? KeyState::unusable : KeyState::absent;
             c->http_sys_uses_key.reset();
         } }, 2},
    {"the key comes back", Actor::administrator, [](Server& s, std::uint64_t) {
         for (auto& c : s.world.stores[s.store]) if (!c.http_sys_uses_key && c.certificate.key != KeyState::absent) c.certificate.key = KeyState::usable; }, 1, false},
    {"the certificate is revoked", Actor::nature, [](Server& s, std::uint64_t) {
         change_own(s, [](StoredCertificate& c) {
             c.certificate.chain = ChainVerdict{ChainTrust::good, Revocation::revoked, "revoked by its CA"};
             if (c.outside == Outside::accepted) c.outside = Outside::revoked; }); }},
    {"an intermediate is missing", Actor::nature, [](Server& s, std::uint64_t) { change_own(s, [](StoredCertificate& c) { c.sent_chain = SentChain::incomplete; }); }, 1, false},
    {"revocation cannot be asked for a day", Actor::nature, [](Server& s, std::uint64_t) {
         const auto all = [](Server& of, Revocation from, Revocation to) {
             for (auto& [store, list] : of.world.stores) for (auto& c : list) {
                 auto* verdict = std::get_if<ChainVerdict>(&c.certificate.chain);
                 if (verdict && verdict->revocation == from) verdict->revocation = to;
             } };
         all(s, Revocation::good, Revocation::unknown);
         s.later(24h, Actor::nature, "revocation is answered again", [all](Server& of) { all(of, Revocation::unknown, Revocation::good); }); }, 1, false},
    {"a newer certificate of the internal CA appears", Actor::auto_enrolment, [](Server& s, std::uint64_t n) {
         if (s.ca == CaOfServer::private_ca) return;
         s.may_be_ambiguous = true;
         Certificate made = of_private_ca(s.issue(400 * 24h), "Other Root");
         if (n % 2 == 0) made.purposes->push_back(kIkeIntermediate);
         add_certificate(s.world, made); }, 2, false},
    {"a newer certificate for clients only appears", Actor::administrator, [](Server& s, std::uint64_t) {
         Certificate made = s.issue(400 * 24h);
         made.purposes = std::vector<std::string>{"1.3.6.1.5.5.7.3.2"};
         s.put(made); }, 1, false},
    {"a newer certificate with a weak key appears", Actor::administrator, [](Server& s, std::uint64_t) {
         Certificate made = s.issue(400 * 24h);
         made.key_algorithm = KeyAlgorithm::rsa;
         made.key_bits = 1024;
         s.put(made); }, 1, false},
    {"a newer certificate that HTTP.SYS refuses appears", Actor::acme_client, [](Server& s, std::uint64_t) {
         const Certificate made = s.issue(s.lifetime * 2);
         s.put(made);
         stored(s.world, made.thumbprint)->http_sys_uses_key = false; }, 1, false},
    {"a newer certificate that HTTP.SYS refuses for hours appears", Actor::acme_client, [](Server& s, std::uint64_t n) {
         const Certificate made = s.issue(s.lifetime * 2);
         s.put(made);
         stored(s.world, made.thumbprint)->http_sys_uses_key = false;
         s.later(std::chrono::hours{1 + static_cast<int>(n % 40)}, Actor::administrator, "its key may be used", [name = made.thumbprint](Server& of) {
             if (StoredCertificate* cured = stored(of.world, name)) cured->http_sys_uses_key.reset(); }); }, 1, false},
    {"a certificate with fewer names appears", Actor::acme_client, [](Server& s, std::uint64_t) {
         const auto names = std::exchange(s.names, {"www.example.com"});
         s.put(s.issue(s.lifetime));
         s.names = names; }, 1, false},
    {"a renewal that is for clients only is linked", Actor::auto_enrolment, [](Server& s, std::uint64_t) {
         auto* c = own(s);
         if (c == nullptr) return;
         const Thumbprint old = c->certificate.thumbprint;
         Certificate made = s.issue(s.lifetime);
         made.purposes = std::vector<std::string>{"1.3.6.1.5.5.7.3.2"};
         s.put(made, s.store);
         stored(s.world, old, s.store)->certificate.renewed_by = made.thumbprint; }, 1},
    {"an administrator moves everything to another name", Actor::administrator, move_to_another_name},
    // Drift of records and values.
    {"a wildcard record is deleted", Actor::administrator, [](Server& s, std::uint64_t n) { drop_binding(s.world, family_of(n)); }, 3},
    {"a record names another certificate", Actor::administrator, [](Server& s, std::uint64_t n) {
         if (auto* c = some(s, n)) rebind(s, family_of(n), Thumbprint{c->certificate.thumbprint}); }, 2},
    {"a record names a certificate that is nowhere", Actor::administrator, [](Server& s, std::uint64_t n) { rebind(s, family_of(n), stranger(n).thumbprint); }, 2},
    {"IIS takes a record", Actor::iis, [](Server& s, std::uint64_t n) { if (auto* c = own(s)) { s.hands_tied = true; rebind(s, family_of(n), Thumbprint{c->certificate.thumbprint}, kIisAppId); } }},
    {"both records move to another certificate", Actor::acme_client, [](Server& s, std::uint64_t n) {
         if (auto* c = some(s, n)) for (auto f : {AddressFamily::ipv4, AddressFamily::ipv6}) rebind(s, f, Thumbprint{c->certificate.thumbprint}); }, 2},
    {"a script binds and writes the hashes, and restarts nothing", Actor::acme_client, [](Server& s, std::uint64_t) {
         const Certificate made = obtain(s);
         for (auto f : {AddressFamily::ipv4, AddressFamily::ipv6}) rebind(s, f, Thumbprint{made.thumbprint});
         set_value(s, SstpValue::sha256_certificate_hash, RawValue::binary(made.hash.to_vector()));
         set_value(s, SstpValue::sha1_certificate_hash, RawValue::binary(made.thumbprint.to_vector())); }, 2},
    {"the SHA-256 names nothing known", Actor::administrator, [](Server& s, std::uint64_t n) { set_value(s, SstpValue::sha256_certificate_hash, RawValue::binary(stranger(n).hash.to_vector())); }, 2},
    {"the SHA-256 names another certificate of the store", Actor::administrator, [](Server& s, std::uint64_t n) {
         if (auto* c = some(s, n)) set_value(s, SstpValue::sha256_certificate_hash, RawValue::binary(c->certificate.hash.to_vector())); }, 2},
    {"the SHA-256 is deleted", Actor::administrator, [](Server& s, std::uint64_t) { set_value(s, SstpValue::sha256_certificate_hash, std::nullopt); }, 2},
    {"the SHA-256 is too short", Actor::administrator, [](Server& s, std::uint64_t n) { set_value(s, SstpValue::sha256_certificate_hash, RawValue::binary(Bytes(n % 32, 7))); }},
    {"the SHA-1 is deleted", Actor::administrator, [](Server& s, std::uint64_t) { set_value(s, SstpValue::sha1_certificate_hash, std::nullopt); }, 1, false},
    {"the SHA-1 is text", Actor::administrator, [](Server& s, std::uint64_t) { set_value(s, SstpValue::sha1_certificate_hash, text_value("3F2A91")); }, 1, false},
    {"the flag is text", Actor::administrator, [](Server& s, std::uint64_t) { set_value(s, SstpValue::is_hash_configured_by_admin, text_value("1")); }, 1, false},
    {"Group Policy writes the old hash every 90 minutes", Actor::group_policy, [](Server& s, std::uint64_t n) {
         const auto hash = s.world.parameters[SstpValue::sha256_certificate_hash];
         again(s, 90min, 1 + n % 40, Actor::group_policy, "Group Policy writes the old hash", [hash](Server& of) {
             of.world.set_parameter(SstpValue::sha256_certificate_hash, hash); }); }},
    {"IIS applies a stale hash every few days", Actor::iis, [](Server& s, std::uint64_t n) {
         const Thumbprint stale = stranger(n).thumbprint;
         again(s, 24h * (1 + static_cast<int>(n % 4)), 1 + n % 8, Actor::iis, "IIS applies a stale hash", [stale](Server& of) {
             rebind(of, AddressFamily::ipv4, stale); }); }},
    {"a tool deletes a record every five minutes", Actor::administrator, [](Server& s, std::uint64_t n) {
         again(s, 5min, 1 + n % 24, Actor::administrator, "a tool deletes a record", [family = family_of(n)](Server& of) { drop_binding(of.world, family); }); }},
    // RRAS, its listener, services.
    {"RRAS restarts", Actor::administrator, [](Server& s, std::uint64_t) { if (s.world.running(kRemoteAccess)) restart_rras(s.world); }, 3},
    {"RRAS gets stuck", Actor::nature, [](Server& s, std::uint64_t) { s.world.stuck_until_restart = true; }, 2},
    {"a listener serves a stale certificate until RRAS restarts", Actor::nature, [](Server& s, std::uint64_t n) {
         if (auto* c = some(s, n)) {
             s.world.served_override[family_of(n)] = c->certificate.thumbprint;
             s.world.override_until_restart = true;
             s.later(24h, Actor::nature, "the cache is dropped", [](Server& of) { of.world.served_override.clear(); });
         } }},
    {"a family answers nobody for hours", Actor::nature, [](Server& s, std::uint64_t n) {
         s.world.listener_off[family_of(n)] = true;
         s.later(std::chrono::hours{1 + static_cast<int>(n % 8)}, Actor::nature, "the family answers again", [](Server& of) { of.world.listener_off.clear(); }); }},
    {"SSTP answers 503 for an hour", Actor::nature, [](Server& s, std::uint64_t) {
         s.world.sstp_broken = true;
         s.later(1h, Actor::nature, "SSTP answers again", [](Server& of) { of.world.sstp_broken = false; }); }},
    {"an administrator stops RemoteAccess for a while", Actor::administrator, [](Server& s, std::uint64_t n) {
         stop_service(s.world, kRemoteAccess);
         s.later(std::chrono::minutes{1 + static_cast<int>(n % 300)}, Actor::administrator, "an administrator starts RemoteAccess", [](Server& of) {
             start_service(of.world, kRemoteAccess); }); }, 2},
    {"RemoteAccess crashes", Actor::nature, [](Server& s, std::uint64_t n) {
         if (!s.world.running(kRemoteAccess)) return;
         stop_service(s.world, kRemoteAccess, n % 2 == 0 ? 1067 : 1066);
         s.later(8h, Actor::administrator, "an administrator starts RemoteAccess", [](Server& of) { start_service(of.world, kRemoteAccess); }); }},
    {"RemoteAccess is disabled for an hour", Actor::administrator, [](Server& s, std::uint64_t) {
         s.world.services[kRemoteAccess].status.start_type = StartType::disabled;
         s.later(1h, Actor::administrator, "RemoteAccess is automatic again", [](Server& of) {
             of.world.services[kRemoteAccess].status.start_type = StartType::automatic; }); }, 1, false},
    {"a service of RRAS is disabled for hours", Actor::administrator, [](Server& s, std::uint64_t n) {
         const char* name = n % 2 == 0 ? "SstpSvc" : "RasMan";
         s.world.services[name].status.start_type = StartType::disabled;
         s.later(std::chrono::hours{1 + static_cast<int>(n % 6)}, Actor::administrator, "it can be started again", [name](Server& of) {
             of.world.services[name].status.start_type = StartType::manual; }); }, 1, false},
    {"RemoteAccess accepts no stop for an hour", Actor::nature, [](Server& s, std::uint64_t) {
         s.world.services[kRemoteAccess].status.accepts_stop = false;
         s.later(1h, Actor::nature, "RemoteAccess accepts a stop", [](Server& of) { of.world.services[kRemoteAccess].status.accepts_stop = true; }); }, 1, false},
    {"RemoteAccess hangs when it stops next", Actor::nature, [](Server& s, std::uint64_t n) { hang(s, "RemoteAccess", true, std::chrono::minutes{1 + static_cast<int>(n % 200)}); }, 1, false},
    {"RasMan hangs when it starts next", Actor::nature, [](Server& s, std::uint64_t n) { hang(s, "RasMan", false, std::chrono::minutes{1 + static_cast<int>(n % 200)}); }, 1, false},
    {"RemoteAccess ends at once for an hour", Actor::nature, [](Server& s, std::uint64_t) {
         s.world.services[kRemoteAccess].start_fails_with = 20103;
         s.later(1h, Actor::nature, "RemoteAccess can start again", [](Server& of) { of.world.services[kRemoteAccess].start_fails_with = 0; }); }, 1, false},
    {"a dependant that cannot be stopped comes", Actor::administrator, [](Server& s, std::uint64_t) {
         SimulatedService& made = s.world.services["Dependant"];
         made.status.name = "Dependant";
         made.status.state = ServiceState::running;
         made.status.accepts_stop = false;
         made.depends_on = {"RemoteAccess"};
         s.later(12h, Actor::administrator, "it is taken away", [](Server& of) { of.world.services.erase("Dependant"); }); }, 1, false},
    // The machine, its clock, its log.
    {"the machine restarts", Actor::administrator, [](Server& s, std::uint64_t) { s.later(Duration{0}, Actor::administrator, kBoot, boot_machine); }, 4},
    {kCopied, Actor::administrator, [](Server& s, std::uint64_t n) {
         s.world.machine = {std::to_string(n), "VPN" + std::to_string(n % 90), std::to_string(n + 1)};
         s.later(Duration{0}, Actor::administrator, kBoot, boot_machine); }, 1, false},
    {"the clock jumps", Actor::nature, [](Server& s, std::uint64_t n) {
         const Duration by = std::chrono::hours{1 + static_cast<int>(n / 2 % 1500)} * (n % 2 == 0 ? 1 : -1);
         set_clock_off(s.world, by);
         s.later(std::chrono::minutes{5 + static_cast<int>(n % 50)}, Actor::nature, "the clock is set right", [](Server& of) {
             of.world.wall += of.world.clock_behind;
             of.world.clock_behind = Duration{0}; }); }, 1, false},
    {"summer time begins or ends", Actor::nature, [](Server& s, std::uint64_t n) { s.world.local_offset += std::chrono::minutes{n % 2 == 0 ? 60 : -60}; }, 1, false},
    {"the event log wraps", Actor::nature, [](Server& s, std::uint64_t n) { s.world.wrap_log(n % 3); }, 1, false},
    {"a cipher list of one kind takes effect at the next boot", Actor::administrator, [](Server& s, std::uint64_t n) {
         s.world.ciphers_after_boot = {n % 2 == 0, n % 2 != 0}; }, 1},
    // What is said to us.
    {"Group Policy sets the kill switch for a while", Actor::group_policy, [](Server& s, std::uint64_t n) {
         s.world.kill_switch = n % 3 == 0 ? RawValue::dword(1) : text_value(n % 3 == 1 ? "observe" : "off");
         s.later(std::chrono::hours{1 + static_cast<int>(n % 30)}, Actor::group_policy, "Group Policy clears the kill switch", [n](Server& of) {
             if (n % 2 == 0) of.world.kill_switch = text_value("heal"); else of.world.kill_switch.reset(); }); }, 1, false},
    {"Group Policy rewrites the kill switch", Actor::group_policy, [](Server& s, std::uint64_t) {
         const auto now = s.world.kill_switch;
         s.world.kill_switch.reset();
         s.later(5s, Actor::group_policy, "Group Policy has rewritten it", [now](Server& of) { of.world.kill_switch = now; }); }, 1, false},
    {"the policy file is broken for a while", Actor::administrator, [](Server& s, std::uint64_t n) {
         s.world.files[kPolicyFile] = n % 2 == 0 ? R"({"mode":)" : R"({"mode":"observ"})";
         s.later(2h, Actor::administrator, "the policy file is right again", [](Server& of) { of.world.files[kPolicyFile] = of.policy; }); }, 1, false},
    {"the policy asks for a name that nobody dials, for a while", Actor::administrator, [](Server& s, std::uint64_t n) {
         s.world.files[kPolicyFile] = n % 2 == 0 ? R"({"certificate":{"dns_names":["old.example.com"]}})" : R"({"certificate":{"dns_names":["www.example.com"]}})";
         s.later(std::chrono::hours{1 + static_cast<int>(n % 100)}, Actor::administrator, "the policy is as it was", [](Server& of) { of.world.files[kPolicyFile] = of.policy; }); }, 1, false},
    {"the policy file is away for a while", Actor::administrator, [](Server& s, std::uint64_t) {
         s.world.files.erase(kPolicyFile);
         s.later(2h, Actor::administrator, "the policy file is back", [](Server& of) { of.world.files[kPolicyFile] = of.policy; }); }, 1, false},
    {"an administrator asks for a heal", Actor::administrator, [](Server& s, std::uint64_t n) { s.asked = n % 3 == 0 ? Asked::heal_ignoring_window : Asked::heal; }, 2, false},
    {"our service is asked to stop", Actor::administrator, [](Server& s, std::uint64_t) { s.world.stop_requested = true; }, 1, false},
    {"clients dial", Actor::clients, [](Server& s, std::uint64_t) { s.clients_come(); }, 3, false},
});

}  // namespace

std::span<const Happening> happenings() { return kHappenings; }

void calm(Server& server) {
    World& world = server.world;
    for (auto& [name, service] : world.services) {
        service.start_fails_with = 0;
        world.end_hang(name);
    }
    world.advance(Duration{1});
    world.wall += world.clock_behind;
    world.clock_behind = Duration{0};
    world.time_synchronised = true;
    world.served_override.clear();
    world.listener_off.clear();
    world.sstp_broken = false;
    server.asked = Asked::nothing;
    world.stop_requested = false;
    world.shutting_down = false;
}

}  // namespace sstp::simulation

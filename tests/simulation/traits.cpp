// Servers as they are (servers.md, facts rras-sstp): each line is a kind of server that somebody has.

#include "tests/simulation/traits.h"

#include <array>

namespace sstp::simulation {

using namespace simulated;
using namespace std::chrono_literals;

namespace {

constexpr Duration kDay = 24h;
constexpr char kWebHosting[] = "WebHosting";

/// The server's own certificate is replaced by one of the kind that it is to have, begun a week ago.
void start_with_own_certificate(Server& server) {
    World& world = server.world;
    world.stores["MY"].clear();
    const Certificate own = server.issue(server.lifetime, server.lifetime / 3);
    server.put(own, server.store).added = -100h;
    for (ListenerBinding& each : world.bindings) {
        each.certificate = own.thumbprint.to_vector();
        each.store = server.store;
    }
    store_hashes(world, own);
    world.bindings_written = world.parameters_written = world.wall - 30 * kDay;
    world.rras.sha256 = own.hash;
    world.rras.sha1 = own.thumbprint;
    world.sstpsvc_holds = own.hash;
}

void policy(Server& server, const char* text) { server.world.files[kPolicyFile] = server.policy = text; }

Certificate another(Server& server, const char* name, bool private_ca) {
    const auto names = std::exchange(server.names, {name});
    const auto ca = std::exchange(server.ca, private_ca ? CaOfServer::private_ca : CaOfServer::public_ca);
    Certificate made = server.issue(365 * kDay, 1h);
    server.names = names;
    server.ca = ca;
    return made;
}

void take_away_sstp(Server& server) {
    World& world = server.world;
    world.traits.sstp_ports = false;
    world.bindings.clear();
    for (const auto value :
         {SstpValue::sha256_certificate_hash, SstpValue::sha1_certificate_hash, SstpValue::is_hash_configured_by_admin}) {
        world.parameters.erase(value);
    }
    world.rras.listens = world.rras.accepts = false;
    world.rras.sha256.reset();
    server.hands_tied = true;
    server.clients_dial_daily = false;
}

constexpr auto kTraits = std::to_array<Trait>({
    // Who issues, what is on it, how long it lasts. First: what comes later changes this server's certificate.
    {"its CA is private, and clients know it", "ca", 6, [](Server& s, std::uint64_t) {
         s.ca = CaOfServer::private_ca;
         s.world.roots_outside["CN=Corp Root"] = {true, true};
         start_with_own_certificate(s); }},
    {"its certificate is self-signed", "ca", 16, [](Server& s, std::uint64_t) {
         s.ca = CaOfServer::self_signed;
         s.world.roots_outside["CN=vpn.example.com"] = {true, true};
         s.may_be_ambiguous = true;
         start_with_own_certificate(s); }},
    {"its public root is not known here", "ca", 24, [](Server& s, std::uint64_t) {
         s.ca = CaOfServer::root_unknown_here;
         start_with_own_certificate(s); }},
    {"its certificate is a wildcard", "names", 8, [](Server& s, std::uint64_t) { s.names = {"*.example.com"}; start_with_own_certificate(s); }},
    {"its certificate has several names", "names", 6, [](Server& s, std::uint64_t) {
         s.names = {"vpn.example.com", "www.example.com", "example.com"}; start_with_own_certificate(s); }},
    {"certificates last 6 days", "lifetime", 12, [](Server& s, std::uint64_t) { s.lifetime = 6 * kDay; start_with_own_certificate(s); }},
    {"certificates last 47 days", "lifetime", 4, [](Server& s, std::uint64_t) { s.lifetime = 47 * kDay; start_with_own_certificate(s); }},
    {"certificates last a year", "lifetime", 4, [](Server& s, std::uint64_t) { s.lifetime = 365 * kDay; start_with_own_certificate(s); }},
    {"keys are ECDSA", "algorithm", 12, [](Server& s, std::uint64_t) { s.key_algorithm = KeyAlgorithm::ecdsa; start_with_own_certificate(s); }},
    // How it is renewed.
    {"an ACME client deletes the old certificate first", "renewal", 6, [](Server& s, std::uint64_t) { s.renewal = RenewalBy::deletes_first; }},
    {"an ACME client binds, writes and restarts by itself", "renewal", 6, [](Server& s, std::uint64_t) { s.renewal = RenewalBy::does_it_all; }},
    {"an ACME client leaves RemoteAccess stopped", "renewal", 20, [](Server& s, std::uint64_t) { s.renewal = RenewalBy::leaves_stopped; }},
    {"auto-enrolment archives and links", "renewal", 6, [](Server& s, std::uint64_t) { s.renewal = RenewalBy::auto_enrolment; }},
    {"an administrator renews with Set-RemoteAccess", "renewal", 10, [](Server& s, std::uint64_t) { s.renewal = RenewalBy::administrator; }},
    // HTTP.SYS and the network.
    {"::1 answers nobody", "loopback", 12, [](Server& s, std::uint64_t) { s.world.traits.ipv6_loopback_answers = false; }},
    {"loopback answers nobody", "loopback", 20, [](Server& s, std::uint64_t) { s.world.traits.ipv6_loopback_answers = s.world.traits.ipv4_loopback_answers = false; }},
    {"there is an IP listen list", "loopback", 12, [](Server& s, std::uint64_t n) {
         s.world.listen_list = {s.world.interface_addresses.front()};
         if (n % 2 != 0) s.world.listen_list.push_back(s.world.interface_addresses.back());
         if (n % 3 == 0) s.world.listen_list.insert(s.world.listen_list.begin(), *IpAddress::parse("198.51.100.9")); }},   // left over
    {"IPv6 is off", "ipv6", 5, [](Server& s, std::uint64_t n) {
         s.world.traits.has_ipv6 = false;
         s.world.interface_addresses.pop_back();
         if (n % 2 == 0) s.world.bindings.pop_back(); }},
    {"records cannot be updated in one call", "update", 3, [](Server& s, std::uint64_t n) { s.world.traits.update = n % 2 == 0 ? HttpUpdate::not_supported : HttpUpdate::absent; }},
    {"records have parameters that no update keeps", "update", 16, [](Server& s, std::uint64_t) {
         s.hands_tied = true;   // what a repair would lose is left to an administrator (DESIGN 2.4)
         s.world.traits.update = HttpUpdate::absent;
         for (const ListenerBinding& each : s.world.bindings) s.world.extended_records.insert(each.endpoint); }},
    {"new keys settle for 20 s", "settle", 10, [](Server& s, std::uint64_t) { s.world.traits.new_keys_settle_for = 20s; }},
    {"a record that was made is said to exist", "183", 16, [](Server& s, std::uint64_t) { s.world.traits.says_exists_though_made = true; }},
    {"Schannel follows renewal links", "links", 8, [](Server& s, std::uint64_t) { s.world.traits.follows_renewal_link = true; }},
    {"records have options of their own", "options", 8, [](Server& s, std::uint64_t) {
         for (ListenerBinding& each : s.world.bindings) each.options = {0x10000, 3600, 15'000, "list", "CA", 9}; }},
    {"records name no store", "store", 10, [](Server& s, std::uint64_t) { for (ListenerBinding& each : s.world.bindings) each.store.reset(); }},
    {"certificates come into WebHosting and MY", "store", 10, [](Server& s, std::uint64_t) {
         s.also_in = kWebHosting;
         if (const StoredCertificate* own = s.bound()) s.put(Certificate{own->certificate}, kWebHosting).added = own->added;
         for (ListenerBinding& each : s.world.bindings) each.store = kWebHosting; }},
    {"certificates come into WebHosting alone", "store", 20, [](Server& s, std::uint64_t) {
         s.hands_tied = true;   // RRAS finds no certificate there: it is told, and left to an administrator (servers.md 17)
         s.store = kWebHosting;
         start_with_own_certificate(s); }},
    // RRAS.
    {"RRAS chooses by itself", "flag", 3, [](Server& s, std::uint64_t n) {
         if (n % 2 == 0) set_flag(s.world, 0); else s.world.set_parameter(SstpValue::is_hash_configured_by_admin, std::nullopt);
         s.world.parameters_written = s.world.wall - 30 * kDay; }},
    {"SSTP takes its time to listen", "ready", 3, [](Server& s, std::uint64_t n) {
         s.world.traits.ready_after = std::chrono::seconds{1 + static_cast<int>(n % 100)};
         s.world.traits.refuses_until_ready = n % 3 == 0; }},
    {"HEAD is answered otherwise", "status", 10, [](Server& s, std::uint64_t n) {
         constexpr std::array kStatus{403, 404, 400, 405};
         s.world.traits.uri_status = kStatus[n % kStatus.size()]; }},
    {"SstpSvc keeps the old hash", "sstpsvc", 16, [](Server& s, std::uint64_t) { s.world.traits.sstpsvc_keeps_hash = true; }},
    {"SstpSvc keeps the old listener", "sstpsvc", 16, [](Server& s, std::uint64_t) { s.world.traits.sstpsvc_keeps_listener = true; }},
    {"12 and 13 end nothing", "12", 10, [](Server& s, std::uint64_t) { s.world.traits.listener_errors_end_it = false; }},
    {"RRAS reads the SHA-1", "sha1", 10, [](Server& s, std::uint64_t) { s.world.parameters[SstpValue::sha1_enabled] = RawValue::dword(1); }},
    {"it listens on port 4443", "port", 20, [](Server& s, std::uint64_t) {
         for (const auto value : {SstpValue::listener_port, SstpValue::applied_listener_port}) s.world.parameters[value] = RawValue::dword(4443);
         for (ListenerBinding& each : s.world.bindings) each.endpoint.port = 4443;
         s.world.rras.port = 4443; }},
    {"services stop slowly", "slow", 6, [](Server& s, std::uint64_t n) {
         for (auto& [name, service] : s.world.services) {
             service.stop_takes = std::chrono::seconds{1 + static_cast<int>(n % 80)};
             service.start_takes = std::chrono::seconds{1 + static_cast<int>(n / 80 % 40)};
         } }},
    {"RemoteAccess is started by hand", "start", 20, [](Server& s, std::uint64_t) { s.world.services[kRemoteAccess].status.start_type = StartType::manual; }},
    {"RemoteAccess shares its process", "host", 3, [](Server& s, std::uint64_t) { s.world.traits.remote_access_shares_process = true; }},
    {"services have their turn a while after boot", "boot", 3, [](Server& s, std::uint64_t n) { s.world.traits.services_start_after = std::chrono::seconds{5 + static_cast<int>(n % 180)}; }},
    {"the clock is wrong at boot", "clock", 12, [](Server& s, std::uint64_t n) { s.clock_off_at_boot = n % 3 == 0 ? 300 * kDay : -static_cast<int>(1 + n % 60) * kDay; }},
    {"sessions cannot be read", "sessions", 8, [](Server& s, std::uint64_t) { s.world.traits.sessions_can_be_read = false; }},
    {"clients hardly ever dial", "clients", 8, [](Server& s, std::uint64_t) { s.clients_dial_daily = false; }},
    {"it is one of a fleet", "fleet", 3, [](Server& s, std::uint64_t n) {
         s.world.machine.computer_name = "VPN" + std::to_string(n % 500);
         s.world.machine.machine_guid = std::to_string(n); }},
    {"its time zone is not UTC", "zone", 2, [](Server& s, std::uint64_t n) { s.world.local_offset = std::chrono::minutes{60 * (static_cast<int>(n % 23) - 11)}; }},
    // Who else is there.
    {"the internal CA's certificate has the same name", "beside", 5, [](Server& s, std::uint64_t n) {
         Certificate made = another(s, "vpn.example.com", true);
         if (n % 2 == 0) made.purposes->push_back(kIkeIntermediate);
         s.may_be_ambiguous = true;
         add_certificate(s.world, made); }},
    {"a computer certificate lies in the store", "computer", 3, [](Server& s, std::uint64_t) { add_certificate(s.world, another(s, "vpn1.corp.example", true)); }},
    {"a newer certificate without a key lies in the store", "keyless", 8, [](Server& s, std::uint64_t n) {
         Certificate made = s.issue(s.lifetime * 2);
         made.key = n % 3 == 0 ? KeyState::unusable : n % 3 == 1 ? KeyState::unknown : KeyState::absent;
         made.key_explanation = "as the simulation wants it";
         s.put(made); }},
    {"its key cannot be opened by us", "hsm", 10, [](Server& s, std::uint64_t) {
         for (StoredCertificate& each : s.world.stores["MY"]) {
             each.certificate.key = KeyState::unknown;
             each.certificate.key_explanation = "the provider is not here";
             each.http_sys_uses_key = true;
         } }},
    {"IIS owns the wildcards", "owner", 12, [](Server& s, std::uint64_t) {
         s.hands_tied = true;
         for (ListenerBinding& each : s.world.bindings) each.app_id = kIisAppId; }},
    {"another site has an address of its own", "address", 6, [](Server& s, std::uint64_t) {
         const Certificate made = another(s, "shop.example.net", false);
         add_certificate(s.world, made);
         s.world.bindings.push_back({IpAddress::parse("203.0.113.6")->at(s.world.port()), made.thumbprint.to_vector(), kIisAppId, "MY", {}}); }},
    {"another site has an SNI record", "sni", 6, [](Server& s, std::uint64_t) {
         const Certificate made = another(s, "shop.example.net", false);
         add_certificate(s.world, made, "WebHosting");
         Endpoint sni;
         sni.kind = Endpoint::Kind::host_name;
         sni.host = "shop.example.net";
         sni.port = s.world.port();
         s.world.bindings.push_back({sni, made.thumbprint.to_vector(), kIisAppId, "WebHosting", {}}); }},
    {"an SNI record has another of its names", "sni", 8, [](Server& s, std::uint64_t n) {
         if (s.names.size() < 2) {
             s.names = {s.dialled, "www.example.com"};
             start_with_own_certificate(s);
         }
         const Certificate made = n % 2 == 0 ? Certificate{s.bound()->certificate} : another(s, "www.example.com", false);
         if (n % 2 != 0) add_certificate(s.world, made);
         bind_host_name(s.world, "www.example.com", made); }},
    {"another has a record for 127.0.0.1", "address", 12, [](Server& s, std::uint64_t) {
         const Certificate made = another(s, "localhost", true);
         add_certificate(s.world, made);
         bind_address(s.world, IpAddress::loopback(AddressFamily::ipv4), made); }},
    {"an SNI record has the VPN's name", "sni", 16, [](Server& s, std::uint64_t) {
         s.hands_tied = true;
         if (const StoredCertificate* own = s.bound()) bind_host_name(s.world, "vpn.example.com", Certificate{own->certificate}); }},
    {"IKEv2 sessions are open", "ike", 4, [](Server& s, std::uint64_t n) {
         for (std::uint64_t i = 0; i <= n % 40; ++i) s.world.sessions.push_back({false, -2h}); }},
    {"SSTP is not in use", "use", 16, [](Server& s, std::uint64_t) { take_away_sstp(s); }},
    {"TLS ends at a balancer", "use", 20, [](Server& s, std::uint64_t) {
         s.hands_tied = true;
         s.world.balancer = another(s, "vpn.example.com", false);
         for (const auto value : {SstpValue::use_https, SstpValue::applied_use_https}) s.world.parameters[value] = RawValue::dword(0);
         store_hashes(s.world, *s.world.balancer);
         s.world.rras.https = false;
         s.world.rras.sha256 = s.world.balancer->hash;
         s.world.rras.port = s.world.port(); }},
    {"TLS is made anew at a balancer", "use", 20, [](Server& s, std::uint64_t) {
         s.hands_tied = true;
         s.world.traits.insists_on_certificate = false;
         s.world.balancer = another(s, "vpn.example.com", false);
         store_hashes(s.world, *s.world.balancer);
         set_flag(s.world, 1);
         s.world.parameters_written = s.world.wall - 30 * kDay;
         s.world.rras.sha256 = s.world.balancer->hash; }},
    {"DirectAccess is here too", "directaccess", 20, [](Server& s, std::uint64_t) { s.world.directaccess_or_nlb = true; }},
    // What its administrator wrote.
    {"its policy names the VPN", "policy", 5, [](Server& s, std::uint64_t) { policy(s, R"({"certificate":{"dns_names":["vpn.example.com"]}})"); }},
    {"its policy observes", "policy", 20, [](Server& s, std::uint64_t) { s.hands_tied = true; policy(s, R"({"mode":"observe"})"); }},
    {"its policy retires", "policy", 10, [](Server& s, std::uint64_t n) { policy(s, n % 2 == 0 ? R"({"certificate":{"retire_old":"archive"}})" : R"({"certificate":{"retire_old":"delete"}})"); }},
    {"its policy leaves IPv6 out", "policy", 12, [](Server& s, std::uint64_t) { policy(s, R"({"listener":{"ipv6":false}})"); }},
    {"its policy takes over", "policy", 12, [](Server& s, std::uint64_t) { policy(s, R"({"listener":{"foreign_owner":"take_over"}})"); }},
    {"its policy has a window at week-ends", "policy", 6, [](Server& s, std::uint64_t) { policy(s, R"({"restart":{"window":{"days":["sat","sun"],"start":"02:00","duration":"2h"}}})"); }},
    {"its policy spells services otherwise", "policy", 10, [](Server& s, std::uint64_t n) {
         policy(s, n % 2 == 0 ? R"({"restart":{"services":["remoteaccess"]}})" : R"({"restart":{"services":["RemoteAccess","IAS"]}})"); }},
    {"a SIEM listens", "siem", 4, [](Server& s, std::uint64_t) { s.has_siem = true; }},
});

}  // namespace

std::span<const Trait> traits() { return kTraits; }

void apply_traits(const Scenario& scenario, Server& server) {
    for (const PlannedTrait& each : scenario.traits) traits()[each.trait].apply(server, each.number);
}

}  // namespace sstp::simulation

// How certificates are renewed on real servers (servers.md 2, 4, 6, 26-30; facts: rras-sstp 5, 8).

#include "tests/simulation/happenings.h"

#include <fmt/format.h>

namespace sstp::simulation {

using namespace simulated;
using namespace std::chrono_literals;

namespace {

void put_in(Server& server, const Certificate& made) {
    if (server.also_in) server.put(made, *server.also_in);
    StoredCertificate& in = server.put(made, server.store);
    // A server whose keys we cannot open has that with the next certificate too.
    const auto& all = server.world.stores[server.store];
    if (all.size() > 1 && all.front().http_sys_uses_key == true) {
        in.certificate.key = KeyState::unknown;
        in.certificate.key_explanation = "the provider is not here";
        in.http_sys_uses_key = true;
    }
}

void bind_as_it_stands(Server& server, const Certificate& made) {
    World& world = server.world;
    for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
        const ListenerBinding* now = world.binding_at(Endpoint::wildcard(family, world.port()));
        ListenerBinding record = now ? *now : ListenerBinding{Endpoint::wildcard(family, world.port()), {}, kSstpAppId, "MY", {}};
        if (now == nullptr && family == AddressFamily::ipv6 && !world.traits.has_ipv6) continue;
        record.certificate = made.thumbprint.to_vector();
        world.set_binding(record);
    }
}

// Adds, rebinds both, writes hashes, restarts RemoteAccess, within 20 s. `fails`: it stays stopped, exit code 0.
void does_it_all(Server& server, const Certificate& made, bool fails) {
    put_in(server, made);
    server.later(6s, Actor::acme_client, "the ACME client binds", [made](Server& s) { bind_as_it_stands(s, made); });
    server.later(9s, Actor::acme_client, "the ACME client writes the hashes", [made](Server& s) { store_hashes(s.world, made); });
    server.later(12s, Actor::acme_client, "the ACME client stops RemoteAccess", [](Server& s) { stop_service(s.world, kRemoteAccess); });
    if (!fails) {
        server.later(18s, Actor::acme_client, "the ACME client starts RemoteAccess", [](Server& s) {
            if (s.world.services[kRemoteAccess].status.start_type != StartType::disabled) start_service(s.world, kRemoteAccess);
        });
        return;
    }
    // Somebody comes and starts it.
    server.later(5h, Actor::administrator, "an administrator starts RemoteAccess",
                 [](Server& s) { start_service(s.world, kRemoteAccess); });
}

}  // namespace

Certificate obtain(Server& server) {
    const Certificate made = server.issue(server.lifetime);
    put_in(server, made);
    return made;
}

void renew(Server& server, std::uint64_t number) {
    World& world = server.world;
    const Certificate made = server.issue(server.lifetime);
    // Whoever renews knows the one before by its names, whatever is bound meanwhile.
    const StoredCertificate* bound = server.bound();
    const bool is_own = bound && bound->certificate.dns_names == made.dns_names;
    const auto old = is_own ? std::optional{bound->certificate.thumbprint} : std::nullopt;
    switch (server.renewal) {
        case RenewalBy::store_only: return put_in(server, made);
        case RenewalBy::deletes_first: {
            if (old) remove_certificate(world, *old, server.store);
            const Duration gap = std::chrono::seconds{20 + static_cast<int>(number % 40)};
            return server.later(gap, Actor::acme_client, "the ACME client adds the new certificate",
                                [made](Server& s) { put_in(s, made); });
        }
        case RenewalBy::does_it_all: return does_it_all(server, made, false);
        case RenewalBy::leaves_stopped: return does_it_all(server, made, true);
        case RenewalBy::auto_enrolment:
            put_in(server, made);
            if (old) archive_certificate(world, *old, made.thumbprint);
            return;
        case RenewalBy::administrator:
            put_in(server, made);
            return server.later(10min, Actor::administrator, "an administrator runs Set-RemoteAccess", [made](Server& s) {
                if (s.world.find(s.store, made.thumbprint) == nullptr) return;
                bind_as_it_stands(s, made);
                store_hashes(s.world, made);
                set_flag(s.world, 1);
                if (s.world.running(kRemoteAccess)) restart_rras(s.world);
            });
    }
}

void move_to_another_name(Server& server, std::uint64_t number) {
    if (server.hands_tied || server.store != "MY" || server.policy.find("dns_names") != std::string::npos) return;
    World& world = server.world;
    server.names = {"ras.example.com"};
    server.dialled = "ras.example.com";
    server.renamed_unseen = true;
    world.roots_outside["CN=ras.example.com"] = {true, true};   // where it is self-signed its administrator hands it out again
    const Certificate made = server.issue(server.lifetime);
    put_in(server, made);
    bind_as_it_stands(server, made);
    store_hashes(world, made);
    set_flag(world, number % 2 == 0 ? 1 : 0);
    if (world.running(kRemoteAccess)) restart_rras(world);
}

}  // namespace sstp::simulation

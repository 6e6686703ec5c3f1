#include "tests/simulation/oracle.h"

#include "core/model/text.h"

#include <algorithm>

namespace sstp::simulation {

using namespace simulated;

namespace {

bool names_cover(const Certificate& certificate, const std::string& name) {
    const auto covers = [&](const std::string& on) { return client_accepts_name(on, name); };
    if (!certificate.dns_names.empty()) return std::any_of(certificate.dns_names.begin(), certificate.dns_names.end(), covers);
    return covers(certificate.subject_cn);
}

/// The name by which people know it.
std::string first_name(const Certificate& certificate) {
    return certificate.dns_names.empty() ? certificate.subject_cn : certificate.dns_names.front();
}

bool is_public(const Certificate& certificate) {
    return std::any_of(certificate.roots.begin(), certificate.roots.end(), [](const ChainRoot& root) { return root.in_root_programme; });
}

bool same_authority(const Certificate& one, const Certificate& other) {
    if (one.hash == other.hash) return true;
    if (one.self_signed || other.self_signed) return false;
    if (is_public(one) || is_public(other)) {
        // A root that is not on this machine yet: the issuing CA's name and key decide.
        if (is_public(one) && is_public(other)) return true;
        return (one.roots.empty() || other.roots.empty()) && one.issuer == other.issuer && one.issuer_key == other.issuer_key;
    }
    for (const ChainRoot& root : one.roots) {
        for (const ChainRoot& theirs : other.roots) {
            if (root.subject == theirs.subject && root.public_key == theirs.public_key) return true;
        }
    }
    return one.issuer == other.issuer && one.issuer_key == other.issuer_key;
}

bool is_pinned(const Certificate& certificate, const Policy& policy) {
    if (!policy.certificate.thumbprint) return false;
    const auto& pin = *policy.certificate.thumbprint;
    if (const auto* thumbprint = std::get_if<Thumbprint>(&pin)) return *thumbprint == certificate.thumbprint;
    return std::get<CertificateHash>(pin) == certificate.hash;
}

/// Auto-enrolment linked it to one that was in force, perhaps over others.
bool is_renewal_of_one_in_force(const Certificate& certificate, const Server& server, const History& history) {
    const auto& stores = server.world.stores;
    const auto my = stores.find("MY");
    for (const Certificate& old : history.in_force()) {
        // A link is a property of a copy, and auto-enrolment links the one in MY; else as it was when it lay here last.
        const StoredCertificate* copy = server.world.find("MY", old.hash);
        std::optional<Thumbprint> next = copy && copy->certificate.renewed_by ? copy->certificate.renewed_by : old.renewed_by;
        for (int links = 0; next && links < 8; ++links) {
            if (*next == certificate.thumbprint) return true;
            if (my == stores.end()) break;
            const auto found = std::find_if(my->second.begin(), my->second.end(),
                                            [&](const StoredCertificate& each) { return each.certificate.thumbprint == *next; });
            next = found == my->second.end() ? std::nullopt : found->certificate.renewed_by;
        }
    }
    return false;
}

std::string unfit(const Certificate& certificate, const Policy& policy, WallTime now) {
    if (now < certificate.not_before || now >= certificate.not_after) return "its dates";
    if (certificate.purposes) {
        const auto serves = [](const std::string& purpose) { return purpose == kServerAuthentication || purpose == kAnyPurpose; };
        if (std::none_of(certificate.purposes->begin(), certificate.purposes->end(), serves)) return "its purpose";
    } else if (!policy.certificate.allow_missing_eku) {
        return "its missing purpose";
    }
    if (certificate.key == KeyState::absent || certificate.key == KeyState::unusable) return "its key";
    if (certificate.key_algorithm == KeyAlgorithm::rsa && certificate.key_bits < policy.certificate.minimum_rsa_bits) return "its strength";
    if (const auto* verdict = value_of(certificate.chain)) {
        if (verdict->trust == ChainTrust::bad && policy.certificate.chain == ChainPolicy::require) return "its chain";
        if (verdict->revocation == Revocation::revoked && policy.certificate.revocation != RevocationPolicy::off) return "its revocation";
    }
    return {};
}

/// That they could does not tell the server anything: a session of SSTP is open, and RRAS ends them all when it stops.
bool somebody_came_through(const World& world, const ClientView& clients) {
    const bool could = clients.connects(0) || clients.connects(1);
    return could && std::any_of(world.sessions.begin(), world.sessions.end(), [](const OpenSession& each) { return each.sstp; });
}

}  // namespace

void History::remember(const Certificate& certificate) {
    const auto same = [&](const Certificate& each) { return each.hash == certificate.hash; };
    const auto found = std::find_if(in_force_.begin(), in_force_.end(), same);
    if (found == in_force_.end()) {
        in_force_.push_back(certificate);
    } else {
        *found = certificate;   // happenings change its dates
    }
}

void History::keep(const Certificate& certificate) {
    remember(certificate);
    shown_.push_back(certificate);
    shows_one_ = true;
}

bool History::tells_the_ca(const Policy& policy) const {
    const auto& asked = policy.certificate.dns_names;
    const auto bears_one = [&](const Certificate& each) {
        return std::any_of(asked.begin(), asked.end(), [&](const std::string& name) { return names_cover(each, name); });
    };
    return asked.empty() || std::any_of(shown_.begin(), shown_.end(), bears_one);
}

void History::begin(const Server& server, const ClientView& clients) {
    note(server, clients, {});
    shown_.clear();
    shows_one_ = false;
}

void History::note(const Server& server, const ClientView& clients, const Policy& policy) {
    const World& world = server.world;
    const auto found = world.parameters.find(SstpValue::sha256_certificate_hash);
    if (found == world.parameters.end()) return;
    const auto decoded = decode_sha256(found->second);
    const auto* hash = value_of(decoded);
    if (hash == nullptr) return;
    for (const AddressFamily family : kFamilies) {
        const ListenerBinding* record = world.binding_at(Endpoint::wildcard(family, world.port()));
        if (record == nullptr || !record->thumbprint()) continue;
        const StoredCertificate* stored = world.find(record->store.value_or("MY"), *record->thumbprint());
        // It has left the store, and clients get it still.
        const bool is_served = clients.connects(family == AddressFamily::ipv4 ? 0 : 1);
        if (stored == nullptr && is_served) stored = world.served_for(*record, family, server.dialled);
        // Behind a balancer the hash is of its certificate, and the record of what stands behind it: in force as well, for whoever takes
        // the balancer away.
        if (stored != nullptr && world.balancer && world.balancer->hash == *hash) remember(stored->certificate);
        if (stored == nullptr || stored->certificate.hash != *hash) continue;
        // What lies in another store alone nobody here can read, but for what listeners give out of it; and those of a family that
        // listener.ipv4 or listener.ipv6 leaves out are not asked.
        if (world.find("MY", stored->certificate.hash) == nullptr && !(is_served && policy.listener.includes(family))) {
            remember(stored->certificate);
            continue;
        }
        keep(stored->certificate);
        last_ = *hash;
        if (!somebody_came_through(world, clients) || (!connected_.empty() && connected_.back() == *hash)) return;
        std::erase(connected_, *hash);
        connected_.push_back(*hash);
        return;
    }
}

bool History::connected_with(const CertificateHash& hash) const {
    return std::find(connected_.begin(), connected_.end(), hash) != connected_.end();
}

bool History::is_in_force(const CertificateHash& hash) const { return !in_force_.empty() && last_ == hash; }

const Certificate* History::last_connected() const {
    const auto is_it = [&](const Certificate& each) { return !connected_.empty() && each.hash == connected_.back(); };
    const auto found = std::find_if(in_force_.begin(), in_force_.end(), is_it);
    return found == in_force_.end() ? nullptr : &*found;
}

namespace {

/// HTTP.SYS answers clients of a name that is dialled, or that the policy says is, with it, by a record that is not SSTP's: it is the
/// target, whatever its CA (2.1).
bool decides_for_a_dialled_name(const Certificate& certificate, const Server& server, const Policy& policy) {
    const auto is_dialled = [&](const std::string& host) {
        const auto& asked = policy.certificate.dns_names;
        const auto is_it = [&](const std::string& name) { return equal_ignoring_case(host, name); };
        return is_it(server.dialled) || std::any_of(asked.begin(), asked.end(), is_it);
    };
    return std::any_of(server.world.bindings.begin(), server.world.bindings.end(), [&](const ListenerBinding& each) {
        const bool by_name = each.endpoint.kind == Endpoint::Kind::host_name && is_dialled(each.endpoint.host);
        const bool foreign_wildcard = each.endpoint.is_wildcard() && each.app_id != kSstpAppId;
        return (by_name || foreign_wildcard) && each.thumbprint() == certificate.thumbprint;
    });
}

}  // namespace

bool covers_every(const Certificate& certificate, const std::vector<std::string>& names) {
    return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
        return names_cover(certificate, name) ||
               std::find(certificate.dns_names.begin(), certificate.dns_names.end(), name) != certificate.dns_names.end();
    });
}

std::string forbidden(const Certificate& certificate, const Server& server, const Policy& policy, const History& history) {
    // One that is in force is found by its hash all the same, and keeps its place while it serves (2.1): that is no choice.
    if (certificate.archived && !history.is_in_force(certificate.hash)) return "it is archived";
    // What the server's clock says counts for it; a certificate that is good by either clock is not forbidden.
    std::string by_our_clock = unfit(certificate, policy, server.world.wall);
    if (!by_our_clock.empty() && !unfit(certificate, policy, server.world.true_time()).empty()) return by_our_clock;
    for (const std::string& name : policy.certificate.dns_names) {
        if (!names_cover(certificate, name)) return "it does not cover " + name + " of the policy";
    }
    const auto& before = history.in_force();
    if (!history.shows_one() || is_pinned(certificate, policy)) return {};
    if (policy.certificate.dns_names.empty()) {
        const auto meant = [&](const Certificate& old) {
            const std::string name = first_name(old);
            return names_cover(certificate, name) || (name.starts_with("*.") && names_cover(certificate, server.dialled)) ||
                   std::any_of(certificate.dns_names.begin(), certificate.dns_names.end(),
                               [&](const std::string& on) { return on == name; });
        };
        if (std::none_of(before.begin(), before.end(), meant)) return "it covers no name that a certificate in force had";
    }
    if (policy.certificate.ca == CaPolicy::any || policy.certificate.issuer) return {};
    if (decides_for_a_dialled_name(certificate, server, policy) || !history.tells_the_ca(policy)) return {};
    const auto related = [&](const Certificate& old) { return same_authority(old, certificate); };
    if (std::any_of(before.begin(), before.end(), related)) return {};
    return is_renewal_of_one_in_force(certificate, server, history) ? std::string{} : "it is of a CA that no certificate in force was of";
}

std::optional<Certificate> plain_choice(const Server& server, const Policy& policy, const History& history) {
    if (server.hands_tied || server.may_be_ambiguous || server.store != "MY" || policy.mode != Mode::heal) return std::nullopt;
    if (policy.certificate.thumbprint || policy.certificate.issuer) return std::nullopt;
    const auto my = server.world.stores.find("MY");
    if (my == server.world.stores.end()) return std::nullopt;
    std::optional<Certificate> latest;
    for (const StoredCertificate& each : my->second) {
        const Certificate& certificate = each.certificate;
        // Windows may serve what it is linked to in its place: that it is to be taken is not plain.
        const bool leads_on = certificate.renewed_by && server.world.find("MY", *certificate.renewed_by) != nullptr;
        if (certificate.archived || leads_on || !each.serves() || certificate.key != KeyState::usable ||
            !forbidden(certificate, server, policy, history).empty())
            continue;
        // The VPN may have another name since: what clients came through with is all that the server can know of it.
        const Certificate* learned = history.last_connected();
        const bool is_known = !policy.certificate.dns_names.empty() || !learned || covers_every(certificate, learned->dns_names);
        if (!covers_every(certificate, server.names) || !is_known || (latest && latest->not_before >= certificate.not_before)) continue;
        latest = certificate;
    }
    return latest;
}

ClientView as_if_healed(const Server& server, const Certificate& certificate, const Policy& policy) {
    Server tried;
    tried.dialled = server.dialled;
    // Everything but what grows: a copy of the log would cost more than the trial.
    World& world = tried.world;
    const World& now = server.world;
    world.traits = now.traits;
    world.traits.ready_after = Duration{0};
    world.wall = now.wall;
    world.clock_behind = now.clock_behind;
    world.elapsed = now.elapsed;
    world.bindings = now.bindings;
    world.listen_list = now.listen_list;
    world.interface_addresses = now.interface_addresses;
    world.port_takers = now.port_takers;
    world.listener_off = now.listener_off;
    world.served_override = now.served_override;
    world.stuck_until_restart = now.stuck_until_restart;
    world.sstp_broken = now.sstp_broken;
    world.parameters = now.parameters;
    world.stores = now.stores;
    world.services = now.services;
    world.roots_outside = now.roots_outside;
    world.clients_have_intermediates = now.clients_have_intermediates;
    world.balancer = now.balancer;
    for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
        const ListenerBinding* stands = world.binding_at(Endpoint::wildcard(family, world.port()));
        if (stands == nullptr && (!policy.listener.includes(family) || (family == AddressFamily::ipv6 && !world.traits.has_ipv6))) continue;
        if (stands != nullptr && stands->app_id != kSstpAppId && policy.listener.foreign_owner != ForeignOwner::take_over) continue;
        bind(world, family, certificate);
    }
    store_hashes(world, certificate);
    for (const char* name : {"RemoteAccess", "RasMan", "SstpSvc"}) stop_service(world, name);
    start_service(world, kRemoteAccess);
    return look_as_clients(tried);
}

}  // namespace sstp::simulation

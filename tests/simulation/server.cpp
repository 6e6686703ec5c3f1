#include "tests/simulation/server.h"

#include <algorithm>
#include <utility>

namespace sstp::simulation {

using namespace simulated;
using namespace std::chrono_literals;

namespace {

bool later_than(const Due& a, const Due& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }

}  // namespace

const char* word(Actor actor) noexcept {
    constexpr const char* kWords[] = {"an administrator", "IIS",  "an ACME client", "auto-enrolment",
                                      "Group Policy",     "RRAS", "nature",         "clients"};
    return kWords[static_cast<std::size_t>(actor)];
}

Server::Server() : world(healthy_world()) { world.files[kPolicyFile] = policy; }

Certificate Server::issue(Duration valid_for, Duration begun_before) {
    Certificate made = make_certificate(1000 + ++issued, names);
    made.not_before = world.true_time() - begun_before;
    made.not_after = made.not_before + valid_for;
    made.key_algorithm = key_algorithm;
    if (key_algorithm == KeyAlgorithm::ecdsa) made.key_bits = 256;
    switch (ca) {
        case CaOfServer::public_ca: break;
        case CaOfServer::private_ca: made = of_private_ca(std::move(made), "Corp Root"); break;
        case CaOfServer::self_signed: made = self_signed(std::move(made)); break;
        case CaOfServer::root_unknown_here:
            made.roots.clear();
            made.chain = ChainVerdict{ChainTrust::unknown, Revocation::not_checked, "its root is not on this machine"};
            break;
    }
    return made;
}

StoredCertificate& Server::put(const Certificate& made, const std::string& into) {
    add_certificate(world, made, into);
    StoredCertificate& in = *stored(world, made.thumbprint, into);
    if (ca == CaOfServer::root_unknown_here) in.outside = Outside::accepted;
    return in;
}

void Server::clients_come() {
    if (clients_dial(world, dialled) > 0) renamed_unseen = false;
}

void Server::dial_every_morning() {
    const WallTime local = world.wall + world.local_offset;
    WallTime next = std::chrono::floor<std::chrono::days>(local) + 7h + 30min;
    if (next <= local) next += 24h;
    later(next - local, Actor::clients, "clients dial", [](Server& s) {
        const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(s.world.wall + s.world.local_offset)};
        if (day != std::chrono::Saturday && day != std::chrono::Sunday) {
            std::erase_if(s.world.sessions, [&](const OpenSession& each) { return each.sstp && s.world.elapsed - each.began > 9h; });
            s.clients_come();
        }
        s.dial_every_morning();
    });
}

const StoredCertificate* Server::bound() const {
    for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
        const ListenerBinding* record = world.binding_at(Endpoint::wildcard(family, world.port()));
        if (record == nullptr || !record->thumbprint()) continue;
        if (const StoredCertificate* found = world.find(record->store.value_or("MY"), *record->thumbprint())) return found;
    }
    return nullptr;
}

void Server::later(Duration after, Actor who, std::string what, std::function<void(Server&)> act) {
    agenda_.push_back({world.elapsed + after, ++order_, who, std::move(what), std::move(act)});
    std::push_heap(agenda_.begin(), agenda_.end(), later_than);
}

std::optional<Duration> Server::next_due() const { return agenda_.empty() ? std::nullopt : std::optional{agenda_.front().at}; }

bool Server::others_are_at_work() const {
    return std::any_of(agenda_.begin(), agenda_.end(),
                       [&](const Due& each) { return each.who != Actor::clients && each.at < world.elapsed + std::chrono::hours{48}; });
}

bool Server::do_next_due(const std::function<void(const Due&)>& before) {
    if (agenda_.empty() || agenda_.front().at > world.elapsed) return false;
    std::pop_heap(agenda_.begin(), agenda_.end(), later_than);
    const Due due = std::move(agenda_.back());
    agenda_.pop_back();
    before(due);
    due.act(*this);
    return true;
}

RawValue text_value(const std::string& text) {
    RawValue value{RawValue::kText, {}};
    for (const char c : text) {
        value.data.push_back(static_cast<std::uint8_t>(c));
        value.data.push_back(0);
    }
    return value;
}

}  // namespace sstp::simulation

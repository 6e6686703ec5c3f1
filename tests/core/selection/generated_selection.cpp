#include "tests/core/selection/generated_selection.h"

#include "core/selection/fitness.h"

#include <algorithm>
#include <array>

namespace sstp::test {

namespace {

constexpr std::array kFamilies{v4, v6};

IssuingCa any_ca(SelectionDice& dice) {
    switch (dice.below(10)) {
        case 0: return public_ca("Second Public CA");
        case 1:
        case 2: return private_ca();
        case 3: return private_ca("Other CA");
        case 4: return public_ca().without_root();
        case 5: return private_ca().cross_signed_by(public_ca());
        default: return public_ca();
    }
}

Certificate any_certificate(SelectionDice& dice, std::uint32_t number) {
    static const std::vector<std::vector<std::string>> kNames = {{"vpn.example.com"},
                                                                 {"vpn.example.com"},
                                                                 {"vpn.example.com"},
                                                                 {"VPN.example.com", "www.example.com"},
                                                                 {"*.example.com"},
                                                                 {"www.example.com"},
                                                                 {}};
    CertificateBuilder made = certificate(number);
    made.names(dice.any_of(kNames)).issued_by(any_ca(dice));
    made.valid(-static_cast<int>(10 + 10 * dice.below(6)), static_cast<int>(10 + 10 * dice.below(6)));   // ties are wanted
    switch (dice.below(26)) {
        case 0:
        case 1: made.expired(); break;
        case 2: made.not_yet_valid(); break;
        case 3: made.purposes({{"1.3.6.1.5.5.7.3.2"}}); break;
        case 4: made.purposes(std::nullopt); break;
        case 5: made.key(KeyState::absent); break;
        case 6: made.key(KeyState::unusable); break;
        case 7: made.key(KeyState::unknown); break;
        case 8: made.chain(ChainTrust::bad); break;
        case 9: made.chain(ChainTrust::good, Revocation::revoked); break;
        case 10: made.chain(ChainTrust::good, Revocation::unknown); break;
        case 11: made.key(KeyAlgorithm::rsa, 1024); break;
        case 12:
        case 13: made.key(KeyAlgorithm::ecdsa, 256); break;
        case 14: made.ike_intermediate(); break;
        case 15: made.archived(); break;
        case 16: made.cn("VPN Server").self_signed(); break;
        case 17: made.names({}).cn("VPN Server"); break;
        default: break;
    }
    return made;
}

void make_policy(SelectionDice& dice, ServerBuilder& server, const std::vector<Certificate>& known) {
    CertificatePolicy& policy = server.policy.certificate;
    if (dice.one_in(5)) policy.dns_names = {"vpn.example.com"};
    if (dice.one_in(16)) policy.dns_names = {"vpn.example.com", "www.example.com"};
    if (dice.one_in(12)) policy.issuer = dice.one_in(2) ? "corp issuing ca" : "CN=Example Issuing CA,O=Example";
    if (dice.one_in(12)) policy.thumbprint = dice.any_of(known).hash;
    if (dice.one_in(10)) policy.ca = CaPolicy::any;
    if (dice.one_in(10)) policy.allow_missing_eku = true;
    if (dice.one_in(10)) policy.chain = dice.one_in(2) ? ChainPolicy::warn : ChainPolicy::ignore;
    if (dice.one_in(10)) policy.revocation = dice.one_in(2) ? RevocationPolicy::off : RevocationPolicy::require;
    if (dice.one_in(8)) server.taking_over();
    if (dice.one_in(16)) (dice.one_in(2) ? server.policy.listener.ipv4 : server.policy.listener.ipv6) = false;
}

void make_memory(SelectionDice& dice, ServerBuilder& server, const Certificate& active, const std::vector<Certificate>& known) {
    server.nothing_learned();
    if (!dice.one_in(3)) server.learned(dice.one_in(4) ? dice.any_of(known) : active);
    if (!dice.one_in(3)) server.proven(dice.one_in(4) ? dice.any_of(known) : active);
    if (server.memory.learned && dice.one_in(6)) server.learned_names({"vpn.example.com", "www.example.com"}, "vpn.example.com");
    if (dice.one_in(4)) server.named_before("vpn.example.com");
    if (!dice.one_in(3)) server.held(active);
    if (!dice.one_in(3)) server.sessions(dice.below(4), dice.below(3));
    if (dice.one_in(10)) server.sessions_unreadable();
    if (dice.one_in(12)) server.clock_doubtful();
    if (dice.one_in(12)) server.refused_by_http_sys(dice.any_of(known));
    if (dice.one_in(10)) server.complaint(dice.one_in(2) ? 13 : 25, 5, dice.one_in(2));
    if (dice.one_in(3)) server.written(static_cast<int>(dice.below(600)));
}

void drift(SelectionDice& dice, ServerBuilder& server, const std::vector<Certificate>& known) {
    const AddressFamily family = dice.any_of(kFamilies);
    const Certificate& other = dice.any_of(known);
    switch (dice.below(16)) {
        case 0: server.without_record(family); break;
        case 1:
        case 2: server.record(family, other); break;
        case 3: server.owned_by(family, kIisAppId); break;
        case 4: server.record(family, other).owned_by(family, kIisAppId); break;
        case 5: server.in_store(family, dice.one_in(2) ? "WebHosting" : "my"); break;
        case 6: server.hash(other); break;
        case 7: server.without_hashes(); break;
        case 8: server.records(other); break;
        case 9: server.records(other).hash(other); break;
        case 10: server.serving(family, other); break;
        case 11: server.unreachable(family); break;
        case 12: server.unreachable(); break;
        case 13: server.sni(dice.one_in(2) ? "vpn.example.com" : "mail.example.com", other); break;
        case 14: server.deleting(other); break;
        case 15: server.archiving(other); break;
        default: break;
    }
}

}  // namespace

std::uint64_t SelectionDice::next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31);
}

void serve_by_records(ServerBuilder& server, const std::vector<Certificate>& known) {
    const auto* shadowing = value_of(server.state.shadowing);
    for (const AddressFamily family : kFamilies) {
        const ListenerBinding* answering = value_of(server.state.binding(family));
        if (!answering) answering = value_of(server.state.ipv4_binding);
        for (const ShadowingBinding& record : *shadowing) {
            if (record.endpoint.kind == Endpoint::Kind::host_name && name_matches(record.endpoint.host, "vpn.example.com"))
                answering = &record;
        }
        const auto found = std::find_if(known.begin(), known.end(), [&](const Certificate& each) {
            return answering && answering->thumbprint() == each.thumbprint && each.key != KeyState::absent &&
                   each.key != KeyState::unusable;
        });
        if (found == known.end()) {
            server.unreachable(family);
        } else {
            server.serving(family, *found);
        }
    }
}

GeneratedServer generated_selection(std::uint64_t seed) {
    SelectionDice dice(seed);
    GeneratedServer made;
    std::vector<Certificate> store;
    const std::uint32_t count = 1 + dice.below(5);
    for (std::uint32_t number = 1; number <= count; ++number) store.push_back(any_certificate(dice, number));
    if (count > 1 && dice.one_in(4)) store.front().renewed_by = store[1 + dice.below(count - 1)].thumbprint;
    made.known = store;
    made.known.push_back(certificate(99));   // in no store

    made.server = healthy().holding(store).all_naming(store.front());
    make_policy(dice, made.server, made.known);
    make_memory(dice, made.server, store.front(), made.known);
    if (dice.one_in(3)) made.server.flag(1U);
    const std::uint32_t drifts = dice.below(4);
    for (std::uint32_t i = 0; i < drifts; ++i) {
        drift(dice, made.server, made.known);
        if (!dice.one_in(3)) serve_by_records(made.server, made.known);
    }
    return made;
}

}  // namespace sstp::test

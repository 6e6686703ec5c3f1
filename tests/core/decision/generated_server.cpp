#include "tests/core/decision/generated_server.h"

#include <array>

namespace sstp::test {

namespace {

constexpr std::array kFamilies{AddressFamily::ipv4, AddressFamily::ipv6};

Certificate generated_certificate(Dice& dice, std::uint32_t number) {
    static const std::vector<std::vector<std::string>> kNames = {
        {"vpn.example.com"}, {"vpn.example.com"}, {"VPN.example.com", "www.example.com"}, {"*.example.com"}, {"www.example.com"}, {}};
    CertificateBuilder made = certificate(number);
    made.names(dice.any_of(kNames));
    made.valid(-static_cast<int>(10 + 10 * dice.below(6)), static_cast<int>(10 + 10 * dice.below(6)));  // ties are wanted
    if (dice.one_in(4)) made.issued_by("Other CA");
    switch (dice.below(24)) {
        case 0: made.expired(); break;
        case 1: made.not_yet_valid(); break;
        case 2: made.purposes({{"1.3.6.1.5.5.7.3.2"}}); break;
        case 3: made.purposes(std::nullopt); break;
        case 4: made.key(KeyState::absent); break;
        case 5: made.key(KeyState::unusable); break;
        case 6: made.chain(ChainTrust::untrusted); break;
        case 7: made.chain(ChainTrust::trusted, Revocation::revoked); break;
        case 8: made.chain(ChainTrust::trusted, Revocation::unknown); break;
        case 9: made.key(KeyAlgorithm::rsa, 1024); break;
        case 10: made.key(KeyAlgorithm::ecdsa, 256); break;
        case 11: made.key(KeyAlgorithm::ecdsa, 224); break;
        case 12: made.purposes({{kAnyPurpose}}); break;
        default: break;
    }
    return made;
}

void generate_policy(Dice& dice, ServerBuilder& server, const std::vector<Certificate>& store) {
    CertificatePolicy& policy = server.policy.certificate;
    if (dice.one_in(4)) policy.dns_names = {"vpn.example.com"};
    if (dice.one_in(12)) policy.dns_names = {"vpn.example.com", "www.example.com"};
    if (dice.one_in(10)) policy.issuer = dice.one_in(2) ? "example ca" : "CN=Other CA,O=Example";
    if (dice.one_in(12) && !store.empty()) policy.thumbprint = dice.any_of(store).hash;
    if (dice.one_in(30)) policy.thumbprint = certificate(99).certificate.thumbprint;
    if (dice.one_in(8)) policy.allow_missing_eku = true;
    if (dice.one_in(8)) policy.chain = dice.one_in(2) ? ChainPolicy::warn : ChainPolicy::ignore;
    if (dice.one_in(8)) policy.revocation = dice.one_in(2) ? RevocationPolicy::off : RevocationPolicy::require;
    if (dice.one_in(6)) server.taking_over();
    if (dice.one_in(12)) (dice.one_in(2) ? server.policy.listener.ipv4 : server.policy.listener.ipv6) = false;
    if (dice.one_in(2) && !store.empty()) server.remembering(dice.any_of(store));
}

void break_one_thing(Dice& dice, ServerBuilder& server, const std::vector<Certificate>& known) {
    const AddressFamily family = dice.any_of(kFamilies);
    const bool bound = std::holds_alternative<ListenerBinding>(server.state.binding(family));
    const Certificate& other = dice.any_of(known);
    switch (dice.below(17)) {
        case 0: server.without_binding(family); break;
        case 1:
        case 2:
            if (bound) server.binding(family, other);
            break;
        case 3:
            if (bound) server.owned_by(family, kIisAppId);
            break;
        case 4:
            if (bound) server.owned_by(family, kIisAppId).binding(family, other);
            break;
        case 5:
            if (bound) server.in_store(family, dice.one_in(2) ? "WebHosting" : "my");
            break;
        case 6: server.hashes(other); break;
        case 7: server.sha1(Absent{}); break;
        case 8: server.sha256(other.hash); break;
        case 9: server.sha256(Malformed{text_value("x"), "REG_SZ instead of REG_BINARY"}); break;
        case 10: server.flag(Malformed{text_value("1"), "REG_SZ instead of REG_DWORD"}); break;
        case 11: server.serving(family, other); break;
        case 12: server.unreachable(family); break;
        case 13: server.shadowed_by_address(family, other); break;
        case 14: server.shadowed_by_name(dice.one_in(2) ? "vpn.example.com" : "mail.example.com", other); break;
        case 15: server.service("RemoteAccess", ServiceState::stopped, dice.one_in(2) ? 1067 : 0); break;
        case 16: server.troubled(static_cast<int>(dice.below(60 * 24 * 6))); break;
        default: break;
    }
}

}  // namespace

ServerBuilder generated_server(Dice& dice) {
    std::vector<Certificate> store;
    const std::uint32_t count = dice.below(7);
    for (std::uint32_t number = 1; number <= count; ++number) store.push_back(generated_certificate(dice, number));
    if (count > 1 && dice.one_in(4)) store.front().renewed_by = dice.any_of(store).thumbprint;

    std::vector<Certificate> known = store;
    known.push_back(certificate(99));  // in no store
    ServerBuilder server = healthy().holding(store).all_naming(store.empty() ? known.back() : store.front());
    generate_policy(dice, server, store);
    for (std::uint32_t changes = dice.below(5); changes > 0; --changes) break_one_thing(dice, server, known);
    return server;
}

}  // namespace sstp::test

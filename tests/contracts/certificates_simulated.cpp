#include "tests/contracts/certificates_contract.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

namespace sstp::contracts {
namespace {

KeyState state_of(KeyPlace place) {
    switch (place) {
        case KeyPlace::machine: return KeyState::usable;
        case KeyPlace::nowhere: return KeyState::absent;
        case KeyPlace::unreachable: return KeyState::unknown;
        default: return KeyState::unusable;
    }
}

class SimulatedStore final : public CertificatesWorld {
public:
    SimulatedStore() { world_.stores["MY"].clear(); }
    Certificates& certificates() override { return certificates_; }
    Thumbprint add(const CertificateToAdd& wanted) override {
        Certificate made = simulated::of_private_ca(simulated::make_certificate(++added_, wanted.dns_names), "Test Root");
        made.purposes = wanted.purposes;
        made.key = state_of(wanted.key);
        if (made.key == KeyState::unusable || made.key == KeyState::unknown) made.key_explanation = "as the test wanted it";
        made.ip_addresses = wanted.ip_addresses;
        if (wanted.self_signed) made = simulated::self_signed(made, wanted.trusted);
        if (!wanted.trusted) {
            made.chain = ChainVerdict{ChainTrust::unknown, Revocation::not_checked, "its root is not on this machine"};
            made.roots.clear();
        }
        if (wanted.expired) made.not_after = world_.wall - std::chrono::hours{1};
        made.renewed_by = wanted.renewed_by;
        made.archived = wanted.archived;
        simulated::add_certificate(world_, made);
        // A listener that serves it has the provider that we miss.
        if (!made.key_explanation.empty()) simulated::stored(world_, made.thumbprint)->http_sys_uses_key = true;
        return made.thumbprint;
    }
    WallTime now() override { return world_.wall; }

private:
    simulated::World world_ = simulated::healthy_world();
    simulated::SimulatedCertificates certificates_{world_};
    std::uint64_t added_ = 100;
};

std::unique_ptr<CertificatesWorld> make() { return std::make_unique<SimulatedStore>(); }

INSTANTIATE_TEST_SUITE_P(Simulated, CertificatesContract, testing::Values(MakeWorld<CertificatesWorld>{"world", make}),
                         name_of<CertificatesWorld>);
INSTANTIATE_TEST_SUITE_P(Simulated, CertificateArchiveContract, testing::Values(MakeWorld<CertificatesWorld>{"world", make}),
                         name_of<CertificatesWorld>);

}  // namespace
}  // namespace sstp::contracts

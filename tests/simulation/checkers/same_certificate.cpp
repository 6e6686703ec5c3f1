// 6. After a finished heal every record that is ours, both hashes and every listener that ours answer name one certificate.

#include "tests/simulation/checkers/checkers.h"

namespace sstp::simulation {

namespace {

class SameCertificate final : public Checker {
public:
    explicit SameCertificate(const Scene& of) : Checker("same-certificate", of) {}

    void cycle_began() override { before_ = scene.disturbances; }

    void cycle_ended(const CycleReport& report) override {
        if (!report.heal || report.heal->result != HealResult::succeeded || !scene.undisturbed_since(before_)) return;
        const World& world = scene.world();
        const auto sha256 = value(SstpValue::sha256_certificate_hash);
        const auto decoded = decode_sha256(sha256);
        const auto* hash = value_of(decoded);
        if (hash == nullptr) broken("the heal succeeded without a SHA-256 hash");
        const auto* stored = world.find("MY", *hash);
        // One that was taken out of the store, or lies in another, and is served rightly stays named: a heal of something else leaves it
        // so.
        const bool is_told = has(report.findings, Reason::certificate_missing) || has(report.findings, Reason::certificate_in_other_store);
        if (stored == nullptr && is_told) return;
        if (stored == nullptr) broken("the heal succeeded with a hash that names nothing in MY");
        const Thumbprint& one = stored->certificate.thumbprint;
        const auto sha1 = decode_sha1(value(SstpValue::sha1_certificate_hash));
        const auto* thumbprint = value_of(sha1);
        if (thumbprint == nullptr || *thumbprint != one) broken("the two hashes name different certificates");
        for (const ListenerBinding& each : world.bindings) {
            if (!each.endpoint.is_wildcard() || each.endpoint.port != world.port() || each.app_id != kSstpAppId) continue;
            if (each.thumbprint() != one) broken(each.endpoint.to_string() + " names another certificate than the hashes");
        }
    }

private:
    [[nodiscard]] Observed<RawValue> value(SstpValue which) const {
        const auto found = scene.world().parameters.find(which);
        if (found == scene.world().parameters.end()) return Absent{};
        return found->second;
    }
    std::uint64_t before_ = 0;
};

}  // namespace

std::unique_ptr<Checker> same_certificate(const Scene& scene) { return std::make_unique<SameCertificate>(scene); }

}  // namespace sstp::simulation

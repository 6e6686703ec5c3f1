// A restart after which nothing is better cost everybody's session for nothing. One is allowed to find that out.

#include "tests/simulation/checkers/checkers.h"

#include "core/model/text.h"

#include <algorithm>
#include <deque>

namespace sstp::simulation {

namespace {

using namespace std::chrono_literals;

class UselessRestarts final : public Checker {
public:
    explicit UselessRestarts(const Scene& of) : Checker("useless-restarts", of) {}

    void wrote(const Write& write) override {
        const bool stops = write.call == PortCall::services_stop && equal_ignoring_case(write.subject, kRemoteAccess);
        if (stops && !restarts_in_cycle_) held_ = held_before_;
        if (stops) restarts_in_cycle_ += 1;
    }

    void cycle_began() override {
        restarts_in_cycle_ = 0;
        clients_ = scene.clients;
        held_before_ = scene.world().rras.sha256;
        values_ = unit();
        faults_ = scene.faults;
        disturbances_ = scene.disturbances;
    }

    void cycle_ended(const CycleReport&) override {
        if (restarts_in_cycle_ == 0 || !scene.undisturbed_since(disturbances_) || scene.faults != faults_) return;
        if (is_better() || scene.world().rras.sha256 != held_) return useless_.clear();
        useless_.push_back(scene.now());
        std::erase_if(useless_, [&](Duration each) { return each < scene.now() - 24h; });
        if (useless_.size() > 3)
            broken(std::to_string(useless_.size()) + " restarts within a day after which nothing was better; " + scene.clients.tell());
    }

    void others_acted(const Due&) override { useless_.clear(); }

private:
    [[nodiscard]] bool is_better() const {
        for (std::size_t family = 0; family < 2; ++family) {
            if (!clients_.connects(family) && scene.clients.connects(family)) return true;
        }
        return unit() != values_;   // a successor was put in force
    }
    [[nodiscard]] std::vector<std::string> unit() const {
        std::vector<std::string> all;
        for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
            all.push_back(value_at(scene.world(), Endpoint::wildcard(family, scene.world().port()).to_string()));
        }
        all.push_back(value_at(scene.world(), registry_name(SstpValue::sha256_certificate_hash)));
        return all;
    }

    int restarts_in_cycle_ = 0;
    ClientView clients_;
    std::optional<CertificateHash> held_before_, held_;
    std::vector<std::string> values_;
    std::uint64_t faults_ = 0;
    std::uint64_t disturbances_ = 0;
    std::deque<Duration> useless_;
};

}  // namespace

std::unique_ptr<Checker> useless_restarts(const Scene& scene) { return std::make_unique<UselessRestarts>(scene); }

}  // namespace sstp::simulation

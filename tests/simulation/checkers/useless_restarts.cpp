// A restart after which nothing is better cost everybody's session for nothing. One is allowed to find that out. None is for a write
// that makes what is stored equal to what RRAS holds anyhow (DESIGN 2.2), unless RRAS has complained as it did not before (2.3).

#include "tests/simulation/checkers/checkers.h"

#include "core/model/text.h"

#include <algorithm>
#include <deque>
#include <set>

namespace sstp::simulation {

namespace {

using namespace std::chrono_literals;

class UselessRestarts final : public Checker {
public:
    explicit UselessRestarts(const Scene& of) : Checker("useless-restarts", of) {}

    void heal_began(const OpenHeal& heal) override {
        // Whoever restarts RRAS between the look and the heal makes it read what was to be put right.
        needless_ = !heal.asked_by_administrator && !heal.changes.empty() && scene.undisturbed_since(disturbances_) &&
                    holds_already(heal.target) && takes_calls() && !complains();
        disturbances_at_heal_ = scene.disturbances;
    }

    void wrote(const Write& write) override {
        const bool stops = write.call == PortCall::services_stop && equal_ignoring_case(write.subject, kRemoteAccess);
        const bool goes_forward = scene.record.open_heal && scene.record.open_heal->direction == HealDirection::forward;
        if (stops && goes_forward && std::exchange(needless_, false) && scene.undisturbed_since(disturbances_at_heal_))
            broken("RemoteAccess is restarted for values that it holds already");
        if (stops && !restarts_in_cycle_) held_ = held_before_;
        if (stops) restarts_in_cycle_ += 1;
    }

    void cycle_began() override {
        hear_rras();
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

    void others_acted(const Due&) override {
        useless_.clear();
        hear_rras();
    }

private:
    // By the product's own record as well: what it cannot know, since nobody saw that start, it may read again.
    [[nodiscard]] bool holds_already(const Certificate& target) const {
        const auto& known = scene.record.held;
        const auto& rras = scene.world().rras;
        const auto names_it = [&](const auto& record) { return record.second == target.thumbprint; };
        return known && known->sha256 == target.hash && known->sha1 == target.thumbprint && rras.sha256 == target.hash &&
               std::all_of(known->bindings.begin(), known->bindings.end(), names_it);
    }
    [[nodiscard]] bool takes_calls() const {
        const World& world = scene.world();
        return world.running(kRemoteAccess) && world.rras.listens && world.rras.accepts && scene.now() >= world.rras.ready_at &&
               !world.stuck_until_restart && !world.sstp_broken && world.served_override.empty() && world.listener_off.empty();
    }

    /// What RasSstp wrote since RRAS started, and what it wrote from the start before that on.
    void hear_rras() {
        const auto found = scene.world().services.find(kRemoteAccess);
        const auto started = found == scene.world().services.end() ? std::nullopt : found->second.started_at;
        if (started && started != started_) {
            started_ = started;
            said_before_ = std::exchange(said_, {});
        }
        const auto& log = scene.world().log;
        for (auto each = log.rbegin(); each != log.rend() && each->record_id >= heard_to_; ++each) {
            if (each->from_rassstp()) said_.insert(each->id);
        }
        heard_to_ = scene.world().next_record_id;
    }
    [[nodiscard]] bool complains() {
        hear_rras();
        return !std::includes(said_before_.begin(), said_before_.end(), said_.begin(), said_.end());
    }

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
    bool needless_ = false;
    std::uint64_t disturbances_at_heal_ = 0;
    std::optional<WallTime> started_;
    std::uint64_t heard_to_ = 0;
    std::set<std::uint32_t> said_, said_before_;
};

}  // namespace

std::unique_ptr<Checker> useless_restarts(const Scene& scene) { return std::make_unique<UselessRestarts>(scene); }

}  // namespace sstp::simulation

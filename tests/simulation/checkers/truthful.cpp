// What a finding says of cause, certificate and time holds in the world.

#include "tests/simulation/checkers/checkers.h"

#include "core/model/text.h"
#include "core/observation/observe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp::simulation {

namespace {

class Truthful final : public Checker {
public:
    explicit Truthful(const Scene& of) : Checker("truthful", of) {}

    void cycle_began() override {
        disturbances_ = scene.disturbances;
        faults_ = scene.faults;
        writes_ = scene.world().writes.size();
    }

    void wrote(const Write& write) override {
        const bool is_control = write.call == PortCall::services_stop || write.call == PortCall::services_start;
        if (is_control) controls_.push_back(scene.now());
    }
    void process_ended(bool) override { controls_.push_back(scene.now()); }   // it may have died between charge and control

    void cycle_ended(const CycleReport& report) override {
        if (was_cut_short(report.state)) return;   // by our stop: it says nothing to anybody
        // What moved since the look could make yesterday's truth a lie.
        if (!scene.undisturbed_since(disturbances_) || scene.faults != faults_ || scene.world().writes.size() != writes_) return;
        if (report.ended.monotonic - report.began.monotonic > std::chrono::seconds{30}) return;
        for (const Finding& each : report.findings) judge(each);
        if (report.healthy && scene.clients.somebody_is_out() && !excused(report)) {
            broken(fmt::format("it finds nothing wrong ({}), and clients get: {}", in_short(report), scene.clients.tell()));
        }
    }

private:
    static std::string in_short(const CycleReport& report) {
        std::vector<std::string> words;
        for (const Finding& each : report.findings) words.emplace_back(word(each.reason));
        return words.empty() ? "no findings" : fmt::format("{}", fmt::join(words, ", "));
    }

    void judge(const Finding& finding) const {
        const World& world = scene.world();
        const auto lies = [&](const char* truth) {
            broken(std::string{word(finding.reason)} + " (" + finding.explanation + "), but " + truth);
        };
        switch (finding.reason) {
            case Reason::binding_missing_ipv4:
                if (at(AddressFamily::ipv4) != nullptr) lies("it is there");
                break;
            case Reason::binding_missing_ipv6:
                if (at(AddressFamily::ipv6) != nullptr) lies("it is there");
                break;
            case Reason::hash_sha256_missing:
                if (world.parameters.contains(SstpValue::sha256_certificate_hash)) lies("it is there");
                break;
            case Reason::hash_sha1_missing:
                if (world.parameters.contains(SstpValue::sha1_certificate_hash)) lies("it is there");
                break;
            case Reason::tls_offloaded:
                if (world.parameters.find(SstpValue::use_https) == world.parameters.end()) lies("UseHttps is not set");
                break;
            case Reason::service_stopped:
                if (const auto found = world.services.find(finding.subject);
                    found != world.services.end() && found->second.status.state == ServiceState::running) {
                    lies("it runs");
                }
                break;
            case Reason::certificate_expired: judge_expired(finding); break;
            case Reason::budget_exhausted:
                if (scene.record.charges.size() > controls_of_the_day() + faults_) lies("so many restarts there were not");
                break;
            case Reason::port_taken:
                if (world.port_takers.empty()) lies("nobody else owns it");
                break;
            default: break;
        }
    }

    void judge_expired(const Finding& finding) const {
        // Whatever certificate it is about, one that is or was here has ended by the server's clock.
        const bool one_has = std::any_of(scene.ends.begin(), scene.ends.end(),
                                         [&](const auto& each) { return each.second <= scene.world().wall + std::chrono::minutes{1}; });
        if (!one_has) broken("certificate_expired (" + finding.explanation + "), but none has ended");
    }

    /// Stops and starts that services accepted, each of which one charge may be for. Running time stands still while we are down.
    [[nodiscard]] std::size_t controls_of_the_day() const {
        const Duration from = scene.now() - std::chrono::hours{26};
        return static_cast<std::size_t>(std::count_if(controls_.begin(), controls_.end(), [&](Duration each) { return each >= from; }));
    }

    [[nodiscard]] const ListenerBinding* at(AddressFamily family) const {
        return scene.world().binding_at(Endpoint::wildcard(family, scene.world().port()));
    }

    // What no look on the server can show: the hash that SstpSvc holds behind green probes, a root that clients do not have, or a
    // HEAD that is never 401 here; and what nothing says of a server that has no SSTP or leaves TLS to others.
    [[nodiscard]] bool excused(const CycleReport&) const {
        for (std::size_t family = 0; family < 2; ++family) {
            const auto& each = scene.clients.family.at(family);
            if (!scene.policy_includes(family) || !each || *each == DialOutcome::connected) continue;
            const bool visible =
                *each == DialOutcome::no_session || *each == DialOutcome::not_valid_now || *each == DialOutcome::wrong_purpose;
            if (visible && !scene.server.hands_tied && scene.world().clock_behind == Duration{0}) return false;
        }
        return true;
    }

    std::uint64_t disturbances_ = 0;
    std::uint64_t faults_ = 0;
    std::size_t writes_ = 0;
    std::vector<Duration> controls_;
};

}  // namespace

std::unique_ptr<Checker> truthful(const Scene& scene) { return std::make_unique<Truthful>(scene); }

}  // namespace sstp::simulation

// 9. When a fit certificate exists and nothing forbids, clients connect again in time. Judged on a clock, by what clients get: the
// oracle says which certificate there plainly is, and a copy of the world whether it would help.

#include "tests/simulation/checkers/checkers.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace sstp::simulation {

namespace {

using namespace std::chrono_literals;

class TimeToRepair final : public Checker {
public:
    explicit TimeToRepair(const Scene& of) : Checker("converges", of) {}

    void others_acted(const Due&) override { start_afresh(); }
    void process_ended(bool) override { start_afresh(); }
    void heal_began(const OpenHeal&) override { told_why_.clear(); }   // a try in between: what is told after it is new
    void clients_changed(const ClientView& before) override {
        curable_.reset();
        if (!before.somebody_is_out()) last_seen_ = scene.now();   // an idle stretch was skipped up to here
    }

    void cycle_ended(const CycleReport& report) override {
        if (!scene.clients.somebody_is_out()) {
            const auto& proven = scene.record.proven;
            if (proven && scene.history.connected_with(proven->certificate.hash)) seen_at_work_ = proven->certificate.hash;
            return start_afresh();
        }
        if (scene.disturbances != disturbances_) start_afresh();
        const Duration since = scene.now() - last_seen_;
        last_seen_ = scene.now();
        const bool waits = waits_rightly(report) || hidden();
        // An idle stretch was left out: it was as the look before it had found it.
        const Duration passed = std::exchange(waited_, waits) ? std::min<Duration>(since, scene.policy.watch.interval) : since;
        for (std::size_t family = 0; family < 2; ++family) {
            if (scene.clients.connects(family)) owed_[family] = Duration{0};
            if (waits || !curable()[family]) continue;
            owed_[family] += passed;
            if (owed_[family] <= limit()) continue;
            broken(scene.clients.tell() + " for " + to_string(std::chrono::ceil<std::chrono::seconds>(owed_[family])) +
                   ", though a certificate is there; " + said(report));
        }
    }

private:
    using OfFamilies = std::array<bool, 2>;

    void start_afresh() {
        disturbances_ = scene.disturbances;
        owed_.fill(Duration{0});
        last_seen_ = scene.now();
        waited_ = false;
        curable_.reset();
    }

    /// Quiet period, confirmations, share of ten minutes, two restarts with their readiness, two looks (promise 9).
    [[nodiscard]] Duration limit() const {
        Duration restart{0};
        for (const auto& [name, service] : scene.world().services) restart += service.stop_takes + service.start_takes;
        return 8 * scene.policy.limits.quiet_period + 2 * scene.policy.watch.interval + 10min +
               2 * (restart + scene.policy.verify.ready_within) + 10min;
    }

    static std::string said(const CycleReport& report) {
        std::string text;
        if (const auto* refused = std::get_if<Refused>(&report.decision)) {
            text = "refused, " + refused->why + ": " + refused->explanation;
        } else {
            text = std::holds_alternative<NothingToDo>(report.decision) ? "it found nothing to do" : "it healed";
        }
        if (report.heal) text += "; heal " + std::string{word(report.heal->result)} + ": " + report.heal->explanation;
        for (const Finding& each : report.findings) text += std::string{" "} + word(each.reason);
        return text;
    }

    // Mode and budget forbid, and say until when; a try that failed is repeated by its schedule; services that hang are waited for.
    [[nodiscard]] bool waits_rightly(const CycleReport& report) {
        if (report.permission != Permission::heal || scene.storage_is_troubled()) return true;
        if (scene.policy.mode != Mode::heal) return true;
        if (report.heal && report.heal->result != HealResult::succeeded) return true;
        const auto* refused = std::get_if<Refused>(&report.decision);
        if (refused == nullptr) return false;
        // Behind a balancer that ends TLS an administrator stores its certificate's hash: what nobody here knows is left to him while
        // sessions begin under it or nobody can count them, or while no policy says which certificate is right (2.1).
        if (refused->why == word(Reason::hash_unknown_to_this_server))
            return !scene.policy.certificate.names_a_certificate() || scene.sessions_have_begun() ||
                   !scene.world().traits.sessions_can_be_read;
        // Never seen in use, with sessions of other tunnels open: what needs a restart waits for the window (2.1).
        const auto& sessions = scene.world().sessions;
        const bool others_pay = std::any_of(sessions.begin(), sessions.end(), [](const auto& each) { return !each.sstp; });
        if (refused->why == "outside_window" && !scene.last_session && others_pay) return true;
        // Beside a family that answers, one that nobody saw at work may never have had a record; that it went after RRAS's start tells
        // otherwise, and those times are of two clocks where one was set since (2.2).
        if (refused->why == "outside_window" && scene.clock_moved > -24h && one_was_never_seen_at_work()) return true;
        // An administrator has just moved everything to another name, and nobody came through yet: it is left alone, and RRAS has not
        // complained. Whether he is still at work nothing in Windows tells (2.1).
        if (refused->why == word(Reason::no_fit_certificate) && scene.server.renamed_unseen) return true;
        if (refused->why == "outside_window" && scene.server.renamed_unseen && !is_known_to_hold_another()) return true;
        if (refused->why == word(Reason::choice_not_confirmed) && scene.server.renamed_unseen && !is_known_to_hold_another()) return true;
        // Where sessions cannot be read nobody is seen to come through with what a tool has just put in force: records that move away from
        // it to another name are a riddle until a day with it has passed (2.1).
        if (refused->why == word(Reason::ambiguous_certificate) && !scene.world().traits.sessions_can_be_read &&
            holds_what_was_not_proven())
            return true;
        // A disabled RemoteAccess is an administrator's choice, and nothing is written while it stands, whether it still runs or not (7.7);
        // so is a disabled service without which it cannot start.
        if (refused->why == word(Reason::service_disabled) || something_it_needs_is_disabled()) return true;
        const bool by_time = refused->why == word(Reason::binding_not_replaceable) || refused->why == "budget_exhausted" ||
                             refused->why == "waiting_for_schedule" || refused->why == "heal_open" || refused->why == "service_busy" ||
                             refused->why == "clock_not_believed";
        // Who forbids for ever says nothing: only with a time is waiting right, and only until it has come.
        return by_time && (refused->why == "service_busy" || refused->why == "heal_open" || has_time_until(*refused));
    }

    /// One family connects; the other has no record, and was never proven.
    [[nodiscard]] bool one_was_never_seen_at_work() const {
        const bool one_connects = scene.clients.connects(0) || scene.clients.connects(1);
        return one_connects && std::all_of(kFamilies.begin(), kFamilies.end(), [&](AddressFamily family) {
                   if (scene.clients.connects(family == AddressFamily::ipv4 ? 0 : 1)) return true;
                   const bool has_record = scene.world().binding_at(Endpoint::wildcard(family, scene.world().port())) != nullptr;
                   if (has_record || !scene.record.proven) return false;
                   const auto level = scene.record.proven->levels.find(family);
                   return level == scene.record.proven->levels.end() || level->second < Level::crypto_binding;
               });
    }

    [[nodiscard]] bool holds_what_was_not_proven() const {
        const auto& proven = scene.record.proven;
        return proven && scene.world().rras.sha256 != proven->certificate.hash;
    }

    [[nodiscard]] bool something_it_needs_is_disabled() const {
        const auto& services = scene.world().services;
        return std::any_of(services.begin(), services.end(), [](const auto& each) {
            return each.first != kRemoteAccess && each.second.status.start_type == StartType::disabled;
        });
    }

    // A time that is put off again and again without a try in between is none.
    [[nodiscard]] bool has_time_until(const Refused& refused) {
        if (!refused.until) return false;
        if (told_why_ != refused.why) {
            told_until_ = *refused.until;
            told_for_ = std::max(*refused.until - scene.world().wall, Duration{0});
            told_why_ = refused.why;
        }
        // The schedule counts running time, and what was not stored before a boot is not counted (2.5): a server that restarts nightly
        // waits longer than it was told.
        return scene.world().wall <= told_until_ + 10min + told_for_ / 2;
    }

    // What no look can show: SstpSvc holds the old hash behind green probes; or RRAS was restarted unseen, and its window comes (2.3).
    // On a server whose HEAD is never 401 a listener that does not take calls looks as it always does.
    [[nodiscard]] bool hidden() const {
        const auto is = [&](DialOutcome what) {
            return std::any_of(scene.clients.family.begin(), scene.clients.family.end(), [&](const auto& each) { return each == what; });
        };
        if (is(DialOutcome::crypto_binding) && !is_known_to_hold_another()) return true;
        // Whom the policy lists gets what answers those names; those who dial another one are the administrator's affair (2.1).
        if (scene.policy_asks_for_other_names()) return true;
        // The clock is wrong, and Windows' time service vouches for it: then it is the truth here (7.10).
        const World& world = scene.world();
        if (world.clock_behind != Duration{0} && world.time_synchronised) return true;
        if (is(DialOutcome::no_sstp) && world.traits.uri_status != 401) return true;
        if (is(DialOutcome::wrong_name) && (scene.server.renamed_unseen || rras_took_somebodys_choice())) return true;
        // A symptom alone gets one restart and is only reported until it has been clear once (7.8): SstpSvc that keeps the old listener
        // after somebody restarted RemoteAccess alone, or another cause of the same symptom before the first one ended.
        const auto& reported = scene.record.reported_only;
        const bool had_its_restart = std::find(reported.begin(), reported.end(), Reason::sstp_uri_unhealthy) != reported.end();
        if (is(DialOutcome::no_sstp) && had_its_restart) return true;
        const bool is_silent = is(DialOutcome::no_session) || is(DialOutcome::no_answer);
        if (is_silent && std::any_of(reported.begin(), reported.end(), [](Reason each) {
                return each == Reason::listener_unreachable_ipv4 || each == Reason::listener_unreachable_ipv6;
            }))
            return true;
        // An administrator's stop is his own; one that ended with a code of no certificate is reported (7.7).
        return !world.running(kRemoteAccess) && !ended_by_a_certificate();
    }
    // The record knows what RRAS holds, it is so, and it is not what the records name: no probe is needed to tell what clients get.
    [[nodiscard]] bool is_known_to_hold_another() const {
        const World& world = scene.world();
        const auto& held = scene.record.held;
        const auto* named = scene.server.bound();
        return held && held->sha256 && held->sha256 == world.rras.sha256 && named && named->certificate.hash != *held->sha256;
    }
    // With flag 1 RRAS takes the hash that an administrator stored at its next start, and moves its records to it; else it takes what the
    // records name, or the first certificate of the store. From then on all agree on it, which is adopted and never reverted (2.1), and no
    // server knows the name that clients dial.
    [[nodiscard]] bool rras_took_somebodys_choice() const {
        const World& world = scene.world();
        // By what RRAS holds: one value that somebody has overwritten since is drift. Where SstpSvc keeps an old hash, by what is stored.
        const auto stored = world.parameters.find(SstpValue::sha256_certificate_hash);
        const bool is_kept = world.traits.sstpsvc_keeps_hash && stored != world.parameters.end();
        const auto decoded = is_kept ? decode_sha256(stored->second) : Stored<CertificateHash>{Absent{}};
        const auto hash = value_of(decoded) ? std::optional{*value_of(decoded)} : world.rras.sha256;
        const auto* named = hash ? world.find("MY", *hash) : nullptr;
        if (named == nullptr || scene.policy.certificate.names_a_certificate()) return false;
        return std::all_of(world.bindings.begin(), world.bindings.end(), [&](const ListenerBinding& each) {
            return !each.endpoint.is_wildcard() || each.app_id != kSstpAppId || each.thumbprint() == named->certificate.thumbprint;
        });
    }
    [[nodiscard]] bool ended_by_a_certificate() const {
        const auto found = scene.world().services.find(kRemoteAccess);
        if (found->second.status.start_type != StartType::automatic) return false;  // an administrator starts it (7.7)
        const std::uint32_t code = found->second.status.exit_code;
        return code == 87 || code == 183 || code == 1168 || code == 1312;
    }

    /// The families that are out now and would come through with the certificate that the oracle names.
    [[nodiscard]] OfFamilies curable() {
        if (curable_) return *curable_;
        curable_.emplace(OfFamilies{false, false});
        // Nobody was seen to come through with what was proven last, and the policy names none: which certificate is meant is a guess.
        const auto& proven = scene.record.proven;
        if (!proven) return *curable_;
        if (seen_at_work_ != proven->certificate.hash && !scene.policy.certificate.names_a_certificate()) return *curable_;
        const auto choice = plain_choice(scene.server, scene.policy, scene.history);
        if (!choice) return *curable_;
        // HTTP.SYS refused its key once: it counts as unusable until store, key or provider change or a day has passed (2.4).
        if (scene.refused_lately(choice->hash)) {
            curable_.reset();  // the day ends without anything else that would have it asked again
            return OfFamilies{false, false};
        }
        const ClientView then = as_if_healed(scene.server, *choice, scene.policy);
        for (std::size_t family = 0; family < 2; ++family) {
            // One that the policy leaves out has no level: a heal for the other may take its record along, and is not owed to it (2.4).
            if (!scene.policy_includes(family)) continue;
            (*curable_)[family] = scene.clients.family[family] && !scene.clients.connects(family) && then.connects(family);
        }
        return *curable_;
    }

    std::uint64_t disturbances_ = 0;
    std::array<Duration, 2> owed_{};
    Duration last_seen_{0};
    bool waited_ = false;  ///< the look before had a right to wait
    std::optional<CertificateHash> seen_at_work_;  ///< a look has ended well behind the first client that came through with it
    std::optional<OfFamilies> curable_;
    WallTime told_until_{};
    Duration told_for_{0};
    std::string told_why_;
};

}  // namespace

std::unique_ptr<Checker> time_to_repair(const Scene& scene) { return std::make_unique<TimeToRepair>(scene); }

}  // namespace sstp::simulation

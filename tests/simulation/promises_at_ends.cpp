// The promises that are judged when a heal is over, when a cycle ends, and at the end of a run.

#include "core/decision/choose_certificate.h"
#include "core/record/notes.h"
#include "tests/simulation/oath.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::simulation {

using namespace simulated;

/// A database that could not be read for an hour counts as gone, and another heal may be begun over one that lies open in it.
bool Oath::database_was_out_of_sight() const { return unread_since_ && world_.elapsed - *unread_since_ >= std::chrono::hours{1}; }

void Oath::follow_heal() {
    if (std::exchange(followed_, durable_.version()) == durable_.version()) return;
    const RecordContents& durable = durable_.contents();
    if (durable.last_sequence < last_sequence_) broken("told", "the sequence went back");
    last_sequence_ = durable.last_sequence;
    if (open_heal_ && (!durable.open_heal || durable.open_heal->id != open_heal_->id)) {
        const HealBegan began = *std::exchange(open_heal_, std::nullopt);
        if (durable.open_heal && database_was_out_of_sight()) {
            overtaken_.insert(began.id);
        } else {
            judge_finished_heal(began);
        }
    }
    if (!durable.open_heal || open_heal_) return;
    if (!heals_.insert(durable.open_heal->id).second) broken("told", "two heals are called " + durable.open_heal->id);
    open_heal_ = HealBegan{durable.open_heal->id, world_.bindings, world_.parameters, {}, world_.rras_changes, false, false, false, false};
    for (const auto& [name, service] : world_.services) {
        if (service.status.state == ServiceState::running) open_heal_->running.insert(name);
    }
}

namespace {

const ListenerBinding* at(const std::vector<ListenerBinding>& bindings, const Endpoint& endpoint) {
    const auto found =
        std::find_if(bindings.begin(), bindings.end(), [&](const ListenerBinding& each) { return each.endpoint == endpoint; });
    return found == bindings.end() ? nullptr : &*found;
}

}  // namespace

/// HTTP.SYS takes no record whose certificate is gone or has lost its key (1312), so that such a one cannot come back.
bool Oath::as_found(const HealBegan& began) const {
    for (const ListenerBinding& before : began.bindings) {
        const ListenerBinding* now = at(world_.bindings, before.endpoint);
        if (now != nullptr && *now == before) continue;
        const auto thumbprint = before.thumbprint();
        const StoredCertificate* stored = thumbprint ? world_.find(before.store.value_or("MY"), *thumbprint) : nullptr;
        const bool may_be_gone = stored == nullptr || stored->archived || stored->certificate.key != KeyState::usable;
        if (now != nullptr && may_be_gone) continue;
        return false;
    }
    for (const ListenerBinding& now : world_.bindings) {
        if (at(began.bindings, now.endpoint) == nullptr) return false;
    }
    return world_.parameters == began.parameters;
}

/// The name that clients ask for: that of the certificate in force, when it is not the one that every world begins with.
std::string Oath::asked_name() const {
    const auto sha256 = world_.parameters.find(SstpValue::sha256_certificate_hash);
    const auto my = world_.stores.find("MY");
    if (sha256 == world_.parameters.end() || my == world_.stores.end()) return "vpn.example.com";
    for (const StoredCertificate& each : my->second) {
        const auto& names = each.certificate.dns_names;
        if (each.certificate.hash.to_vector() != sha256->second.data || names.empty()) continue;
        return names.front().starts_with("*.") ? std::string{} : names.front();   // nobody knows which name under it clients use
    }
    return "vpn.example.com";
}

/// What clients get of every family that the policy has switched on.
bool Oath::serves() const {
    const std::string name = asked_name();
    const auto connects = [&](AddressFamily family, bool wanted) { return !wanted || world_.client_connects(family, name); };
    const ListenerPolicy listener = watchdog_ == nullptr ? ListenerPolicy{} : watchdog_->policy().listener;
    return connects(AddressFamily::ipv4, listener.ipv4) && connects(AddressFamily::ipv6, listener.ipv6);
}

void Oath::judge_finished_heal(const HealBegan& began) {
    told(began);
    const auto& notes = durable_.contents().notes;
    const auto result = notes.find(kNoteLastHealResult);
    const bool succeeded = result != notes.end() && result->second == "succeeded";
    if (began.actors) return;   // others changed the same things: "as found" is no longer defined by us
    const bool rras_did_it = world_.rras_changes != began.rras_changes;
    if (succeeded && !serves()) broken("undo", "a heal counts as succeeded and clients cannot connect");
    if (succeeded) same_certificate();
    if (!succeeded && !rras_did_it && !as_found(began) && !serves()) broken("undo", "a heal ended neither as found nor healthy");
    if (began.service_faults || began.power_lost) return;
    for (const std::string& name : began.running) {
        if (!world_.running(name)) broken("services-as-found", name + " ran before the heal and does not run after it");
    }
}

/// The outcome is in the journal when the heal is closed, in the same commit.
void Oath::told(const HealBegan& began) {
    const auto of_heal = [&](const JournalEvent& each) {
        const auto id = each.fields.find("heal_id");
        return id != each.fields.end() && id->second == began.id;
    };
    bool intent = false;
    bool outcome = false;
    durable_.each_event([&](const JournalEvent& each, std::uint64_t) {
        const bool begins = each.type == EventType::heal_started;
        const bool ends = each.type == EventType::heal_succeeded || each.type == EventType::heal_undone;
        if ((!begins && !ends) || !of_heal(each)) return;
        intent = intent || begins;
        outcome = outcome || ends;
    });
    if (!intent) broken("told", "heal " + began.id + " is over, and its intent is not in the journal");
    if (!outcome) broken("told", "heal " + began.id + " is over, and its outcome is not in the journal");
}

void Oath::judge_journal() {
    std::uint64_t last = 0;
    durable_.each_event([&](const JournalEvent& each, std::uint64_t sequence) {
        if (sequence != last + 1) broken("told", fmt::format("event {} follows event {}", sequence, last));
        last = sequence;
        if (each.type == EventType::recovered_after_crash) overtaken_.erase(each.fields.at("heal_id"));
    });
    if (!overtaken_.empty()) broken("told", "nothing says that heal " + *overtaken_.begin() + " was overtaken by another");
}

/// By the records, unless the listener holds on to something else.
std::optional<Thumbprint> Oath::what_clients_get(AddressFamily family) const {
    const ListenerBinding* record = world_.record_for(family, world_.port(), asked_name());
    if (record == nullptr) return std::nullopt;
    const auto held = world_.served_override.find(family);
    return held != world_.served_override.end() ? held->second : record->thumbprint();
}

void Oath::same_certificate() {
    if (watchdog_ == nullptr || !watchdog_->policy().listener.ipv4 || !watchdog_->policy().listener.ipv6) return;
    const auto served = what_clients_get(AddressFamily::ipv4);
    if (!served || served != what_clients_get(AddressFamily::ipv6)) {
        broken("same-certificate", "IPv4 and IPv6 serve different certificates after a heal");
    }
    for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
        const ListenerBinding* own = world_.binding_at(Endpoint::wildcard(family, world_.port()));
        if (own != nullptr && own->thumbprint() != served) {
            broken("same-certificate", std::string{word(family)} + "'s own record names another certificate after a heal");
        }
    }
    const auto sha1 = world_.parameters.find(SstpValue::sha1_certificate_hash);
    if (sha1 == world_.parameters.end() || sha1->second.data != served->to_vector()) {
        broken("same-certificate", "the SHA-1 hash names another certificate than the bindings after a heal");
    }
    const StoredCertificate* stored = world_.find("MY", *served);
    const auto sha256 = world_.parameters.find(SstpValue::sha256_certificate_hash);
    if (stored == nullptr || sha256 == world_.parameters.end() || sha256->second.data != stored->certificate.hash.to_vector()) {
        broken("same-certificate", "the SHA-256 hash names another certificate than the bindings after a heal");
    }
}

/// Nothing at all is out of order, whatever the policy: then nothing may be done.
bool Oath::perfectly_healthy() const {
    const auto my = world_.stores.find("MY");
    if (my == world_.stores.end() || my->second.size() != 1 || world_.bindings.size() != 2 || open_heal_) return false;
    const Certificate& only = my->second.front().certificate;
    const auto is = [&](SstpValue value, const Bytes& bytes) {
        const auto found = world_.parameters.find(value);
        return found != world_.parameters.end() && found->second.type == RawValue::kBinary && found->second.data == bytes;
    };
    const auto flag = world_.parameters.find(SstpValue::is_hash_configured_by_admin);
    const bool bound = std::all_of(world_.bindings.begin(), world_.bindings.end(), [&](const ListenerBinding& each) {
        return each.thumbprint() == only.thumbprint && each.endpoint.is_wildcard() && each.endpoint.port == world_.port();
    });
    const auto connects = [&](AddressFamily family) { return world_.client_connects(family, "vpn.example.com"); };
    return bound && naive_fit(only) && connects(AddressFamily::ipv4) && connects(AddressFamily::ipv6) &&
           is(SstpValue::sha1_certificate_hash, only.thumbprint.to_vector()) &&
           is(SstpValue::sha256_certificate_hash, only.hash.to_vector()) && flag != world_.parameters.end() &&
           flag->second.type == RawValue::kDword && world_.uri_status == 401;
}

void Oath::end_cycle(const CycleReport& report) {
    judge_new_writes();
    follow_heal();
    const bool undisturbed = !actors_since_cycle_began_ && !faults_since_cycle_began_;
    if (healthy_when_cycle_began_ && undisturbed && world_.writes.size() != writes_when_cycle_began_) {
        broken("idempotent", "a cycle over a healthy server wrote " + world_.writes.back().subject);
    }
    judge_repetition(report, undisturbed);
    told_findings(report);
}

/// A second cycle after a heal has nothing of the same kind to do, unless somebody acted in between.
void Oath::judge_repetition(const CycleReport& report, bool undisturbed) {
    const auto* plan = std::get_if<HealPlan>(&report.decision);
    const bool ran = plan != nullptr && report.heal && report.heal->result != HealResult::not_begun;
    const auto is_again = [&](Reason each) { return std::find(last_cured_.begin(), last_cured_.end(), each) != last_cured_.end(); };
    if (ran && undisturbed && std::any_of(plan->cures.begin(), plan->cures.end(), is_again)) {
        broken("idempotent", "what a heal had cured in the cycle before was healed once more");
    }
    last_cured_.clear();
    if (ran && undisturbed && report.heal->result == HealResult::succeeded) last_cured_ = plan->cures;
}

/// What was found is told in the commit that ends the cycle, wherever that could be made.
void Oath::told_findings(const CycleReport& report) {
    if (faults_since_cycle_began_) return;
    const Findings& open = durable_.contents().open_findings;
    for (const Finding& each : report.findings) {
        const bool known = std::any_of(open.begin(), open.end(), [&](const Finding& other) {
            return other.reason == each.reason && other.subject == each.subject && other.severity == each.severity;
        });
        if (!known) broken("told", fmt::format("{} was found, and the record does not know", word(each.reason)));
    }
}

/// Nothing in the store is fit and covers the names last known good, or nothing tells which names count.
bool Oath::nothing_fits() {
    const auto& known_good = durable_.contents().known_good;
    const auto covers = [](const Certificate& certificate, const std::string& name) {
        return std::any_of(certificate.dns_names.begin(), certificate.dns_names.end(),
                           [&](const std::string& each) { return each == name || name_matches(each, name); });
    };
    bool fits = false;
    std::set<std::vector<std::string>> names;
    for (const StoredCertificate& each : world_.stores["MY"]) {
        const Certificate& certificate = each.certificate;
        if (each.archived) continue;
        if (!known_good) names.insert(certificate.dns_names);   // those of what was bound may count, fit or not
        if (!naive_fit(certificate)) continue;
        const bool wanted = !known_good || std::all_of(known_good->dns_names.begin(), known_good->dns_names.end(),
                                                       [&](const std::string& name) { return covers(certificate, name); });
        if (wanted) names.insert(certificate.dns_names);
        fits = fits || wanted;
    }
    return !fits || names.size() != 1;
}

void Oath::judge_convergence(const CycleReport& report) {
    const RecordContents& durable = durable_.contents();
    if (durable.open_heal) broken("converges", "a heal is still open although faults have stopped");
    if (serves()) return;
    const bool may_write = writing_is_allowed() && seen_.kill_switch_allows;
    const SimulatedService& rras = world_.services["RemoteAccess"];
    const bool administrator_keeps_it_off =
        (administrator_ever_stopped_rras_ && !world_.running("RemoteAccess")) || rras.status.start_type != StartType::automatic;
    if (!may_write || administrator_keeps_it_off) return;
    const bool foreign = std::any_of(world_.bindings.begin(), world_.bindings.end(),
                                     [](const ListenerBinding& each) { return each.app_id != kSstpAppId || !each.endpoint.is_wildcard(); });
    if (foreign) return;
    if (nothing_fits()) {
        if (worst(report.findings) != Severity::critical) broken("converges", "nothing fits, and nobody is told");
        return;
    }
    std::string reasons;
    for (const Finding& each : report.findings) reasons += std::string{" "} + word(each.reason);
    const auto* refused = std::get_if<Refused>(&report.decision);
    broken("converges", fmt::format("a fit certificate exists, faults have stopped, and clients are still locked out;{}{}", reasons,
                                    refused ? " refused: " + refused->why + ", " + refused->explanation : ""));
}

}  // namespace sstp::simulation

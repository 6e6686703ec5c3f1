#include "tests/simulation/oath.h"

#include "core/decision/choose_certificate.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/mishap.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::simulation {

using namespace simulated;

Oath::Oath(const Scenario& scenario, World& world) : matrix(documented_faults().size(), false), scenario_(scenario), world_(world) {}

void Oath::watch(const Watchdog* watchdog, const RecordContents* record) {
    watchdog_ = watchdog;
    record_ = record;
}

void Oath::broken(const char* promise, const std::string& explanation) const { throw Violation{promise, explanation, world_.calls}; }

// ---- The adversary ----

void Oath::between_calls(World& world) {
    judge_new_writes();
    judge_finished_heal();
    if (calm_) return;
    for (std::size_t i = 0; i < scenario_.mishaps.size(); ++i) {
        const PlannedMishap& planned = scenario_.mishaps[i];
        if (planned.at_call > world.calls || happened_.contains(i)) continue;
        happened_.insert(i);
        const Mishap& mishap = mishaps()[planned.mishap];
        const bool stopped_before = !world.running("RemoteAccess");
        mishap.happen(world, planned.number);
        if (narrate) narrate(fmt::format("        -- {} ({})", mishap.name, word(mishap.actor)));
        if (!stopped_before && !world.running("RemoteAccess") && mishap.actor == Actor::administrator) {
            stopped_by_administrator_.insert("RemoteAccess");
        }
        ++mishaps_struck;
        last_actor_call_ = world.calls;
        actors_since_cycle_began_ = true;
        disturbed_since_heal_began_ = true;
    }
}

Verdict Oath::on_call(PortCall call, std::uint64_t number) {
    const Verdict verdict = verdict_on(call, number);
    if (narrate) {
        constexpr const char* kEffects[] = {
            "", "fails", "fails, yet is done", "succeeds, yet is not done", "we die before it", "we die after it"};
        narrate(fmt::format("  {:>5} {} {}", number, word(call), kEffects[static_cast<std::size_t>(verdict.effect)]));
    }
    return verdict;
}

void Oath::tell_of(const Write& write) const {
    std::string what = write.subject;
    if (write.binding_after) what += " := " + to_hex(write.binding_after->certificate).substr(0, 8);
    if (write.value_after) what += " := " + to_hex(write.value_after->data).substr(0, 8);
    narrate(fmt::format("        => {} {}", word(write.call), what));
}

Verdict Oath::verdict_on(PortCall call, std::uint64_t number) {
    trace = (trace ^ (static_cast<std::uint64_t>(call) + number * 31)) * 0x100000001B3ULL;
    switch (call) {
        case PortCall::kill_switch_read: kill_switch_read_since_write_ = true; break;
        case PortCall::certificates_list: {
            fit_at_last_list_.clear();
            for (const auto& [store, all] : world_.stores) {
                for (const StoredCertificate& each : all) {
                    if (!each.archived && naive_fit(each.certificate)) fit_at_last_list_.insert(each.certificate.thumbprint);
                }
            }
            break;
        }
        default: break;
    }
    Verdict verdict;
    if (calm_) return verdict;
    for (std::size_t i = 0; i < scenario_.crashes.size(); ++i) {
        const PlannedCrash& planned = scenario_.crashes[i];
        if (planned.at_call > number || crashed_.contains(i)) continue;
        crashed_.insert(i);
        ++crashes_struck;
        machine_restarts = planned.machine_too;
        if (planned.machine_too) disturbed_since_heal_began_ = true;
        verdict.effect = planned.after ? Effect::crashes_after : Effect::crashes_before;
        trace ^= 0x5A5A;
        return verdict;
    }
    for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
        const PlannedFault& planned = scenario_.faults[i];
        const DocumentedFault& fault = documented_faults()[planned.fault];
        if (fault.call != call || planned.at_call > number || fault_hits_[i] >= planned.how_many) continue;
        ++fault_hits_[i];
        ++faults_struck;
        matrix[planned.fault] = true;
        faults_since_cycle_began_ = true;
        if (planned.effect != Effect::fails) disturbed_since_heal_began_ = true;
        verdict = {planned.effect, fault.kind, fault.code, planned.takes};
        trace ^= 0xA5A5;
        return verdict;
    }
    return verdict;
}

// ---- What the promises rest on ----

/// Deliberately naive, written from DESIGN promise 1 and section 5 alone.
bool Oath::naive_fit(const Certificate& certificate) const {
    if (watchdog_ == nullptr) return true;   // before a policy is in force only undoing happens, which is judged elsewhere
    const CertificatePolicy& policy = watchdog_->policy().certificate;
    if (world_.wall < certificate.not_before || world_.wall > certificate.not_after) return false;
    if (certificate.key != KeyState::usable) return false;
    if (certificate.key_algorithm == KeyAlgorithm::rsa && certificate.key_bits < policy.minimum_rsa_bits) return false;
    if (!certificate.purposes && !policy.allow_missing_eku) return false;
    if (certificate.purposes) {
        bool purposeful = false;
        for (const std::string& each : *certificate.purposes) {
            for (const Purpose wanted : policy.purposes) {
                purposeful |= each == (wanted == Purpose::any_purpose ? kAnyPurpose : kServerAuthentication);
            }
        }
        if (!purposeful) return false;
    }
    const ChainVerdict* chain = value_of(certificate.chain);
    if (chain == nullptr) return policy.chain != ChainPolicy::require;
    if (chain->trust == ChainTrust::untrusted && policy.chain == ChainPolicy::require) return false;
    if (policy.revocation != RevocationPolicy::off && chain->revocation == Revocation::revoked) return false;
    if (policy.revocation == RevocationPolicy::require && chain->revocation != Revocation::good) return false;
    for (const std::string& name : policy.dns_names) {
        if (std::none_of(certificate.dns_names.begin(), certificate.dns_names.end(),
                         [&](const std::string& pattern) { return name_matches(pattern, name); })) {
            return false;
        }
    }
    return true;
}

bool Oath::writing_is_allowed() const {
    if (watchdog_ == nullptr || watchdog_->policy().mode != Mode::heal) return false;
    if (world_.kill_switch) {
        const auto text = decode_text(*world_.kill_switch);
        const std::string* mode = value_of(text);
        if (mode == nullptr || *mode != "heal") return false;
    }
    const auto https = world_.parameters.find(SstpValue::use_https);
    return https == world_.parameters.end() || https->second != RawValue::dword(0);
}

/// An undo restores what the record says was there before: the durable undo value.
bool Oath::puts_back(const Write& write) const {
    if (record_ == nullptr || !record_->open_heal) return false;
    for (const RecordedStep& each : record_->open_heal->steps) {
        if (const auto* bind = std::get_if<BindStep>(&each.step)) {
            if (write.call == PortCall::bindings_put && bind->before && *bind->before == *write.binding_after) return true;
            if (write.call == PortCall::bindings_remove && !bind->before && write.subject == bind->after.endpoint.to_string()) return true;
        } else if (const auto* value = std::get_if<WriteValueStep>(&each.step)) {
            if (write.value != value->value) continue;
            if (write.call == PortCall::parameters_write && value->before && *value->before == *write.value_after) return true;
            if (write.call == PortCall::parameters_remove && !value->before) return true;
        }
    }
    return false;
}

// ---- The promises, each judged at every write ----

void Oath::judge_new_writes() {
    constexpr Promise kPromises[] = {&Oath::undo,   &Oath::fit_or_nothing,    &Oath::not_ours, &Oath::hands_off,
                                     &Oath::budget, &Oath::services_as_found, &Oath::keys_stay};
    for (; judged_writes_ < world_.writes.size(); ++judged_writes_) {
        const Write& write = world_.writes[judged_writes_];
        if (narrate) tell_of(write);
        for (const Promise promise : kPromises) (this->*promise)(write);
        kill_switch_read_since_write_ = false;
    }
    if (record_ != nullptr && record_->last_sequence != last_sequence_) told();
}

/// While the database refuses commits, what it should hold lies in a file beside it (core/record, DurableRecord). The oath
/// judges by the database, so it cannot judge then; that nothing is written without either is judged all the same.
bool Oath::kept_beside_the_database() const {
    return std::any_of(world_.files.begin(), world_.files.end(), [](const auto& file) {
        return file.first.ends_with("unsaved.json") && file.second.find("\"updates\":[{") != std::string::npos;
    });
}

void Oath::undo(const Write& write) {
    if (kept_beside_the_database()) return;
    const bool retires = write.call == PortCall::certificates_archive || write.call == PortCall::certificates_remove;
    if (record_ == nullptr || (!record_->open_heal && !retires)) {
        broken("undo", fmt::format("{} on {} without a durable intent", word(write.call), write.subject));
    }
    if (retires) return;
    for (const RecordedStep& each : record_->open_heal->steps) {
        if (each.phase == StepPhase::pending) continue;
        if (const auto* bind = std::get_if<BindStep>(&each.step)) {
            if (write.subject == bind->after.endpoint.to_string()) return;
        } else if (const auto* value = std::get_if<WriteValueStep>(&each.step)) {
            if (write.value == value->value) return;
        } else if (write.call == PortCall::services_stop || write.call == PortCall::services_start) {
            return;
        }
    }
    broken("undo", fmt::format("{} on {} before its undo value was durable", word(write.call), write.subject));
}

void Oath::fit_or_nothing(const Write& write) {
    if (puts_back(write)) return;
    if (write.call == PortCall::bindings_put && !fit_at_last_list_.contains(*write.binding_after->thumbprint())) {
        broken("fit-or-nothing", "an unfit certificate was bound on " + write.subject);
    }
    if (write.call != PortCall::parameters_write || write.value == SstpValue::is_hash_configured_by_admin) return;
    for (const auto& [store, all] : world_.stores) {
        for (const StoredCertificate& each : all) {
            const Bytes& stored = write.value_after->data;
            const bool named = stored == each.certificate.thumbprint.to_vector() || stored == each.certificate.hash.to_vector();
            if (named && fit_at_last_list_.contains(each.certificate.thumbprint)) return;
        }
    }
    // Deleted by another actor since the look? Then it was fit when it was last seen, and its thumbprint is in the set.
    if (write.value == SstpValue::sha1_certificate_hash) {
        const auto thumbprint = Thumbprint::from_bytes(write.value_after->data);
        if (thumbprint && fit_at_last_list_.contains(*thumbprint)) return;
    }
    if (last_actor_call_ != 0 && actors_since_cycle_began_) return;
    broken("fit-or-nothing", "the hash of an unfit certificate was written to " + write.subject);
}

void Oath::not_ours(const Write& write) {
    if (write.call != PortCall::bindings_put && write.call != PortCall::bindings_remove) return;
    const ListenerBinding& record = write.binding_after ? *write.binding_after : *write.binding_before;
    if (!record.endpoint.is_wildcard()) broken("not-ours", "a record that is no wildcard was changed: " + write.subject);
    const bool may_take_over = watchdog_ != nullptr && watchdog_->policy().listener.foreign_owner == ForeignOwner::take_over;
    if (puts_back(write) || !write.binding_before) return;
    if (write.call == PortCall::bindings_remove) broken("not-ours", "a record was deleted that is not to be undone: " + write.subject);
    const ListenerBinding& before = *write.binding_before;
    if (before.app_id != kSstpAppId && !may_take_over) broken("not-ours", "a foreign record was changed: " + write.subject);
    if (before.options != record.options) broken("not-ours", "an option of a record was lost: " + write.subject);
    if (before.app_id == kSstpAppId && before.app_id != record.app_id)
        broken("not-ours", "the owner of a record was changed: " + write.subject);
}

void Oath::hands_off(const Write& write) {
    if (puts_back(write) || kept_beside_the_database()) return;
    if (write.call == PortCall::services_stop || write.call == PortCall::services_start) {
        // Services are put back by the same calls that restart them; the intent says which, and undoing is always finished.
        return;
    }
    const bool settings_changed_meanwhile = last_actor_call_ + 40 > write.call_number && last_actor_call_ != 0;
    if (!writing_is_allowed() && !settings_changed_meanwhile) {
        broken("hands-off", fmt::format("{} on {} although nothing may be written", word(write.call), write.subject));
    }
    if (!kill_switch_read_since_write_) {
        broken("hands-off", fmt::format("{} on {} without a look at the kill switch", word(write.call), write.subject));
    }
}

void Oath::budget(const Write& write) {
    if (write.call != PortCall::services_stop || write.subject != "RemoteAccess") return;
    rras_stops_.push_back(write.at);
    const auto recent = [&](MonotonicTime each) { return each <= write.at && write.at - each < std::chrono::hours{1}; };
    const auto in_an_hour = static_cast<std::uint64_t>(std::count_if(rras_stops_.begin(), rras_stops_.end(), recent));
    most_restarts_in_an_hour = std::max(most_restarts_in_an_hour, in_an_hour);
    std::uint64_t charged = 0;
    std::uint64_t refusable = 0;
    if (record_ != nullptr) {
        for (const BudgetCharge& each : record_->charges) {
            if (!recent(each.at.monotonic)) continue;
            ++charged;
            if (each.what == "heal" || each.what == "restart") ++refusable;
        }
    }
    if (charged < in_an_hour && !kept_beside_the_database())
        broken("budget", fmt::format("{} stops of RemoteAccess in an hour, {} charged", in_an_hour, charged));
    if (watchdog_ != nullptr && refusable > watchdog_->policy().limits.heals_per_hour && !actors_since_cycle_began_ &&
        last_actor_call_ == 0) {
        broken("budget", fmt::format("{} charges in an hour", refusable));
    }
}

void Oath::services_as_found(const Write& write) {
    if (write.call != PortCall::services_start) return;
    if (stopped_by_administrator_.contains(write.subject)) {
        broken("services-as-found", write.subject + " was started although an administrator had stopped it");
    }
    if (world_.services[write.subject].status.start_type == StartType::disabled) {
        broken("services-as-found", write.subject + " was started although it is disabled");
    }
}

void Oath::keys_stay(const Write& write) {
    if (write.call != PortCall::certificates_archive && write.call != PortCall::certificates_remove) return;
    const RetireOld retire = watchdog_ == nullptr ? RetireOld::keep : watchdog_->policy().certificate.retire_old;
    const bool wanted = write.call == PortCall::certificates_remove ? retire == RetireOld::remove : retire == RetireOld::archive;
    if (!wanted) broken("keys-stay", "a certificate was retired against the policy");
    for (const ListenerBinding& each : world_.bindings) {
        if (each.thumbprint() == write.certificate && last_actor_call_ == 0) {
            broken("keys-stay", "a certificate was retired that is still bound on " + each.endpoint.to_string());
        }
    }
}

/// Sequence numbers have no hole, and no text could forge a second log line (promise small-target).
void Oath::told() {
    if (record_->last_sequence < last_sequence_) broken("told", "the sequence went back");
    last_sequence_ = record_->last_sequence;
}

// ---- Judged when a heal is over, a cycle ends, and at the end ----

void Oath::judge_finished_heal() {
    const bool open = record_ != nullptr && record_->open_heal.has_value();
    if (open && open_heal_ != record_->open_heal->id) {
        open_heal_ = record_->open_heal->id;
        bindings_when_heal_began_ = world_.bindings;
        parameters_when_heal_began_ = world_.parameters;
        ran_when_heal_began_.clear();
        for (const auto& [name, service] : world_.services) {
            if (service.status.state == ServiceState::running) ran_when_heal_began_.insert(name);
        }
        disturbed_since_heal_began_ = false;
    }
    if (open || !open_heal_) return;
    open_heal_.reset();
    if (disturbed_since_heal_began_) return;   // others changed the same things: "as found" is no longer defined by us
    const bool as_found = world_.bindings.size() == bindings_when_heal_began_.size() &&
                          std::is_permutation(world_.bindings.begin(), world_.bindings.end(), bindings_when_heal_began_.begin()) &&
                          world_.parameters == parameters_when_heal_began_;
    const bool works =
        world_.client_connects(AddressFamily::ipv4, "vpn.example.com") || world_.client_connects(AddressFamily::ipv6, "vpn.example.com");
    if (!as_found && !works && world_.rras.sha256) {
        broken("undo", "a heal ended neither as found nor healthy");
    }
    for (const std::string& name : ran_when_heal_began_) {
        const ServiceStatus& status = world_.services[name].status;
        const bool could_run = status.start_type != StartType::disabled && !world_.services[name].start_hangs &&
                               !world_.services[name].stop_hangs && world_.services[name].start_fails_with == 0;
        if (!world_.running(name) && could_run && !faults_since_cycle_began_) {
            broken("services-as-found", name + " ran before the heal and does not run after it");
        }
    }
    if (!as_found && works) same_certificate();
}

void Oath::same_certificate() {
    if (watchdog_ == nullptr || !watchdog_->policy().listener.ipv4 || !watchdog_->policy().listener.ipv6) return;
    const ListenerBinding* ipv4 = world_.record_for(AddressFamily::ipv4, world_.port(), "vpn.example.com");
    const ListenerBinding* ipv6 = world_.record_for(AddressFamily::ipv6, world_.port(), "vpn.example.com");
    if (ipv4 == nullptr || ipv6 == nullptr || ipv4->certificate != ipv6->certificate) {
        broken("same-certificate", "IPv4 and IPv6 name different certificates after a heal");
    }
    const auto sha1 = world_.parameters.find(SstpValue::sha1_certificate_hash);
    if (sha1 == world_.parameters.end() || sha1->second.data != ipv4->certificate) {
        broken("same-certificate", "the SHA-1 hash names another certificate than the bindings after a heal");
    }
    const auto thumbprint = ipv4->thumbprint();
    const StoredCertificate* stored = thumbprint ? world_.find(ipv4->store.value_or("MY"), *thumbprint) : nullptr;
    const auto sha256 = world_.parameters.find(SstpValue::sha256_certificate_hash);
    if (stored == nullptr || sha256 == world_.parameters.end() || sha256->second.data != stored->certificate.hash.to_vector()) {
        broken("same-certificate", "the SHA-256 hash names another certificate than the bindings after a heal");
    }
}

void Oath::begin_cycle() {
    actors_since_cycle_began_ = false;
    faults_since_cycle_began_ = false;
    writes_when_cycle_began_ = world_.writes.size();
    const Certificate first = world_.stores["MY"].empty() ? Certificate{} : world_.stores["MY"].front().certificate;
    healthy_when_cycle_began_ =
        world_.stores["MY"].size() == 1 && naive_fit(first) && world_.bindings.size() == 2 &&
        world_.client_connects(AddressFamily::ipv4, "vpn.example.com") && world_.client_connects(AddressFamily::ipv6, "vpn.example.com") &&
        world_.parameters[SstpValue::sha1_certificate_hash].data == first.thumbprint.to_vector() &&
        world_.parameters[SstpValue::sha256_certificate_hash].data == first.hash.to_vector() &&
        world_.parameters[SstpValue::is_hash_configured_by_admin].type == RawValue::kDword && record_ != nullptr && !record_->open_heal;
}

void Oath::end_cycle(const CycleReport& report) {
    judge_new_writes();
    judge_finished_heal();
    idempotent(report);
}

void Oath::idempotent(const CycleReport& /*report*/) {
    const bool undisturbed = !actors_since_cycle_began_ && !faults_since_cycle_began_;
    if (healthy_when_cycle_began_ && undisturbed && world_.uri_status == 401 && world_.writes.size() != writes_when_cycle_began_) {
        broken("idempotent", "a cycle over a healthy server wrote " + world_.writes.back().subject);
    }
}

void Oath::judge_convergence(const CycleReport& report) {
    const auto connects = [&](AddressFamily family, bool wanted) { return !wanted || world_.client_connects(family, "vpn.example.com"); };
    const ListenerPolicy& listener = watchdog_->policy().listener;
    if (connects(AddressFamily::ipv4, listener.ipv4) && connects(AddressFamily::ipv6, listener.ipv6)) return;
    if (record_->open_heal) broken("converges", "a heal is still open although faults have stopped");
    if (!writing_is_allowed()) return;
    if (!world_.running("RemoteAccess")) return;   // an administrator's affair; services-as-found judges ours
    const bool foreign = std::any_of(world_.bindings.begin(), world_.bindings.end(),
                                     [](const ListenerBinding& each) { return each.app_id != kSstpAppId || !each.endpoint.is_wildcard(); });
    if (foreign) return;
    std::size_t fit = 0;
    std::set<std::vector<std::string>> names;
    for (const StoredCertificate& each : world_.stores["MY"]) {
        if (each.archived || !naive_fit(each.certificate)) continue;
        ++fit;
        names.insert(each.certificate.dns_names);
    }
    const bool other_names = names.size() != 1 || !names.contains({"vpn.example.com"});
    if (fit == 0 || other_names) {
        const bool said = has(report.findings, Reason::no_fit_certificate) || has(report.findings, Reason::ambiguous_certificate) ||
                          has(report.findings, Reason::name_mismatch) || worst(report.findings) == Severity::critical;
        if (!said) broken("converges", "nothing fits, and nobody is told");
        return;
    }
    std::string reasons;
    for (const Finding& each : report.findings) reasons += std::string{" "} + word(each.reason);
    const auto* refused = std::get_if<Refused>(&report.decision);
    broken("converges", fmt::format("a fit certificate exists, faults have stopped, and clients are still locked out;{}{}", reasons,
                                    refused ? " refused: " + refused->why + ", " + refused->explanation : ""));
}

}  // namespace sstp::simulation

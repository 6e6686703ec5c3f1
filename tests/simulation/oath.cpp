#include "tests/simulation/oath.h"

#include "tests/simulation/faults.h"
#include "tests/simulation/mishap.h"
#include "tests/simulation/naive_fitness.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace sstp::simulation {

using namespace simulated;

namespace {

std::uint64_t first_ingredient(const Scenario& scenario) {
    std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
    for (const PlannedMishap& each : scenario.mishaps) first = std::min(first, each.at_call);
    for (const PlannedFault& each : scenario.faults) first = std::min(first, each.at_call);
    for (const PlannedCrash& each : scenario.crashes) first = std::min(first, each.at_call);
    return first;
}

}  // namespace

Oath::Oath(const Scenario& scenario, World& world, const TakingRecord& record)
    : matrix(documented_faults().size(), false),
      scenario_(scenario),
      world_(world),
      durable_(world, record),
      next_ingredient_(first_ingredient(scenario)),
      fault_hits_(scenario.faults.size(), 0),
      happened_(scenario.mishaps.size(), false),
      crashed_(scenario.crashes.size(), false) {}

void Oath::broken(const char* promise, const std::string& explanation) const { throw Violation{promise, explanation, world_.calls}; }

bool Oath::naive_fit(const Certificate& certificate) const {
    // Before a policy is in force only undoing happens, which is judged by what it puts back.
    if (watchdog_ == nullptr) return true;
    // A look is judged by one time. When the clock jumps in the middle of it, either side of the jump will do.
    const CertificatePolicy& policy = watchdog_->policy().certificate;
    return naively_fit(certificate, policy, world_.wall) || naively_fit(certificate, policy, wall_when_cycle_began_);
}

bool Oath::all_has_struck() const {
    const auto is_true = [](bool each) { return each; };
    for (std::size_t i = 0; i < fault_hits_.size(); ++i) {
        if (fault_hits_[i] < scenario_.faults[i].how_many) return false;
    }
    return std::all_of(happened_.begin(), happened_.end(), is_true) && std::all_of(crashed_.begin(), crashed_.end(), is_true);
}

void Oath::calm_down() { calm_ = true; }

void Oath::between_calls(World& world) {
    judge_new_writes();
    follow_heal();
    if (calm_ || next_ingredient_ > world.calls) return;
    for (std::size_t i = 0; i < scenario_.mishaps.size(); ++i) {
        const PlannedMishap& planned = scenario_.mishaps[i];
        if (planned.at_call > world.calls || happened_[i]) continue;
        happened_[i] = true;
        const Mishap& mishap = mishaps()[planned.mishap];
        const bool ran = world.running("RemoteAccess");
        mishap.happen(world, planned.number);
        if (narrate) narrate(fmt::format("        -- {} ({})", mishap.name, word(mishap.actor)));
        const bool stopped = ran && !world.running("RemoteAccess") && mishap.actor == Actor::administrator;
        administrator_ever_stopped_rras_ = administrator_ever_stopped_rras_ || stopped;
        if (stopped && !our_own_restart_is_under_way()) stopped_by_administrator_.insert("RemoteAccess");
        ++mishaps_struck;
        actors_since_cycle_began_ = true;
        actors_ever_ = true;
        if (open_heal_) open_heal_->actors = true;
    }
}

/// A stop in the middle of our own cannot be told from ours, least of all after we died in it.
bool Oath::our_own_restart_is_under_way() {
    const auto& open = durable_.contents().open_heal;
    return open && std::any_of(open->steps.begin(), open->steps.end(), [](const RecordedStep& step) {
               const auto& owed = step.ran_before;
               return step.phase == StepPhase::intended && std::find(owed.begin(), owed.end(), "RemoteAccess") != owed.end();
           });
}

Verdict Oath::on_call(PortCall call, std::uint64_t number) {
    trace = (trace ^ (static_cast<std::uint64_t>(call) + number * 31)) * 0x100000001B3ULL;
    note_reading(call);
    const Verdict verdict = calm_ || next_ingredient_ > number ? Verdict{} : verdict_on(call, number);
    if (call == PortCall::record_load) note_load(verdict.effect);
    if (verdict.effect != Effect::honest) trace ^= 0xA5A5 + static_cast<std::uint64_t>(verdict.effect);
    if (narrate) {
        constexpr const char* kEffects[] = {
            "", "fails", "fails, yet is done", "succeeds, yet is not done", "we die before it", "we die after it"};
        narrate(fmt::format("  {:>5} {} {}", number, word(call), kEffects[static_cast<std::size_t>(verdict.effect)]));
    }
    return verdict;
}

void Oath::note_load(Effect effect) {
    if (effect == Effect::honest) {
        unread_since_.reset();
    } else if (!unread_since_) {
        unread_since_ = world_.elapsed;
    }
}

Verdict Oath::verdict_on(PortCall call, std::uint64_t number) {
    for (std::size_t i = 0; i < scenario_.crashes.size(); ++i) {
        const PlannedCrash& planned = scenario_.crashes[i];
        if (planned.at_call > number || crashed_[i]) continue;
        crashed_[i] = true;
        ++crashes_struck;
        machine_restarts = planned.machine_too;
        return {planned.after ? Effect::crashes_after : Effect::crashes_before, ErrorKind::unexpected, 0, Duration{1}};
    }
    for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
        const PlannedFault& planned = scenario_.faults[i];
        const DocumentedFault& fault = documented_faults()[planned.fault];
        if (fault.call != call || planned.at_call > number || fault_hits_[i] >= planned.how_many) continue;
        ++fault_hits_[i];
        ++faults_struck;
        matrix[planned.fault] = true;
        note_fault(call, planned.effect, fault.kind);
        return {planned.effect, fault.kind, fault.code, planned.takes};
    }
    return {};
}

/// A call that reads is about to show the product the world as it is now.
void Oath::note_reading(PortCall call) {
    switch (call) {
        case PortCall::kill_switch_read: {
            seen_.kill_switch_since_write = true;
            const auto text = world_.kill_switch ? decode_text(*world_.kill_switch) : Stored<std::string>{Absent{}};
            const std::string* mode = value_of(text);
            seen_.kill_switch_allows = !world_.kill_switch || (mode != nullptr && *mode == "heal");
            break;
        }
        case PortCall::bindings_all:
            seen_.bound.clear();
            for (const ListenerBinding& each : world_.bindings) {
                if (const auto thumbprint = each.thumbprint()) seen_.bound.insert(*thumbprint);
            }
            break;
        case PortCall::certificates_list:
            seen_.fit.clear();
            seen_.fit_hashes.clear();
            for (const auto& [store, all] : world_.stores) {
                for (const StoredCertificate& each : all) {
                    if (each.archived || !naive_fit(each.certificate)) continue;
                    seen_.fit.insert(each.certificate.thumbprint);
                    seen_.fit_hashes.insert(each.certificate.thumbprint.to_vector());
                    seen_.fit_hashes.insert(each.certificate.hash.to_vector());
                }
            }
            break;
        default: break;
    }
}

void Oath::note_fault(PortCall call, Effect effect, ErrorKind kind) {
    faults_since_cycle_began_ = true;
    const bool of_services = call == PortCall::services_query || call == PortCall::services_dependants || call == PortCall::services_stop ||
                             call == PortCall::services_start;
    if (open_heal_ && of_services) open_heal_->service_faults = true;
    const bool reads = call == PortCall::bindings_all || call == PortCall::parameters_read || call == PortCall::certificates_list;
    if (!open_heal_ && reads && effect == Effect::fails && kind != ErrorKind::not_found) seen_.something_unreadable = true;
}

void Oath::tell_of(const Write& write) const {
    std::string what = write.subject;
    if (write.binding_after) what += " := " + to_hex(write.binding_after->certificate).substr(0, 8);
    if (write.value_after) what += " := " + to_hex(write.value_after->data).substr(0, 8);
    narrate(fmt::format("        => {} {}", word(write.call), what));
}

void Oath::process_died() {
    judge_new_writes();
    follow_heal();
    watchdog_ = nullptr;
    last_cured_.clear();
    if (open_heal_) open_heal_->we_died = true;
    if (open_heal_ && machine_restarts) open_heal_->power_lost = true;
}

void Oath::machine_booted() {
    machine_restarts = false;
    stopped_by_administrator_.clear();   // automatic services are running again, whoever stopped them
}

void Oath::begin_cycle() {
    actors_since_cycle_began_ = false;
    faults_since_cycle_began_ = false;
    seen_.something_unreadable = false;
    wall_when_cycle_began_ = world_.wall;
    writes_when_cycle_began_ = world_.writes.size();
    healthy_when_cycle_began_ = perfectly_healthy();
}

}  // namespace sstp::simulation

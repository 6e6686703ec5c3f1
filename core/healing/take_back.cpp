#include "core/healing/take_back.h"

#include "core/healing/ending.h"
#include "core/healing/proof.h"
#include "core/healing/restart.h"
#include "core/model/rare.h"
#include "core/model/text.h"
#include "core/selection/fitness.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

const ListenerBinding* record_at(const Unit& unit, const FieldId& field) {
    const auto found = unit.find(field);
    return found == unit.end() ? nullptr : std::get_if<ListenerBinding>(&found->second);
}

std::string why_not_fit(const HealRun& run, const Certificate& certificate) {
    const RequiredNames& names = run.last->assessment.desired.names;
    const bool settled = names.origin == Origin::policy || names.origin == Origin::learned;
    const FitnessInput input{run.policy(), run.memory, run.last->state.looked_at.wall, settled ? names.names : std::vector<std::string>{},
                             false,        true};
    for (const Unfitness& each : judge(certificate, input)) {
        if (each.severity == Severity::critical) return fmt::format("{} {}", brief(certificate), each.explanation);
    }
    return {};
}

/// The records of MY that the heal has changed, as they stand in `returned`. Certificates of other stores are not seen: HTTP.SYS answers
/// for itself.
std::vector<const ListenerBinding*> changed_records(const HealRun& run, const Unit& returned) {
    std::vector<const ListenerBinding*> records;
    for (const RecordedChange& change : run.heal().changes) {
        if (change.phase == ChangePhase::theirs || !std::holds_alternative<BindStep>(change.step)) continue;
        const ListenerBinding* record = record_at(returned, field_of(change.step));
        if (record && is_my_store(record->store)) records.push_back(record);
    }
    return records;
}

const Certificate* certificate_of(const HealRun& run, const ListenerBinding& record) {
    const auto thumbprint = record.thumbprint();
    return thumbprint ? run.last->state.find(*thumbprint) : nullptr;
}

std::string why_records_cannot(const HealRun& run, const Unit& returned) {
    if (auto gone = what_has_gone(run, returned); !gone.empty()) return gone;
    for (const ListenerBinding* record : changed_records(run, returned)) {
        const Certificate* certificate = run.last ? certificate_of(run, *record) : nullptr;
        if (auto why = certificate ? why_not_fit(run, *certificate) : std::string{}; !why.empty()) return why;
    }
    const auto ipv4 = record_of(returned, AddressFamily::ipv4), ipv6 = record_of(returned, AddressFamily::ipv6);
    if (ipv4 && ipv6 && *ipv4 != *ipv6) return "the two records named different certificates, and RRAS does not start on that (event 24)";
    return {};
}

/// Clients get what a foreign record names, before and after: RRAS that reads another hash lets none of them in (crypto binding,
/// facts: rras-sstp section 3).
std::string why_clients_would_lose_it(const HealRun& run, const std::optional<CertificateHash>& hash) {
    const Certificate& target = run.heal().target;
    if (!hash || !run.last || *hash == target.hash || run.last->assessment.desired.given_by_others != target.hash) return {};
    SSTP_RARE("what was found cannot return, for a foreign record gives clients what the heal made");
    return fmt::format("a record of somebody else's gives clients {}, which the hash that was found does not name", brief(target));
}

std::string why_hashes_cannot(const HealRun& run, const Unit& returned) {
    if (auto why = why_rras_would_not_start(run, returned); !why.empty()) return why;
    const auto hash = sha256_of(returned);
    const Certificate* certificate = hash && run.last ? run.last->state.find(*hash) : nullptr;
    // In automatic mode RRAS takes what the records name; else it puts into them what the hashes name (facts: rras-sstp section 2).
    const bool is_read = certificate && is_an_administrators(returned);
    if (auto why = is_read ? why_not_fit(run, *certificate) : std::string{}; !why.empty()) return why;
    return why_clients_would_lose_it(run, hash);
}

Unit unit_now(HealRun& run) {
    auto read = read_unit(run.ports, run.heal());
    return read ? std::move(*read) : run.expected;
}

/// Neither end needs a proof of ours: what RRAS holds was not touched.
HealOutcome end_as_found(HealRun& run, const std::string& why) {
    turn_back(run, why);
    const Unit returned = unit_as_found(run, unit_now(run), Pair::as_it_was);
    const auto stuck = bring_to(run, End::as_found, returned);
    (void)run.ports.parameters.flush();
    if (!stuck) return close_undone(run, why);
    SSTP_RARE("neither end of a heal that was given up is reached at once");
    const auto also = bring_to(run, End::as_wanted, returned);
    run.heal().direction = HealDirection::forward;
    return leave_open(run, "refused",
                      fmt::format("{}. {} cannot be put back ({}){}.", why, stuck->subject, stuck->message(),
                                  also ? fmt::format(", nor can {} be made as it should be ({})", also->subject, also->message())
                                       : std::string{", so that everything was made as it should be, and RRAS has not read it yet"}));
}

HealOutcome end_as_wanted(HealRun& run, const char* word, const std::string& why) {
    const Unit now = unit_now(run);
    const auto stuck = bring_to(run, End::as_wanted, unit_as_found(run, now, Pair::as_it_was));
    (void)run.ports.parameters.flush();
    if (stuck) return leave_open(run, "refused", fmt::format("{}. {}.", why, stuck->message()));
    return leave_open(run, word, fmt::format("{}. Everything was made as it should be; RRAS has not been seen to use it yet.", why));
}

/// RRAS holds what we made and what was found stands there again: without a restart the two must agree the other way round.
HealOutcome stay_with_what_rras_holds(HealRun& run, const Unit& returned, const Error& why) {
    SSTP_RARE("a heal cannot be taken back");
    (void)bring_to(run, End::as_wanted, returned);
    run.heal().direction = HealDirection::forward;
    return leave_open(run, "refused", fmt::format("{}. It could not be taken back: {}.", run.heal().why_back, why.message()));
}

}  // namespace

std::string what_has_gone(const HealRun& run, const Unit& returned) {
    if (!run.last) return {};
    for (const ListenerBinding* record : changed_records(run, returned)) {
        if (certificate_of(run, *record)) continue;
        return fmt::format("the certificate {} that {} named is no longer in the store", to_hex(record->certificate).substr(0, 4) + "..",
                           record->endpoint.to_string());
    }
    return {};
}

bool was_restarted(const OpenHeal& heal) { return heal.restarts > 0 || heal.restarts_back > 0 || heal.stop_was_asked; }

std::string why_it_cannot_return(const HealRun& run, const Unit& returned) {
    if (!run.heal().cannot_return.empty()) return run.heal().cannot_return;
    if (auto why = why_records_cannot(run, returned); !why.empty()) return why;
    return why_hashes_cannot(run, returned);
}

bool needs_a_restart(const HealRun& run, const Unit& unit) {
    if (run.memory.held) return !run.rras_holds(unit);
    return was_restarted(run.heal());
}

End end_without_restart(const HealRun& run, const Unit& now) {
    const Unit found = unit_as_found(run, now, Pair::as_it_was);
    const bool found_is_free = !needs_a_restart(run, found);
    const bool wanted_is_free = run.memory.held ? run.rras_holds(unit_as_wanted(run, now)) : run.heal().services.empty();
    if (found_is_free != wanted_is_free) return found_is_free ? End::as_found : End::as_wanted;
    return why_it_cannot_return(run, found).empty() ? End::as_found : End::as_wanted;
}

std::vector<std::string> services_to_read_again(const HealRun& run) {
    const OpenHeal& heal = run.heal();
    if (heal.then_done && !heal.then.empty()) return heal.then;
    return heal.services.empty() ? run.policy().restart.services : heal.services;
}

void turn_back(HealRun& run, const std::string& why) {
    run.heal().direction = HealDirection::back;
    run.heal().why_back = why;
    (void)run.ledger.save();
}

namespace {

/// It is stopped, no error ended it, and this heal does not owe its start: it holds nothing, and reads the unit whenever it is started.
bool is_left_stopped(const HealRun& run) {
    const auto query = run.ports.services.query(kRemoteAccess);
    const ServiceStatus* status = value_of(query);
    return status && status->state == ServiceState::stopped && !status->failed() && !has_name(run.heal().to_start, kRemoteAccess);
}

}  // namespace

HealOutcome take_back(HealRun& run, const std::string& why) {
    run.say(fmt::format("taking back: {}", why));
    turn_back(run, why);
    const Unit returned = unit_as_found(run, unit_now(run), Pair::completed);
    if (const auto stuck = bring_to(run, End::as_found, returned)) return stay_with_what_rras_holds(run, returned, *stuck);
    (void)run.ports.parameters.flush();
    // What RRAS holds was not touched by a heal that was to restart nothing: it never held what stood there, and would be brought to it
    // now. One that was to may have been cut short before its restart, and a boot, or somebody, has had RRAS read what it had made.
    const bool is_beside_rras = run.heal().services.empty() && !was_restarted(run.heal());
    if (is_beside_rras || !needs_a_restart(run, unit_now(run))) {
        SSTP_RARE("a heal is taken back without a restart");
        return close_undone(run, why);
    }
    if (is_left_stopped(run)) {
        SSTP_RARE("RRAS that nobody started reads what was put back when somebody does");
        return close_undone(run, why);
    }
    if (run.ledger.charged(ChargeKind::taking_back)) {
        return stay_with_what_rras_holds(run, returned,
                                         {ErrorKind::busy, "restart RemoteAccess", run.heal().id, 0, "it was restarted for that once"});
    }
    const auto halted = restart(run, services_to_read_again(run), ChargeKind::taking_back);
    if (!halted) return close_undone(run, why);
    if (halted->why == Halt::service_pending)
        return leave_open(run, "service_pending", fmt::format("{}. {}.", why, halted->error.message()));
    if (halted->why == Halt::our_stop) return leave_open(run, "stopped", fmt::format("{}. The watchdog is being stopped.", why));
    return stay_with_what_rras_holds(run, returned, halted->error);
}

/// What the heal was for has left the store. What was found is put back where it can return; where it cannot (its certificate has left the
/// store as well, and HTTP.SYS answers 1312), every record that is touched now would be lost, and a new plan begins from what stands.
HealOutcome end_without_target(HealRun& run, const std::string& why) {
    run.look();
    const std::string gone = what_has_gone(run, unit_as_found(run, unit_now(run), Pair::as_it_was));
    if (gone.empty()) return end_as_found(run, why);
    SSTP_RARE("neither what a heal was for nor what it found can be named any more");
    return overtaken(
        run, fmt::format("{}. What was found cannot return ({}), so that everything stays as it is, and what should be is planned afresh.",
                         why, gone));
}

HealOutcome give_way(HealRun& run, const Halted& halted) {
    const std::string why = halted.error.message();
    switch (halted.why) {
        case Halt::target_gone: return end_without_target(run, why);
        case Halt::service_pending: return leave_open(run, "service_pending", why);
        case Halt::stopped_by_others:
            return overtaken(
                run, "Somebody stopped RemoteAccess in the meantime. It is left stopped; everything is as it should be when it starts.");
        case Halt::changed_by_others:
        case Halt::refused: return end_as_found(run, why);
        case Halt::our_stop:
        case Halt::kill_switch: break;
    }
    const char* word = halted.why == Halt::our_stop ? "stopped" : "kill_switch";
    if (!run.heal().to_start.empty()) return leave_open(run, word, why);
    if (end_without_restart(run, unit_now(run)) == End::as_found) return end_as_found(run, why);
    SSTP_RARE("a heal that is stopped ends as wanted, since RRAS holds that");
    return end_as_wanted(run, word, why);
}

}  // namespace sstp

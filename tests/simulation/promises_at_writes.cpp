// The promises that are judged at each change that the product makes.

#include "tests/simulation/oath.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::simulation {

using namespace simulated;

void Oath::judge_new_writes() {
    if (judged_writes_ == world_.writes.size()) return;
    constexpr Promise kPromises[] = {&Oath::undo,   &Oath::fit_or_nothing,    &Oath::not_ours, &Oath::hands_off,
                                     &Oath::budget, &Oath::services_as_found, &Oath::keys_stay};
    for (; judged_writes_ < world_.writes.size(); ++judged_writes_) {
        const Write& write = world_.writes[judged_writes_];
        if (narrate) tell_of(write);
        for (const Promise promise : kPromises) (this->*promise)(write);
        seen_.kill_switch_since_write = false;
    }
}

/// An undo restores what the record says was there before: the durable undo value.
bool Oath::puts_back(const Write& write) {
    const auto& open = durable_.contents().open_heal;
    if (!open) return false;
    for (const RecordedStep& each : open->steps) {
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

bool Oath::writing_is_allowed() const {
    if (watchdog_ == nullptr || watchdog_->policy().mode != Mode::heal) return false;
    const auto https = world_.parameters.find(SstpValue::use_https);
    return https == world_.parameters.end() || https->second != RawValue::dword(0);
}

void Oath::undo(const Write& write) {
    const bool retires = write.call == PortCall::certificates_archive || write.call == PortCall::certificates_remove;
    if (retires) return;   // keys-stay judges it
    const auto& open = durable_.contents().open_heal;
    if (!open) broken("undo", fmt::format("{} on {} without a durable intent", word(write.call), write.subject));
    for (const RecordedStep& each : open->steps) {
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
    if (write.call == PortCall::bindings_put && !seen_.fit.contains(*write.binding_after->thumbprint())) {
        broken("fit-or-nothing", "an unfit certificate was bound on " + write.subject);
    }
    if (write.call != PortCall::parameters_write || write.value == SstpValue::is_hash_configured_by_admin) return;
    if (!seen_.fit_hashes.contains(write.value_after->data)) {
        broken("fit-or-nothing", "the hash of an unfit certificate was written to " + write.subject);
    }
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
    const bool same_owner = before.app_id == record.app_id && before.store.value_or("MY") == record.store.value_or("MY");
    if (before.app_id == kSstpAppId && !same_owner) broken("not-ours", "owner or store of a record was changed: " + write.subject);
}

void Oath::hands_off(const Write& write) {
    // Services are put back by the same calls that restart them; the intent says which, and undoing is always finished.
    if (puts_back(write) || write.call == PortCall::services_stop || write.call == PortCall::services_start) return;
    if (!writing_is_allowed() && !actors_since_cycle_began_) {
        broken("hands-off", fmt::format("{} on {} although nothing may be written", word(write.call), write.subject));
    }
    if (seen_.something_unreadable) {
        broken("hands-off", fmt::format("{} on {} although the look before it could not read everything", word(write.call), write.subject));
    }
    if (!seen_.kill_switch_since_write || !seen_.kill_switch_allows) {
        broken("hands-off",
               fmt::format("{} on {} without a kill switch that allows it, read since the last change", word(write.call), write.subject));
    }
}

void Oath::budget(const Write& write) {
    if (write.call != PortCall::services_stop || write.subject != "RemoteAccess") return;
    const RecordContents& durable = durable_.contents();
    if (!durable.open_heal) return;   // "undo" has judged it
    const std::string& heal = durable.open_heal->id;
    const auto charged = static_cast<std::uint64_t>(
        std::count_if(durable.charges.begin(), durable.charges.end(), [&](const BudgetCharge& each) { return each.heal_id == heal; }));
    if (++stops_of_heal_[heal] > charged) {
        broken("budget", fmt::format("stop {} of RemoteAccess in heal {}, charged {} times", stops_of_heal_[heal], heal, charged));
    }
    if (healthy_when_cycle_began_ && !actors_since_cycle_began_ && !faults_since_cycle_began_) {
        broken("budget", "RemoteAccess was restarted although the state was right");
    }
    budget_of_hour_and_day(write);
}

void Oath::budget_of_hour_and_day(const Write& write) {
    const RecordContents& durable = durable_.contents();
    const std::string& newest = durable.charges.empty() ? std::string{} : durable.charges.back().what;
    stops_.push_back({write.at, newest == "heal" || newest == "restart"});
    const auto within = [&](Duration span, bool all) {
        return static_cast<std::uint64_t>(std::count_if(
            stops_.begin(), stops_.end(), [&](const RrasStop& each) { return write.at - each.at < span && (all || each.refusable); }));
    };
    most_restarts_in_an_hour = std::max(most_restarts_in_an_hour, within(std::chrono::hours{1}, true));
    if (watchdog_ == nullptr || !stops_.back().refusable) return;
    const LimitPolicy& limits = watchdog_->policy().limits;
    highest_hourly_limit_ = std::max(highest_hourly_limit_, limits.heals_per_hour);
    highest_daily_limit_ = std::max(highest_daily_limit_, limits.heals_per_day);
    if (within(std::chrono::hours{1}, false) > highest_hourly_limit_) {
        broken("budget", fmt::format("{} restarts of RemoteAccess within an hour, limit {}", within(std::chrono::hours{1}, false),
                                     highest_hourly_limit_));
    }
    if (within(std::chrono::hours{24}, false) > highest_daily_limit_) {
        broken("budget", fmt::format("{} restarts of RemoteAccess within a day, limit {}", within(std::chrono::hours{24}, false),
                                     highest_daily_limit_));
    }
}

void Oath::services_as_found(const Write& write) {
    if (write.call != PortCall::services_start) return;
    // After our death, or a stop of ours that reported an error, whose stop it was cannot be told: we owe too much rather than
    // too little.
    const bool unclear = open_heal_ && (open_heal_->we_died || open_heal_->service_faults);
    if (unclear) stopped_by_administrator_.erase(write.subject);
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
    if (durable_.contents().open_heal) broken("keys-stay", "a certificate was retired before the heal was over");
    if (seen_.bound.contains(*write.certificate)) broken("keys-stay", "a certificate was retired that is still bound");
}

}  // namespace sstp::simulation

#include "core/healing/heal_ledger.h"

#include "core/record/apply.h"
#include "core/record/notes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace sstp {

namespace {

std::uint64_t counter(const RecordContents& contents, const std::string& name) {
    const auto found = contents.notes.find(name);
    std::uint64_t value = 0;
    if (found != contents.notes.end()) {
        std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
    }
    return value;
}

}  // namespace

std::string subject_of(const Step& step) {
    if (const auto* bind = std::get_if<BindStep>(&step)) return bind->after.endpoint.to_string();
    if (const auto* write = std::get_if<WriteValueStep>(&step)) return registry_name(write->value);
    return fmt::format("{}", fmt::join(std::get<RestartStep>(step).services, ","));
}

HealLedger::Fields fields_of_step(const OpenHeal& heal, std::size_t index) {
    const RecordedStep& recorded = heal.steps[index];
    HealLedger::Fields fields{{"step", std::to_string(index + 1)},
                              {"steps", std::to_string(heal.steps.size())},
                              {"action", word(recorded.step)},
                              {"subject", subject_of(recorded.step)}};
    if (const auto* bind = std::get_if<BindStep>(&recorded.step)) {
        fields["endpoint"] = bind->after.endpoint.to_string();
        fields["certificate_sha1"] = to_hex(bind->after.certificate);
        if (bind->before) fields["previous_sha1"] = to_hex(bind->before->certificate);
        if (bind->before && bind->before->app_id != bind->after.app_id) fields["previous_owner"] = owner_name(bind->before->app_id);
    } else if (const auto* write = std::get_if<WriteValueStep>(&recorded.step)) {
        fields["registry_value"] = registry_name(write->value);
        fields["value"] = to_hex(write->after.data);
        if (write->before) fields["previous_value"] = to_hex(write->before->data);
    }
    return fields;
}

void add_error(HealLedger::Fields& fields, const Error& error) {
    fields["error"] = error.message();
    fields["error_kind"] = word(error.kind);
    if (error.code != 0) fields["error_code"] = std::to_string(error.code);
}

Result<void> HealLedger::begin(const HealPlan& plan) {
    const Moment now = ports_.clock.now();
    heal_ = {};
    // While the database cannot be read nobody knows our id, nor how many heals there were.
    const std::string ours = contents_.installation_id.empty() ? to_rfc3339(now.wall) : contents_.installation_id;
    heal_.id = fmt::format("{}-h{}", ours, contents_.heal_count + 1);
    heal_.began = now;
    heal_.target = plan.target.hash;
    heal_.rras_started = plan.rras_started;
    heal_.cures = plan.cures;
    std::vector<std::string> lines;
    for (const Step& step : plan.steps) {
        heal_.steps.push_back({step, StepPhase::pending, {}});
        lines.push_back(describe(step));
    }
    Fields fields{{"steps", std::to_string(plan.steps.size())},
                  {"urgency", plan.urgency == Urgency::urgent ? "urgent" : "planned"},
                  {"certificate_sha1", plan.target.thumbprint.to_string()},
                  {"certificate_not_after", to_rfc3339(plan.target.not_after)},
                  {"plan", fmt::format("{}", fmt::join(lines, "; "))}};
    if (plan.replaced) fields["previous_sha256"] = plan.replaced->hash.to_string();
    if (!plan.caused_by.empty()) fields["caused_by"] = fmt::format("{}", fmt::join(plan.caused_by, ","));
    tell(EventType::heal_started,
         fmt::format("Healing began: {} to make everything name {}.", fmt::join(lines, ", then "), brief(plan.target)), std::move(fields));
    charge("heal");
    return save();
}

void HealLedger::take_up() {
    if (contents_.open_heal) heal_ = *contents_.open_heal;
}

void HealLedger::tell(EventType type, std::string text, Fields fields) {
    fields.emplace("heal_id", heal_.id);
    fields.emplace("reason", words(heal_.cures));
    fields.emplace("certificate_sha256", heal_.target.to_string());
    untold_.push_back({0, type, ports_.clock.wall(), std::move(text), std::move(fields)});
}

void HealLedger::charge(const std::string& what) { uncharged_.push_back({ports_.clock.now(), heal_.id, what}); }

/// The newest charge of this heal is spent now, not when it was made: an hour's limit then bounds the restarts of any hour.
void HealLedger::spend() {
    if (!uncharged_.empty()) {
        uncharged_.back().at = ports_.clock.now();
        return;
    }
    std::vector<BudgetCharge> charges = contents_.charges;
    const auto ours = std::find_if(charges.rbegin(), charges.rend(), [&](const BudgetCharge& each) { return each.heal_id == heal_.id; });
    if (ours == charges.rend()) return;
    ours->at = ports_.clock.now();
    respent_ = std::move(charges);
}

Result<void> HealLedger::commit(RecordUpdate update) {
    update.kept_charges = std::exchange(respent_, std::nullopt);
    update.events = std::exchange(untold_, {});
    update.charges = std::exchange(uncharged_, {});
    if (trouble_is_over_) update.trouble_at = std::optional<WallTime>{};
    const auto committed = ports_.record.commit(update);
    if (!committed) {
        respent_ = std::move(update.kept_charges);
        untold_ = std::move(update.events);
        uncharged_ = std::move(update.charges);
        return committed.error();
    }
    apply(contents_, std::move(update));
    trouble_is_over_ = false;
    return {};
}

Result<void> HealLedger::save() {
    RecordUpdate update;
    update.open_heal = heal_;
    return commit(std::move(update));
}

void HealLedger::count(RecordUpdate& update, HealResult result, const std::string& explanation) {
    const std::string name = std::string{kNoteHealsPrefix} + word(result);
    update.notes[name] = std::to_string(counter(contents_, name) + 1);
    update.notes[kNoteLastHealAt] = to_rfc3339(ports_.clock.wall());
    update.notes[kNoteLastHealResult] = word(result);
    update.notes[kNoteLastHealText] = explanation;
}

Result<void> HealLedger::close(HealResult result, const std::string& explanation) {
    RecordUpdate update;
    update.close_heal = true;
    count(update, result, explanation);
    return commit(std::move(update));
}

Result<void> HealLedger::leave_open(HealResult result, const std::string& explanation) {
    RecordUpdate update;
    update.open_heal = heal_;
    const auto told = contents_.notes.find(kNoteLastHealText);
    if (told != contents_.notes.end() && told->second == explanation) {
        untold_.clear();   // the same again: it was told when it first happened, and each attempt would fill the journal
    } else {
        count(update, result, explanation);
    }
    return commit(std::move(update));
}

}  // namespace sstp

#include "core/healing/change.h"

#include "core/model/rare.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sstp {

namespace {

using namespace std::chrono_literals;

/// After the first answer of 87. Field: six tries over 16 s cover most keys of Server 2025 (facts: rras-sstp 4).
constexpr std::array<Duration, 4> kTriesWhileSettling{2s, 5s, 10s, 20s};

Halted changed_by_others(const FieldId& field) {
    return {Halt::changed_by_others,
            {ErrorKind::busy, "change", name_of(field), 0,
             "it no longer is what the plan rests on: somebody else changed it in the meantime, so it is left alone"}};
}

/// Whatever a plan says: the record of another owner gives way only where the policy says so (promise not-ours).
bool is_somebody_elses(const HealRun& run, const FieldValue& present) {
    const auto* record = std::get_if<ListenerBinding>(&present);
    return record && record->app_id != kSstpAppId && run.policy().listener.foreign_owner != ForeignOwner::take_over;
}

/// One try: compare, write, read back.
Changed try_once(HealRun& run, const FieldId& field, const FieldValue& from, const FieldValue& to, Drive drive) {
    const auto present = read_field(run.ports, field);
    if (!present) return {Made::by_us, Halted{Halt::refused, present.error()}, false};
    const FieldValue wanted = in_the_form_of(*present, to);
    if (*present == wanted) {
        SSTP_RARE("a change was made by somebody already");
        return {.made = Made::found_so, .stands = wanted};
    }
    const bool our_gap = drive == Drive::to_the_end && is_nothing(*present) && std::holds_alternative<Endpoint>(field);
    if (is_somebody_elses(run, *present)) return {Made::by_us, changed_by_others(field), false};
    if (!means_the_same(*present, from) && !our_gap) return {Made::by_us, changed_by_others(field), false};
    const auto acted = write_field(run.ports, field, *present, wanted);
    const auto now = read_field(run.ports, field);
    // Also where the call failed: 183 comes for a record that was made all the same, by us or by RRAS in that moment, in its own form.
    if (now && (*now == wanted || (!acted && means_the_same(*now, wanted)))) return {.stands = *now};
    if (!acted) return {Made::by_us, Halted{Halt::refused, acted.error()}, acted.error().kind == ErrorKind::no_usable_key};
    if (!now) return {Made::by_us, Halted{Halt::refused, now.error()}, false};
    return {Made::by_us, Halted{Halt::refused,
                                {ErrorKind::verification_failed, "change", name_of(field), 0,
                                 "the change was reported as done but does not read back"}}};
}

/// What Windows' answers teach, for this heal and the next ones.
void learn_from(HealRun& run, const FieldId& field, const Changed& changed) {
    if (!std::holds_alternative<Endpoint>(field)) return;
    if (!run.memory.update_not_supported && !run.ports.bindings.has_update()) {
        SSTP_RARE("records cannot be updated in one call");
        run.ledger.contents().update_not_supported = run.memory.update_not_supported = true;
    }
    if (!changed.halted || changed.halted->why != Halt::refused) return;
    if (changed.halted->error.kind == ErrorKind::not_replaceable) {
        SSTP_RARE("a record has parameters that a replacement would lose");
        run.outcome.standing.push_back(
            {Reason::binding_not_replaceable, Severity::warning, name_of(field),
             fmt::format("The record {} has extended parameters that a replacement would lose, and this Windows "
                         "has no call that keeps them. Change its certificate by hand (netsh http update sslcert).",
                         name_of(field))});
    }
}

void refuse_certificate(HealRun& run, const Error& why) {
    const std::string text = fmt::format("HTTP.SYS refused it on {}: {}.", to_minute(run.ports.clock.wall()), why.message());
    SSTP_RARE("HTTP.SYS refuses a key");
    const Certificate& target = run.heal().target;
    run.ledger.contents().refused_keys[target.hash] = {text, run.ledger.running(), target.key};
    run.memory.refused_by_http_sys[target.hash] = text;
}

}  // namespace

HealLedger::Fields fields_of_change(const OpenHeal& heal, std::size_t index) {
    return fields_of_change(heal, index, heal.changes[index].step);
}

HealLedger::Fields fields_of_change(const OpenHeal& heal, std::size_t index, const Step& step) {
    HealLedger::Fields fields{{"step", std::to_string(index + 1)},
                              {"steps", std::to_string(heal.changes.size() + (heal.services.empty() ? 0 : 1))},
                              {"action", word(step)},
                              {"subject", name_of(field_of(step))}};
    if (const auto* bind = std::get_if<BindStep>(&step)) {
        fields["endpoint"] = bind->after.endpoint.to_string();
        fields["certificate_sha1"] = to_hex(bind->after.certificate);
        if (bind->before) fields["previous_sha1"] = to_hex(bind->before->certificate);
        if (bind->before && bind->before->app_id != bind->after.app_id) fields["previous_owner"] = owner_name(bind->before->app_id);
    } else if (const auto* write = std::get_if<WriteValueStep>(&step)) {
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

Changed change_field(HealRun& run, const FieldId& field, const FieldValue& from, const FieldValue& to, Drive drive) {
    const MonotonicTime began = run.ports.clock.monotonic();
    Changed changed = try_once(run, field, from, to, drive);
    for (const Duration since_first : kTriesWhileSettling) {
        if (!changed.halted || changed.halted->error.kind != ErrorKind::settling) break;
        const Duration passed = run.ports.clock.monotonic() - began;
        run.say(fmt::format("{} does not take the certificate's new key yet; trying again", name_of(field)));
        if (!run.ports.clock.pause(std::max(since_first - passed, Duration{0}))) {
            changed.halted->why = Halt::our_stop;
            break;
        }
        if (drive == Drive::with_permission) {
            if (const auto halted = may_go_on(run)) return {Made::by_us, halted, false};
        }
        changed = try_once(run, field, from, to, drive);
        if (changed.made == Made::found_so) changed.made = Made::by_us;  // one of the tries before did it
    }
    learn_from(run, field, changed);
    return changed;
}

std::vector<std::size_t> in_order(const OpenHeal& heal) {
    std::vector<std::size_t> order(heal.changes.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_partition(order.begin(), order.end(),
                          [&](std::size_t i) { return std::holds_alternative<BindStep>(heal.changes[i].step); });
    return order;
}

std::optional<Halted> make_changes(HealRun& run) {
    OpenHeal& heal = run.heal();
    for (const std::size_t i : in_order(heal)) {
        RecordedChange& change = heal.changes[i];
        if (change.phase == ChangePhase::done || change.phase == ChangePhase::theirs) continue;
        if (const auto halted = may_go_on(run)) return halted;
        run.say(describe(change.step));
        const FieldId field = field_of(change.step);
        const auto known = run.expected.find(field);
        const FieldValue from = known == run.expected.end() ? FieldValue{} : known->second;
        const Changed changed = change_field(run, field, from, after_of(change.step), Drive::with_permission);
        auto fields = fields_of_change(heal, i);
        if (changed.halted) {
            const Error& error = changed.halted->error;
            if (changed.key_refused) refuse_certificate(run, error);
            add_error(fields, error);
            std::string text = fmt::format("Step {} of {} failed: {}.", fields["step"], fields["steps"], error.message());
            run.ledger.tell(EventType::step_failed, std::move(text), std::move(fields));
            return changed.halted;
        }
        change.phase = ChangePhase::done;
        run.expected[field] = changed.stands;
        fields["outcome"] = changed.made == Made::by_us ? "done" : "found_done";
        std::string text = fmt::format("Step {} of {} done: {}.", fields["step"], fields["steps"], describe(change.step));
        run.ledger.tell(EventType::step_done, std::move(text), std::move(fields));
    }
    return std::nullopt;
}

}  // namespace sstp

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

/// A record keeps the options and the spelling of its store that it has now: RRAS, or its owner, may have given it others meanwhile.
FieldValue in_the_form_of(const FieldValue& present, const FieldValue& wanted) {
    const auto* record = std::get_if<ListenerBinding>(&present);
    const auto* beside = std::get_if<ListenerBinding>(&wanted);
    if (!record || !beside || record->app_id != beside->app_id) return wanted;
    ListenerBinding kept = *record;
    kept.certificate = beside->certificate;
    if (!(is_my_store(record->store) && is_my_store(beside->store))) kept.store = beside->store;
    return kept;
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

bool changes(const OpenHeal& heal, const FieldId& field) {
    return std::any_of(heal.changes.begin(), heal.changes.end(), [&](const auto& each) { return field_of(each.step) == field; });
}

/// Somebody has written it meanwhile: what stands there is no part of what this heal found, nor is what it would be completed by.
bool is_theirs(const OpenHeal& heal, const FieldId& field) {
    return std::any_of(heal.changes.begin(), heal.changes.end(),
                       [&](const auto& each) { return each.phase == ChangePhase::theirs && field_of(each.step) == field; });
}

const Certificate* named_by(const HealRun& run, const std::optional<CertificateHash>& hash) {
    return hash && run.last ? run.last->state.find(*hash) : nullptr;
}

/// Records first, then values, each in the order of the plan.
std::vector<std::size_t> in_order(const OpenHeal& heal) {
    std::vector<std::size_t> order(heal.changes.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_partition(order.begin(), order.end(),
                          [&](std::size_t i) { return std::holds_alternative<BindStep>(heal.changes[i].step); });
    return order;
}

void tell_returned(HealRun& run, std::size_t index, const std::string& text, const char* outcome, const Error* error) {
    auto fields = fields_of_change(run.heal(), index);
    fields["outcome"] = outcome;
    if (error) add_error(fields, *error);
    run.say(text);
    // The same again was told when the heal was left open for it, and each attempt would fill the journal.
    if (error && run.left_open_before == "refused") return;
    run.ledger.tell(error ? EventType::step_failed : EventType::step_done, text, std::move(fields));
}

/// The hash of a certificate that has left the store is written no more, nor is it bound.
std::optional<Error> would_name_what_has_gone(const HealRun& run, End end) {
    if (end == End::as_found || target_is_here(run)) return std::nullopt;
    // An archived one is still found by its hash.
    const Certificate* stored = run.last->state.find(run.heal().target.hash);
    if (stored && !has_no_usable_key(*stored)) return std::nullopt;
    SSTP_RARE("what a heal was to put in force has left the store");
    return Error{ErrorKind::not_found, "make everything name", brief(run.heal().target), 0,
                 "it is no longer in LocalMachine\\MY with a key that can be used"};
}

/// HTTP.SYS has refused the key of what the heal wants (1312). A record that still answers is not given up for it: where records cannot be
/// updated in one call it would be gone first.
std::optional<Error> would_break_it(const HealRun& run, const FieldId& field, End end, const FieldValue& present) {
    if (end != End::as_wanted || is_nothing(present) || !std::holds_alternative<Endpoint>(field)) return std::nullopt;
    if (!run.memory.refused_by_http_sys.contains(run.heal().target.hash)) return std::nullopt;
    SSTP_RARE("a record that answers is not given up for a refused key");
    return Error{ErrorKind::no_usable_key, "change", name_of(field), 0,
                 fmt::format("HTTP.SYS has refused the key of {} at another record", brief(run.heal().target))};
}

std::optional<Error> bring_one(HealRun& run, std::size_t index, End end, const Unit& returned) {
    RecordedChange& change = run.heal().changes[index];
    if (change.phase == ChangePhase::theirs) return std::nullopt;
    const FieldId field = field_of(change.step);
    const FieldValue planned = end == End::as_wanted ? after_of(change.step) : value_at(returned, field);
    const ChangePhase reached = end == End::as_wanted ? ChangePhase::done : ChangePhase::returned;
    const auto present = read_field(run.ports, field);
    if (!present) {
        Error why = present.error();
        tell_returned(run, index, fmt::format("{} cannot be read: {}.", name_of(field), why.message()), "failed", &why);
        return why;
    }
    const FieldValue wanted = in_the_form_of(*present, planned);
    if (*present == wanted) {
        change.phase = reached;
        run.expected[field] = wanted;
        return std::nullopt;
    }
    const bool ours = means_the_same(*present, after_of(change.step)) || means_the_same(*present, before_of(change.step)) ||
                      means_the_same(*present, value_at(returned, field)) ||
                      (is_nothing(*present) && std::holds_alternative<Endpoint>(field));
    const auto theirs = [&]() -> std::optional<Error> {
        change.phase = ChangePhase::theirs;
        SSTP_RARE("a field was changed by others in the middle of a heal");
        tell_returned(run, index,
                      fmt::format("{} was changed by somebody else in the meantime and is left as they made it.", name_of(field)), "theirs",
                      nullptr);
        return std::nullopt;
    };
    if (!ours) return theirs();
    if (auto gone = would_name_what_has_gone(run, end)) return gone;
    if (auto why = would_break_it(run, field, end, *present)) {
        tell_returned(run, index, fmt::format("{} was left as it is: {}.", name_of(field), why->message()), "failed", &*why);
        return why;
    }
    const Changed changed = change_field(run, field, *present, wanted, Drive::to_the_end);
    if (changed.halted && changed.halted->why == Halt::changed_by_others) return theirs();
    if (changed.halted) {
        tell_returned(run, index,
                      fmt::format("{} could not be made {}: {}.", name_of(field), end == End::as_found ? "as it was" : "as it should be",
                                  changed.halted->error.message()),
                      end == End::as_found ? "undo_failed" : "failed", &changed.halted->error);
        return changed.halted->error;
    }
    change.phase = reached;
    run.expected[field] = changed.stands;
    tell_returned(run, index,
                  fmt::format("{} was {}.", name_of(field), end == End::as_found ? "put back as it was" : "made as it should be"),
                  end == End::as_found ? "undone" : "done", nullptr);
    return std::nullopt;
}

}  // namespace

bool target_is_here(const HealRun& run) {
    if (!run.last || !value_of(run.last->state.certificates)) return true;
    const Certificate* stored = run.last->state.find(run.heal().target.hash);
    return stored && !stored->archived && !has_no_usable_key(*stored);
}

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

Unit unit_as_found(const HealRun& run, const Unit& now, Pair pair) {
    Unit unit = now;
    for (const RecordedChange& change : run.heal().changes) {
        if (change.phase == ChangePhase::theirs) continue;
        const FieldId field = field_of(change.step);
        unit[field] = before_of(change.step);
        if (is_nothing(unit[field])) unit.erase(field);
    }
    const FieldId sha1 = SstpValue::sha1_certificate_hash;
    const bool is_completed =
        pair == Pair::completed && changes(run.heal(), sha1) && !is_theirs(run.heal(), SstpValue::sha256_certificate_hash);
    if (const Certificate* named = is_completed ? named_by(run, sha256_of(unit)) : nullptr)
        unit[sha1] = RawValue::binary(named->thumbprint.to_vector());
    return unit;
}

Unit unit_as_wanted(const HealRun& run, Unit now) {
    for (const RecordedChange& change : run.heal().changes) {
        if (change.phase != ChangePhase::theirs) now[field_of(change.step)] = after_of(change.step);
    }
    return now;
}

std::optional<Error> bring_to(HealRun& run, End end, const Unit& returned) {
    std::optional<Error> first;
    for (const std::size_t i : in_order(run.heal())) {
        // A record in the way keeps the hashes where they are: RRAS would hold another certificate than is served.
        if (first && !std::holds_alternative<BindStep>(run.heal().changes[i].step)) break;
        if (auto error = bring_one(run, i, end, returned); error && !first) first = std::move(error);
    }
    return first;
}

}  // namespace sstp

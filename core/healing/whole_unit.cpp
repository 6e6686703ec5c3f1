#include "core/healing/whole_unit.h"

#include "core/model/rare.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

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

/// It is in LocalMachine\MY neither as one in use nor archived: HTTP.SYS would answer 1312. A look, which knows what is archived, is taken
/// only where the store does not hold it.
bool has_left_the_store(HealRun& run, const Thumbprint& certificate) {
    const auto held = run.ports.certificates.holds(certificate);
    if (!held || *held) return false;
    const auto as_seen = [&] { return run.last ? run.last->state.find(certificate) : nullptr; };
    if (!run.last || (as_seen() && !as_seen()->archived)) run.look();   // it has gone since
    return value_of(run.last->state.certificates) && !as_seen();
}

/// Why HTTP.SYS would not take the record, as far as that is known before it is asked.
std::string why_refused(HealRun& run, End end, const ListenerBinding& wanted) {
    if (end == End::as_wanted) {
        const bool is_refused = run.memory.refused_by_http_sys.contains(run.heal().target.hash);
        return is_refused ? fmt::format("HTTP.SYS has refused the key of {} at another record", brief(run.heal().target)) : std::string{};
    }
    const auto thumbprint = wanted.thumbprint();
    if (!thumbprint || !is_my_store(wanted.store) || !has_left_the_store(run, *thumbprint)) return {};
    return fmt::format("the certificate {} that it named is no longer in LocalMachine\\MY", thumbprint->brief());
}

/// A record that still answers is not given up for one that HTTP.SYS refuses: where records cannot be updated in one call it would be gone
/// first.
std::optional<Error> would_break_it(HealRun& run, const FieldId& field, End end, const FieldValue& present, const FieldValue& wanted) {
    const auto* record = std::get_if<ListenerBinding>(&wanted);
    if (!record || is_nothing(present)) return std::nullopt;
    const std::string why = why_refused(run, end, *record);
    if (why.empty()) return std::nullopt;
    SSTP_RARE("a record that answers is not given up for one that HTTP.SYS refuses");
    return Error{ErrorKind::no_usable_key, "change", name_of(field), 0, why};
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
    if (auto why = would_break_it(run, field, end, *present, wanted)) {
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

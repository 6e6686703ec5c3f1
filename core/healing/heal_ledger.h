#pragma once

#include "core/decision/heal_plan.h"
#include "core/healing/heal.h"
#include "core/ports/ports.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// The open heal and its way into the record: every phase, charge and event of a heal goes through here, together.
/// What a failed commit could not store is kept and goes with the next one; only an intent must be durable at once.
class HealLedger {
public:
    using Fields = std::map<std::string, std::string>;

    /// `contents`: the record as loaded when the heal begins or is taken up again.
    HealLedger(Ports& ports, RecordContents contents) : ports_(ports), contents_(std::move(contents)) {}

    /// Makes the heal durable with its charge. Errors: nothing may be changed.
    Result<void> begin(const HealPlan& plan);
    /// Takes up the heal that the record holds.
    void take_up();

    [[nodiscard]] OpenHeal& heal() { return heal_; }
    [[nodiscard]] const OpenHeal& heal() const { return heal_; }
    [[nodiscard]] const std::vector<BudgetCharge>& charges() const { return contents_.charges; }
    [[nodiscard]] bool budget_unreadable() const { return contents_.budget_unreadable; }

    /// An event of this heal, told with the next commit.
    void tell(EventType type, std::string text, Fields fields);
    /// A restart of services beyond the first of a heal, or one of undo or recovery: counted with the next commit.
    void charge(const std::string& what);
    /// A restart is about to begin: what was charged for it counts from this moment on, with the next commit.
    void spend();
    /// A restart has made the trouble before it void (DESIGN 7.2); stored with the next commit.
    void trouble_is_over() { trouble_is_over_ = true; }

    /// Stores heal, events and charges. Errors: nothing that was to follow may be done.
    Result<void> save();
    /// Stores the end of the heal with its counters. On an error the heal stays open and is finished by `recover`.
    Result<void> close(HealResult result, const std::string& explanation);
    /// The heal stays open: what happened is counted and told once.
    Result<void> leave_open(HealResult result, const std::string& explanation);

private:
    Result<void> commit(RecordUpdate update);
    void count(RecordUpdate& update, HealResult result, const std::string& explanation);

    Ports& ports_;
    RecordContents contents_;
    OpenHeal heal_;
    std::vector<JournalEvent> untold_;
    std::vector<BudgetCharge> uncharged_;
    std::optional<std::vector<BudgetCharge>> respent_;
    bool trouble_is_over_ = false;
};

/// What a step changes, for the field "subject": an endpoint, a registry value or services.
std::string subject_of(const Step& step);
/// Fields of an event about step `index` of `heal`.
HealLedger::Fields fields_of_step(const OpenHeal& heal, std::size_t index);
/// Adds "error", "error_kind" and "error_code".
void add_error(HealLedger::Fields& fields, const Error& error);

}  // namespace sstp

#pragma once

#include "core/decision/heal_plan.h"
#include "core/record/journal.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

enum class StepPhase : std::uint8_t {
    pending,   ///< not begun: nothing to undo
    intended,  ///< durable intent; the change may or may not have happened
    done,      ///< changed and read back
    undone,    ///< put back and read back
};

/// A step with what is needed to undo it, as stored before it is begun.
struct RecordedStep {
    Step step;
    StepPhase phase = StepPhase::pending;
    /// Of a restart: the services (dependants too) that ran before it began, in the order in which they are to start.
    std::vector<std::string> ran_before;
    friend bool operator==(const RecordedStep&, const RecordedStep&) = default;
};

/// A heal that has begun and is not finished. At most one. Found at start, it means that we died in the middle.
struct OpenHeal {
    std::string id;                        ///< unique: installation id and a counter
    Moment began;
    CertificateHash target;
    std::optional<WallTime> rras_started;  ///< when the RemoteAccess that the plan rests on had started
    std::vector<Reason> cures;
    std::vector<RecordedStep> steps;
    bool undoing = false;                  ///< the decision to undo was made and is final
    std::string why_undone;
    friend bool operator==(const OpenHeal&, const OpenHeal&) = default;
};

/// One heal or one further restart, charged before it is made.
struct BudgetCharge {
    Moment at;
    std::string heal_id;
    std::string what;                      ///< "heal", "restart", "undo", "recovery"
    friend bool operator==(const BudgetCharge&, const BudgetCharge&) = default;
};

/// The last certificate with which everything was verified healthy.
struct KnownGood {
    CertificateHash certificate;
    std::vector<std::string> dns_names;
    WallTime verified_at{};
    friend bool operator==(const KnownGood&, const KnownGood&) = default;
};

/// What must survive a restart of process and machine, besides journal and outbox.
struct RecordContents {
    std::string installation_id;           ///< 32 hex digits, made once
    std::uint64_t last_sequence = 0;
    std::uint64_t heal_count = 0;
    std::optional<std::string> bookmark;   ///< XML of the event-log position; nothing: never had one
    std::optional<OpenHeal> open_heal;
    std::vector<BudgetCharge> charges;     ///< oldest first; those that no limit looks at any more are pruned
    bool budget_unreadable = false;        ///< the database was damaged: the budget counts as spent for one window
    std::optional<KnownGood> known_good;
    std::optional<std::string> last_good_policy;   ///< text of the file
    std::optional<WallTime> trouble_at;    ///< last watched RasSstp event that no restart has followed
    std::vector<Finding> open_findings;    ///< raised and told, not yet cleared
    /// Small facts that the cycle keeps: probe findings that were only reported, last heartbeat, and the like.
    std::map<std::string, std::string> notes;
    friend bool operator==(const RecordContents&, const RecordContents&) = default;
};

/// Changes that become durable together or not at all. Absent members change nothing.
struct RecordUpdate {
    std::vector<JournalEvent> events;                       ///< appended to journal and outbox, sequence given in order
    std::optional<std::string> bookmark;
    std::optional<OpenHeal> open_heal;                      ///< replaces the open heal
    bool close_heal = false;                                ///< the heal is over; excludes `open_heal`
    std::vector<BudgetCharge> charges;                      ///< appended
    std::optional<std::vector<BudgetCharge>> kept_charges;  ///< replaces all (pruning), before `charges` are appended
    std::optional<bool> budget_unreadable;
    std::optional<KnownGood> known_good;
    std::optional<std::string> last_good_policy;
    std::optional<std::optional<WallTime>> trouble_at;      ///< inner nothing clears it
    std::optional<std::vector<Finding>> open_findings;
    std::map<std::string, std::optional<std::string>> notes;  ///< nothing deletes
};

/// The state database. One writer. `commit` returns only when the update is durable (power loss included).
class Record {
public:
    virtual ~Record() = default;
    /// Errors: corrupt (set aside already; what could be salvaged is what the next load yields), busy, disk_full, access_denied.
    virtual Result<RecordContents> load() = 0;
    /// Gives the sequence number of the last event. Errors: as above. Nothing of a failed commit is kept.
    virtual Result<std::uint64_t> commit(const RecordUpdate& update) = 0;
    /// Journal from `since` on, oldest first, at most `most` (0: no bound).
    virtual Result<std::vector<JournalEvent>> journal(std::optional<WallTime> since, std::size_t most) = 0;
    /// The newest so many events stay in the journal whatever their age, because they may wait for a destination. A record
    /// may keep more; one without bounds has nothing to do.
    virtual void keep_newest(std::uint64_t /*events*/) {}
    /// Somebody else found damage: the next call looks at the whole file again, and sets it aside if that is so.
    virtual void doubt() {}
};

}  // namespace sstp

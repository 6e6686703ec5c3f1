#pragma once

#include "core/healing/heal.h"
#include "core/ports/ports.h"

#include <map>
#include <string>
#include <vector>

namespace sstp {

/// The open heal and its way into the record. A heal needs few durable commits: the intent of the whole unit before the first
/// change, the charge with what is to be stopped before the first control, the end of a restart, and the end of the heal. What
/// lies in between is found out by looking (recover.cpp); events of single steps ride with the next commit.
class HealLedger {
public:
    using Fields = std::map<std::string, std::string>;

    /// `contents`: the record as loaded when the heal begins or is taken up again.
    HealLedger(Ports& ports, RecordContents contents) : ports_(ports), contents_(std::move(contents)), stored_(contents_.open_heal) {}

    /// Opens the heal: durable with the next commit.
    void open(OpenHeal heal);
    [[nodiscard]] OpenHeal& heal() { return *contents_.open_heal; }
    [[nodiscard]] const OpenHeal& heal() const { return *contents_.open_heal; }
    [[nodiscard]] RecordContents& contents() { return contents_; }
    [[nodiscard]] const RecordContents& contents() const { return contents_; }
    [[nodiscard]] RunningTime running() const { return running_time(contents_.running, ports_.clock.monotonic()); }

    /// An event of this heal, told with the next commit.
    void tell(EventType type, std::string text, Fields fields);

    void charge(ChargeKind kind);
    /// The newest charge counts from this moment on: an hour's limit then bounds the restarts of any hour.
    void restamp_charge();
    /// Nothing accepted what was charged last.
    void take_back_charge();
    /// Whether this heal has been charged for it, by whichever process.
    [[nodiscard]] bool charged(ChargeKind kind) const;

    /// Stores heal, charges and events. What a failed commit could not store goes with the next one. Errors: nothing that rests
    /// on it may be done.
    Result<void> save();
    /// Stores the end of the heal with its counters. On an error the heal stays open and `recover` closes it.
    Result<void> close(HealResult result, const std::string& explanation);
    /// The heal stays open, because of `why` (OpenHeal::left_open). Where nothing is new nothing is stored.
    Result<void> leave_open(const std::string& why);

private:
    Ports& ports_;
    RecordContents contents_;
    std::optional<OpenHeal> stored_;      ///< as the record has it
    std::vector<JournalEvent> untold_;
};

}  // namespace sstp

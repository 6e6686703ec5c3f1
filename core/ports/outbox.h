#pragma once

#include "core/model/journal.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sstp {

/// Why an event never reached a destination. The words are those of `events_dropped` and of siem_lost_total{reason}.
enum class LossReason : std::uint8_t {
    queue_full,   ///< more waited than siem.maximum_queued: the oldest fell out
    too_old,      ///< it waited longer than siem.maximum_age
    refused,      ///< the receiver refused it for good, alone, three times
    gone,         ///< the journal no longer has it (pruned, or lost with a damaged database)
};
inline constexpr std::size_t kLossReasonCount = 4;
const char* word(LossReason reason) noexcept;
std::optional<LossReason> loss_reason_from_word(std::string_view text);

/// Events that fell out for one reason, counted since the destination is known.
struct Loss {
    std::uint64_t total = 0;
    std::uint64_t first_sequence = 0;   ///< of those not told yet (`told`); 0 when all are
    std::uint64_t last_sequence = 0;    ///< of the last that fell out
    std::uint64_t told = 0;             ///< how many of `total` an `events_dropped` has told; only Outbox::told changes it
    friend bool operator==(const Loss&, const Loss&) = default;
};

/// How the last attempt to hand something over went: what `status` and `siem test` print.
struct LastAttempt {
    WallTime at{};
    bool confirmed = false;
    std::string host;                   ///< "siem.example.com:6514", or the URL
    std::string peer;                   ///< who answered: subject and SHA-256 of the server's certificate; empty without TLS
    std::string protocol;               ///< "TLS 1.3", "TCP", "UDP (best effort)", "HTTPS (TLS 1.2)"
    std::string problem;                ///< why it is not confirmed, for a person; empty when it is
    std::uint64_t up_to_sequence = 0;   ///< last event of the batch
    std::string reason;                 ///< why it is not confirmed, in one word, as in `retries_total`; empty when it is
    friend bool operator==(const LastAttempt&, const LastAttempt&) = default;
};

/// One destination's position in the journal and what happened to it, as stored.
struct Position {
    std::uint64_t cursor = 0;           ///< the last event confirmed, or counted as lost: what follows waits
    std::uint64_t confirmed_total = 0;
    std::map<std::string, std::uint64_t> retries_total;      ///< by reason, one word each: "connect", "tls", "confirm", "http_503"
    std::map<LossReason, Loss> losses;
    std::optional<LastAttempt> last_attempt;
    std::optional<WallTime> down_since; ///< nothing was confirmed since; nothing while it works
    friend bool operator==(const Position&, const Position&) = default;
};

/// What waits, in one look.
struct Waiting {
    std::uint64_t count = 0;  ///< numbers from the first that is there to the last; one missing in between counts until it is reached
    std::uint64_t first_sequence = 0;  ///< the first behind `after` that is there; 0 when none is
    std::optional<WallTime> oldest;  ///< when that one happened
    std::uint64_t last_sequence = 0;  ///< of the journal, whether or not the event is still there
    /// Numbers behind `skipped_from` up to `skipped_to` were never given: the counter was lost with a damaged database and
    /// began anew far behind anything told before. Both 0: that never happened.
    std::uint64_t skipped_from = 0;
    std::uint64_t skipped_to = 0;
    friend bool operator==(const Waiting&, const Waiting&) = default;
};

/// How many numbers were given behind `after` up to `last`: what was skipped does not count.
std::uint64_t numbers_between(std::uint64_t after, std::uint64_t last, const Waiting& waiting) noexcept;
/// The number behind which the newest `count` lie; 0 when there are no more than that.
std::uint64_t number_before_newest(std::uint64_t count, const Waiting& waiting) noexcept;

/// The journal as a queue with one cursor for each destination. The rows are the record's own; this is the reader's side,
/// used from the thread of each destination while the deciding thread commits; thread-safe. Every change is durable when
/// the call returns. Errors: not_found (there is no database yet), busy, disk_full, access_denied, corrupt (the record sets
/// the database aside; try again later).
class Outbox {
public:
    virtual ~Outbox() = default;
    /// Nothing before `open_position`.
    virtual Result<std::optional<Position>> position(const std::string& destination) = 0;
    /// Of every destination ever opened and not forgotten.
    virtual Result<std::map<std::string, Position>> positions() = 0;
    /// A new destination starts behind the newest event; a known one stays where it is. One that the record knows
    /// (DestinationNotices::known) and whose position was lost with a damaged database starts before the oldest event that is
    /// there: what it had already comes again, and nothing is missed.
    virtual Result<Position> open_position(const std::string& destination) = 0;
    /// All of it but what `told` owns: of each loss, `told` and `first_sequence` stay true whatever was told meanwhile.
    virtual Result<void> store_position(const std::string& destination, const Position& position) = 0;
    /// An `events_dropped` tells the losses for this reason up to this total. Of a destination that is not known: nothing.
    virtual Result<void> told(const std::string& destination, LossReason reason, std::uint64_t total) = 0;
    /// A destination that the policy no longer names.
    virtual Result<void> forget(const std::string& destination) = 0;
    /// Events behind `after`, in order, at most `most`. Numbers that are missing in between are gone.
    virtual Result<std::vector<JournalEvent>> read(std::uint64_t after, std::size_t most) = 0;
    virtual Result<Waiting> waiting(std::uint64_t after) = 0;
    /// The number of the first event behind `after` that is not older than `time`; one past the newest when all are.
    virtual Result<std::uint64_t> first_since(std::uint64_t after, WallTime time) = 0;
    /// 32 hex digits, the first half of every event id.
    virtual Result<std::string> installation_id() = 0;
};

}  // namespace sstp

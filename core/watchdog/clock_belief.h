#pragma once

#include "core/model/time.h"

#include <optional>
#include <string>

namespace sstp {

/// Whether the wall clock is believed where dates decide (DESIGN 7.10). After a start, a clock earlier than our last record is not,
/// until Windows' time service reports a synchronised source, it has run an hour without a jump, or an administrator asks for a
/// heal. A jump while we run makes the date doubtful for a minute. And at any time a clock cannot be right that stands before the
/// begin of a certificate with which clients have connected, or, after it was set back, of one that has been put in force: no CA dates
/// ahead. That is doubted until it is set, an administrator asks for a heal, or it has run an hour without a jump beside a
/// synchronised source.
class ClockBelief {
public:
    /// `last_record`: the wall clock of the last commit, looked at once, as soon as there is one: nothing while the record cannot be read.
    void look(Moment now, std::optional<WallTime> last_record, bool synchronised);
    /// A jump since the last call: a look has its own time, and what it comes to must not rest on one that has just moved.
    void notice_a_jump(Moment now);
    /// NotBefore of the certificate with which clients connected last; nothing: none is known. Asked for before each `look`.
    void clients_accepted_one_that_began(std::optional<WallTime> not_before);
    /// The latest NotBefore of what record and hash name now. One that has begun by the clock as it ran before it was set back speaks for
    /// that one; one that lies ahead of both was bound too early.
    void one_is_named_that_begins(std::optional<WallTime> not_before);
    /// An administrator's `heal`: then it is the truth.
    void believe();

    [[nodiscard]] bool doubtful(MonotonicTime now) const { return not_believed() || doubtful_for(now) > Duration{0}; }
    /// Doubted until something says that it is right, as opposed to a jump that settles by itself within a minute.
    [[nodiscard]] bool not_believed() const { return earlier_than_.has_value() || begun_by_what_it_belies().has_value(); }
    /// True once, when a clock that was in doubt is believed again: what was remembered by the other time may lie ahead of it.
    bool settles(MonotonicTime now);
    /// For a person; empty when it is believed.
    [[nodiscard]] std::string explanation(MonotonicTime now) const;
    /// While it is in doubt: what it would show now, had this process not seen it set back. What has ended by then has ended, unless that
    /// was the wrong one of the two. Our record's time is no such word: a boot with a clock of 2099 would end every certificate.
    [[nodiscard]] std::optional<WallTime> was_as_late_as(MonotonicTime now) const;
    /// How long it stays doubtful after a jump, when nothing else happens.
    [[nodiscard]] Duration doubtful_for(MonotonicTime now) const;

    static constexpr Duration kTolerance = std::chrono::minutes{1};
    static constexpr Duration kSettling = std::chrono::minutes{1};
    static constexpr Duration kTrusted = std::chrono::hours{1};

private:
    [[nodiscard]] std::optional<WallTime> begun_by_what_it_belies() const;
    [[nodiscard]] WallTime as_it_ran_before(MonotonicTime now) const { return WallTime{furthest_ + now.since_boot}; }

    std::optional<Moment> last_;
    std::optional<MonotonicTime> jumped_at_;
    std::optional<WallTime> earlier_than_;  ///< the record's time that the clock lies before
    std::optional<WallTime> accepted_began_;
    std::optional<WallTime> named_begins_;
    std::optional<WallTime> believed_before_;  ///< the later of these when an administrator said that the clock is right
    Duration furthest_ = Duration::min();  ///< the largest difference between wall clock and running time so far
    bool compared_ = false;  ///< with the record
    MonotonicTime since_{};  ///< without a jump since then
    bool in_doubt_ = false;  ///< since the last that `settles` told
};

}  // namespace sstp

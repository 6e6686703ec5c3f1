#pragma once

#include "core/model/binding.h"
#include "core/model/certificate_authority.h"
#include "core/model/finding.h"
#include "core/model/level.h"
#include "core/model/observed.h"
#include "core/model/service_status.h"
#include "core/model/sessions.h"
#include "core/model/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// Names and CA that clients were seen to accept: everything agreed, was served, SSTP answered, and an SSTP session began
/// under it (where sessions cannot be read: after a day of it without a complaint). DESIGN 2.1.
struct Learned {
    std::vector<std::string> names;           ///< required from then on, in order, as on the certificate
    std::string primary;                      ///< which of them a second choice must cover
    CertificateAuthority ca;
    CertificateHash certificate;
    WallTime at{};
    friend bool operator==(const Learned&, const Learned&) = default;
};

/// The certificate with which all was last proven: every record and hash of ours named it, every listener of ours served it,
/// and SSTP answered. Whole, so that it can be named after it has left the store.
struct Proven {
    Certificate certificate;
    CertificateAuthority ca;
    WallTime at{};                            ///< when that was first so, without a break since
    std::map<AddressFamily, Level> levels;    ///< the best that each family has shown, with it or with one before it
    friend bool operator==(const Proven&, const Proven&) = default;
};

/// What RRAS holds in memory since its last start: it reads records and hashes then, and only then (facts: rras-sstp 2, 3).
struct HeldByRras {
    std::optional<CertificateHash> sha256;    ///< nothing: it started without one
    std::optional<Thumbprint> sha1;
    std::map<AddressFamily, Thumbprint> bindings;   ///< the wildcards of the families that had one
    StartedBetween start;
    WallTime seen_at{};                       ///< the last look that surely saw this start with these values stored or written since
    /// When that was learned, the store had no certificate of the SHA-256, and no listener served one.
    bool names_nothing_here = false;
    friend bool operator==(const HeldByRras&, const HeldByRras&) = default;
};

/// A RasSstp event since RemoteAccess last started that speaks of certificates.
struct Complaint {
    std::uint32_t event_id = 0;
    WallTime at{};
    /// The same id followed the start before as well: it says nothing of what changed since.
    bool at_previous_start_too = false;
    /// RemoteAccess was seen stopped since: it tells why that start failed or ended, and is void for the next one, however soon that
    /// follows.
    bool start_ended = false;
    /// 12 is about IPv4, 13 about IPv6, every other one about both.
    [[nodiscard]] bool is_about(AddressFamily family) const {
        return event_id == 12 ? family == AddressFamily::ipv4 : event_id == 13 ? family == AddressFamily::ipv6 : true;
    }
    friend bool operator==(const Complaint&, const Complaint&) = default;
};

/// What is remembered of VPN sessions. `now` is the last answer; the rest is kept for ever.
struct SessionMemory {
    Observed<Sessions> now = Absent{};               ///< Absent: not asked (yet)
    std::optional<WallTime> newest_sstp_began;       ///< of all ever seen
    /// Of the last ten working days, the newest first, the hours of local time in which a session began: bit 0 = midnight.
    std::vector<std::uint32_t> starts_by_day;
    std::optional<WallTime> newest_day;              ///< local midnight of the first of them
    /// What an earlier version counted in their place, by hour: taken over by the first session that begins.
    std::array<std::uint8_t, 24> days_with_a_start{};
    std::optional<StartedBetween> open_under;  ///< the start of RRAS under which an SSTP session was seen open last: it began since
    [[nodiscard]] bool sstp_ever() const { return newest_sstp_began.has_value(); }
    friend bool operator==(const SessionMemory&, const SessionMemory&) = default;
};

/// When a successor was first to be put in force: what Decided::planned_for said when it first named it. Kept until another successor
/// waits, or another policy is in force before it is overdue; a certificate that waits beyond it is told as a warning (DESIGN 6.1).
struct PlannedSuccession {
    CertificateHash successor;
    WallTime at{};
    std::string policy;   ///< fingerprint of the policy by which it was planned: another one may move the date
    friend bool operator==(const PlannedSuccession&, const PlannedSuccession&) = default;
};

/// What others changed in the quarter of an hour before a look found RemoteAccess stopped that the look before had found running or
/// on its way; what is not set did not change then. DESIGN 7.7.
struct ChangesBeforeStop {
    std::optional<WallTime> certificate;      ///< one that covers a required name came or went
    std::optional<WallTime> parameters;       ///< SstpSvc\Parameters was written
    std::optional<WallTime> records;          ///< HTTP.SYS's records were
    friend bool operator==(const ChangesBeforeStop&, const ChangesBeforeStop&) = default;
};

/// Everything that selection, diagnosis and decision may rest on besides the look itself. Filled by the cycle.
struct Memory {
    std::optional<Learned> learned;
    std::optional<Proven> proven;
    /// The active certificate that was last seen in the store, where it was never proven: a record or hash that names it still tells which
    /// names and CA are presumed when its certificate has left.
    std::optional<Certificate> unproven_active;
    /// What records, hash and listeners were all moved to at the last look, and no client has confirmed (choice_not_confirmed).
    std::optional<CertificateHash> unconfirmed_choice;
    /// DNS names that an earlier certificate or the policy has named; decides the second choice under a learned wildcard.
    std::vector<std::string> names_ever;
    std::optional<HeldByRras> held;  ///< nothing: unknown
    std::vector<Complaint> complaints;  ///< since RemoteAccess last started
    /// The last start of RemoteAccess that was seen to reach RUNNING: what it complained of before that, it has outlived.
    std::optional<StartedBetween> last_start;
    SessionMemory sessions;
    /// Certificates that HTTP.SYS refused with 1312, with what was said then: unusable until store, key or provider change, or a day has
    /// passed (RecordContents::refused_keys).
    std::map<CertificateHash, std::string> refused_by_http_sys;
    bool update_not_supported = false;  ///< HttpUpdateServiceConfiguration said so on this Windows build
    /// How many looks in a row showed each finding that only a probe can make, this one included (verify.confirmations).
    std::map<Reason, std::uint32_t> seen_in_a_row;
    /// The first of the looks in a row that showed a finding of a probe; nothing: none does. A fleet's restarts for symptoms
    /// alone are spread over ten minutes from there (DESIGN 2.2).
    std::optional<MonotonicTime> symptoms_since;
    /// Probe findings that a restart has not cured: only reported until they have been clear once (DESIGN 7.8).
    std::vector<Reason> reported_only;
    /// The best level of each family in the look before this one: "before" is the better of the last two looks.
    std::map<AddressFamily, Level> levels_before;
    /// RRAS's start under which a look has last seen the family's record; of this process, not stored. What has gone under the same start
    /// went after it, whatever clocks say.
    std::map<AddressFamily, StartedBetween> record_seen_under;
    /// The wall clock is not believed (DESIGN 7.10), or jumped since the look before: what rests on dates has to wait.
    bool clock_doubtful = false;
    std::string clock_explanation;
    /// While it is in doubt: what it would show, had this process not seen it set back. What had ended then is not written anew.
    std::optional<WallTime> clock_was_as_late_as;
    std::optional<Duration> up_time;  ///< of the machine
    std::optional<PlannedSuccession> planned;
    /// What a heal of ours put in force that is open, or was closed unproven: where all agrees on it, that is nobody else's choice. Never
    /// `unconfirmed_choice`: a heal that puts right a value of it makes it nobody's but theirs.
    std::optional<CertificateHash> put_in_force_by_us;
    /// Services that a heal stopped and has not seen running since: it starts them, whoever asks.
    std::vector<std::string> owed_starts;
    std::optional<ChangesBeforeStop> before_stop;  ///< nothing: RemoteAccess runs, or nobody saw it stop
    /// Standing findings of the heal itself, made by the cycle and told with the others: heal_does_not_last,
    /// no_client_since_heal, heal_incomplete.
    Findings standing;
};

}  // namespace sstp

#pragma once

#include "core/model/state.h"
#include "core/report/cycle_report.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/scenario.h"
#include "tests/simulation/violation.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sstp::simulation {

/// What a heal found when it began: what its end is measured by.
struct HealBegan {
    std::string id;
    Duration at{0};
    ClientView clients;                              ///< the better of now and the last two cycles' ends, unless others acted since
    std::map<std::string, ServiceState> services;
    std::uint64_t disturbances = 0;                  ///< Scene::disturbances at that moment
    std::size_t writes = 0;                          ///< of World::writes
    bool asked = false;
};

/// What all checkers see of a run: kept by the judge, read by them.
struct Scene {
    const Scenario& scenario;
    Server& server;
    const RecordContents& record;                    ///< what the state database holds
    Policy policy;                                   ///< in force, as the watchdog said last
    History history;
    ClientView clients;                              ///< now
    /// What clients got at the end of a cycle, and Scene::disturbances then.
    struct CycleEnd {
        ClientView clients;
        std::uint64_t disturbances = 0;
    };
    CycleEnd last_end;
    CycleEnd end_before;
    /// What the oracle said against each certificate of MY when the product last looked at the store; empty: nothing.
    std::map<CertificateHash, std::string> at_last_look;

    /// When each certificate ends that was ever here, as it said last: what has gone is remembered by the product too.
    std::map<Thumbprint, WallTime> ends;

    // What others and faults did. A checker that cannot tell what was whose looks away while these move.
    std::uint64_t disturbances = 0;                  ///< others' doings, faults, crashes; clients that dial do not count
    Duration last_disturbance{0};
    Duration clock_moved{-std::chrono::hours{48}};   ///< when somebody last set the clock, by more than a minute
    std::uint64_t faults = 0;                        ///< calls that did not go as they should
    std::optional<WallTime> stop_not_answered;       ///< when a stop last failed with 1053: it was sent, and may be obeyed yet
    bool calm = false;                               ///< nothing is left to happen
    std::optional<HealBegan> heal;                   ///< one is open in the record
    EventType ended_as = EventType::heal_succeeded;  ///< what was told of the end of the heal that ended last
    std::optional<Duration> last_session;            ///< true time at which an SSTP session began last
    /// Values of the unit as the product made them last, or found them when the heal began: by subject. What differs is somebody
    /// else's since.
    std::map<std::string, std::string> last_made;

    [[nodiscard]] const World& world() const { return server.world; }
    [[nodiscard]] Duration now() const { return server.world.elapsed; }
    /// What the product stores lies in a file beside the database: the record is not the whole truth just now.
    [[nodiscard]] bool storage_is_troubled() const;
    /// HTTP.SYS refused its key within the last day of running time: so long it counts as unusable, whatever it does now (2.4).
    /// An administrator says which names clients dial (2.1), and lists others than they do.
    [[nodiscard]] bool policy_asks_for_other_names() const;
    /// Another site's record has the name that clients dial, and nothing has told the server of it: no probe asks for it (2.1).
    [[nodiscard]] bool another_sites_record_has_the_name() const;
    [[nodiscard]] bool refused_lately(const CertificateHash& hash) const;
    /// Under what RRAS holds now clients have come through: what it is, is somebody's intent (2.1).
    [[nodiscard]] bool sessions_have_begun() const;
    /// The family's clients are SSTP's here; 0 is IPv4.
    [[nodiscard]] bool policy_includes(std::size_t family) const {
        return policy.listener.includes(family == 0 ? AddressFamily::ipv4 : AddressFamily::ipv6);
    }
    /// Nothing but the product moved since then.
    [[nodiscard]] bool undisturbed_since(std::uint64_t count) const { return disturbances == count; }
};

/// A field of an event; empty when it has none of that name.
std::string field_of(const JournalEvent& event, const char* name);
/// The value of a record or parameter as text, for comparisons; empty: there is none.
std::string value_at(const World& world, const std::string& subject);
std::string text_of(const std::optional<ListenerBinding>& record);
std::string text_of(const std::optional<RawValue>& value);
/// "[::]:443" or "Sha256CertificateHash": what a step is about.
std::string subject_of(const Step& step);
/// The old and the wanted value of a step, as `value_at` spells them.
std::string before_of(const Step& step);
std::string after_of(const Step& step);

}  // namespace sstp::simulation

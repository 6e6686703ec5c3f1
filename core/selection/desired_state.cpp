#include "core/selection/desired_state.h"

#include "core/model/rare.h"
#include "core/selection/adoption.h"
#include "core/selection/choice.h"
#include "core/selection/foreign_records.h"
#include "core/selection/messages.h"
#include "core/selection/names.h"
#include "core/selection/unknown_hash.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

using namespace selection;

void fill_in(const Basis& basis, DesiredState& desired) {
    desired.active = basis.active;
    desired.active_is_in_store = basis.stored_active && !basis.stored_active->archived;
    desired.names = basis.names;
    desired.ca = basis.ca.known;
    desired.ca_origin = basis.ca.origin;
    const auto* now = value_of(basis.in.memory.sessions.now);
    desired.never_seen_in_use = !basis.in.memory.sessions.sstp_ever() && now && now->sstp.open == 0 && now->others.open > 0;
}

bool is_offloaded(const SstpSettings& settings) {
    const auto* use_https = value_of(settings.use_https);
    return use_https && *use_https == 0;
}

/// The first thing on which the choice rests and that could not be read; unknown is not broken.
const Error* unreadable(const ServerState& state) {
    if (const Error* why = why_unreadable(state.certificates)) return why;
    if (const Error* why = why_unreadable(state.settings.sha256_hash)) return why;
    if (const Error* why = why_unreadable(state.settings.hash_configured_by_admin)) return why;
    if (const Error* why = why_unreadable(state.ipv4_binding)) return why;
    if (const Error* why = why_unreadable(state.ipv6_binding)) return why;
    return why_unreadable(state.shadowing);
}

/// No record with SSTP's AppId, no hash, no flag, nothing learned, no complaint, and the policy names no certificate.
bool is_in_use(const SelectionInput& in) {
    const SstpSettings& settings = in.state.settings;
    const auto* flag = value_of(settings.hash_configured_by_admin);
    const bool has_flag = flag ? *flag != 0 : !is_absent(settings.hash_configured_by_admin);
    return in.state.sstp_has_a_record || !is_absent(settings.sha256_hash) || !is_absent(settings.sha1_hash) || has_flag ||
           in.memory.learned || in.memory.proven || !in.memory.complaints.empty() || in.policy.certificate.names_a_certificate();
}

/// What makes every choice pointless.
bool is_beside_the_point(const SelectionInput& in, DesiredState& desired) {
    if (is_offloaded(in.state.settings)) {
        desired.obstacle =
            Obstacle{Reason::tls_offloaded,
                     "UseHttps is 0: TLS ends at a load balancer, and the stored hash is that of its certificate. Nothing is "
                     "written here."};
        return true;
    }
    if (const Error* why = unreadable(in.state)) {
        desired.obstacle = Obstacle{
            Reason::state_unreadable,
            fmt::format("Which certificate is right cannot be told: {}. Nothing is written until it can be read.", why->message())};
        return true;
    }
    if (is_in_use(in)) return false;
    const Finding finding{
        Reason::sstp_not_configured, Severity::information, "SSTP",
        "SSTP is not in use on this server: no record of its own, no stored hash, nothing learned. To have it set up, name "
        "its certificate in certificate.dns_names."};
    desired.sstp_in_use = false;
    desired.obstacle = Obstacle{finding.reason, finding.explanation};
    desired.findings.push_back(finding);
    return true;
}

/// A change of everything that is neither confirmed nor complained of stays. A value that has drifted from it since is put back as the
/// change has it; where whoever made it has not restarted RRAS no client can come, and it is restarted (DESIGN 2.3).
void let_it_stay(const ChangeOfAll& change, const SelectionInput& in, DesiredState& desired) {
    const Basis before = basis_of(in, in.memory.proven->certificate);
    // Clients of the names that were asked for so far get what a foreign record names: RRAS that holds that may not lose it.
    const ForeignRecords foreign = foreign_records(before);
    const bool others_decide = foreign.obstacle || (foreign.target && foreign.target->hash != change.to.hash);
    const bool is_left_alone = others_decide || is_in_force_as_chosen(change.to, in);
    const Finding finding = not_confirmed(change, is_left_alone, in);
    desired.certificate = change.to;
    if (is_left_alone) desired.obstacle = Obstacle{finding.reason, finding.explanation};
    desired.findings.push_back(finding);
    const bool may_return = before.stored_active && !before.stored_active->archived &&
                            is_fit(*before.stored_active, fitness_input(*before.stored_active, before, true));
    if (may_return) desired.move_back_to = *before.stored_active;
}

/// The certificate that the policy names, or a foreign record decides, replaces an unknown hash: in the hours of `soon` while listeners
/// serve.
void put_off_while_served(const UnknownHash& unknown, DesiredState& desired) {
    if (!unknown.is_served || desired.obstacle || !desired.certificate) return;
    SSTP_RARE("an unknown hash that is served is replaced in its hours");
    const Certificate target = desired.successor ? desired.successor->certificate : *desired.certificate;
    desired.successor = Successor{target, Urgency::soon, "the one that the policy names"};
    desired.certificate = std::nullopt;
    std::erase_if(desired.findings, [](const Finding& each) { return each.reason == Reason::certificate_superseded; });
}

/// Of what SSTP's records name, or is in force, the first whose primary name the certificate of the foreign record lacks. Further names on
/// it are other sites' more often than not.
const Certificate* with_another_name(const Certificate& target, const Basis& basis) {
    const auto has_one = [&](const Certificate* each) {
        const std::string name = each ? primary_name(*each) : std::string{};
        return !name.empty() && !covers(target, name);
    };
    for (const ListenerBinding* record : wildcards(basis.in.state)) {
        const auto thumbprint = may_be_rewritten(*record, basis.in) ? record->thumbprint() : std::nullopt;
        const Certificate* named = thumbprint ? basis.in.state.find(*thumbprint) : nullptr;
        if (has_one(named)) return named;
    }
    return has_one(basis.active_pointer()) ? basis.active_pointer() : nullptr;
}

/// That a record for a host name answers VPN clients is presumed from the names of the active certificate: what stands in SSTP's own
/// records for another name speaks against it until a client connects, and whoever it is for would be cut off. Nothing: it may decide.
std::optional<Finding> rests_on_presumed_names(const ForeignRecords& foreign, const Basis& basis) {
    if (!foreign.target || !foreign.by_host_names_alone || basis.names.origin != Origin::presumed) return std::nullopt;
    if (basis.in.policy.certificate.thumbprint) return std::nullopt;   // it is said which one clients get
    const Certificate* other = with_another_name(*foreign.target, basis);
    if (!other) return std::nullopt;
    SSTP_RARE("a record for a host name decides nothing while names are presumed and the unit has others");
    const bool is_served = is_served_anywhere(*other, basis.in.state);   // then nothing is out for it yet
    return Finding{Reason::ambiguous_certificate, is_served ? Severity::warning : Severity::critical, kStoreSubject,
                   fmt::format("{} is named for SSTP, and a record of somebody else's for a host name has {}, which does not bear {}. No "
                               "client has been seen to connect yet: which names they use is not known. Say it in certificate.dns_names.",
                               brief(*other), brief(*foreign.target), primary_name(*other))};
}

void select(const Basis& basis, DesiredState& desired) {
    const auto unknown = unknown_hash(basis);
    if (unknown) {
        desired.findings.push_back(unknown->finding);
        if (!unknown->may_be_replaced) {
            desired.obstacle = Obstacle{unknown->finding.reason, unknown->finding.explanation};
            return say_what_is_passed_over(basis, {}, desired);
        }
    }
    const ForeignRecords foreign = foreign_records(basis);
    desired.findings.insert(desired.findings.end(), foreign.findings.begin(), foreign.findings.end());
    if (foreign.obstacle) {
        SSTP_RARE("foreign records are in the way of every choice");
        desired.obstacle = foreign.obstacle;
        say_what_is_passed_over(basis, {}, desired);
    } else if (auto unclear = rests_on_presumed_names(foreign, basis)) {
        desired.obstacle = Obstacle{unclear->reason, unclear->explanation};
        desired.findings.push_back(*std::move(unclear));
        say_what_is_passed_over(basis, {}, desired);
    } else if (foreign.target) {
        SSTP_RARE("a foreign record decides what all others name");
        desired.certificate = foreign.target;
        if (!foreign.by_a_wildcard) desired.given_by_others = foreign.target->hash;
        desired.findings.insert(desired.findings.end(), foreign.of_the_target.begin(), foreign.of_the_target.end());
        say_what_is_passed_over(basis, foreign.because, desired);
    } else {
        choose(basis, desired);
    }
    if (unknown) put_off_while_served(*unknown, desired);
}

/// The names and CA of an adopted certificate hold at once, not only from the next look.
Memory with_adopted(const Memory& memory, const Certificate& adopted, WallTime now) {
    Memory changed = memory;
    changed.learned = learned_from(adopted, now);
    changed.proven = Proven{adopted, authority_of(adopted), now, memory.proven ? memory.proven->levels : std::map<AddressFamily, Level>{}};
    return changed;
}

/// Until it is adopted only a presumption speaks for it.
Memory with_nothing_learned(const Memory& memory) {
    Memory changed = memory;
    changed.learned = std::nullopt;
    changed.proven = std::nullopt;
    return changed;
}

DesiredState select_after(const ChangeOfAll& change, const SelectionInput& in) {
    DesiredState desired;
    switch (change.verdict) {
        case ChangeOfAll::Verdict::adopted: {
            SSTP_RARE("a change of everything is adopted");
            const Memory adopted = with_adopted(in.memory, change.to, in.now);
            const SelectionInput changed{in.state, in.policy, adopted, in.now};
            const Basis basis = basis_of(changed);
            fill_in(basis, desired);
            desired.adopt = change.to;
            select(basis, desired);
            break;
        }
        case ChangeOfAll::Verdict::own_choice: {
            const Basis basis = basis_of(in);
            fill_in(basis, desired);
            select(basis, desired);
            break;
        }
        case ChangeOfAll::Verdict::complained_of:
        case ChangeOfAll::Verdict::taken_by_rras: {
            const Basis basis = basis_of(in, in.memory.proven->certificate);
            fill_in(basis, desired);
            select(basis, desired);
            break;
        }
        case ChangeOfAll::Verdict::not_confirmed: {
            const Memory presumed = with_nothing_learned(in.memory);
            const SelectionInput changed{in.state, in.policy, presumed, in.now};
            const Basis basis = basis_of(changed, change.to);
            fill_in(basis, desired);
            let_it_stay(change, in, desired);
            say_what_is_passed_over(basis, {}, desired);
            break;
        }
    }
    return desired;
}

}  // namespace

DesiredState desired_state(const SelectionInput& in) {
    DesiredState desired;
    const Basis basis = basis_of(in);
    fill_in(basis, desired);
    if (is_beside_the_point(in, desired)) return desired;
    if (const auto change = change_of_all(in)) {
        desired = select_after(*change, in);
    } else {
        select(basis, desired);
    }
    const bool is_told_already = has(desired.findings, Reason::choice_not_confirmed);
    const bool is_a_guess = desired.names.origin == Origin::presumed && !in.policy.certificate.names_a_certificate() && !is_told_already;
    if (is_a_guess && desired.active) desired.findings.push_back(names_presumed(desired.names, *desired.active));
    return desired;
}

}  // namespace sstp

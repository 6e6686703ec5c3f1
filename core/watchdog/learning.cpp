#include "core/watchdog/learning.h"

#include "core/model/ip_address.h"
#include "core/model/text.h"
#include "core/selection/policy_wish.h"

#include <algorithm>

namespace sstp {

namespace {

constexpr std::size_t kMostNames = 100;
/// Of the day that stands in for sessions, RRAS has run for so long without a break: a server that reboots every night never runs for a
/// whole one.
constexpr Duration kRunsWithoutSessions = std::chrono::hours{12};

bool names(const Stored<CertificateHash>& stored, const Certificate& certificate) {
    const auto* hash = value_of(stored);
    return hash && *hash == certificate.hash;
}

/// Every record that is ours names it, the hash does, and every listener of ours serves it and answers.
bool all_agrees(const ServerState& state, const Assessment& assessment, const Certificate& certificate) {
    if (!names(state.settings.sha256_hash, certificate)) return false;
    bool any_served = false;
    for (const AddressFamily family : kFamilies) {
        const auto* record = value_of(state.binding(family));
        if (record && record->app_id == kSstpAppId && record->thumbprint() != certificate.thumbprint) return false;
        for (const Probe* probe : state.own_probes(family)) {
            const auto* served = std::get_if<Served>(&probe->outcome);
            if (!served) continue;   // a family that answers nobody teaches nothing, and takes nothing back
            if (served->leaf.hash != certificate.hash) return false;
            any_served = true;
        }
    }
    return any_served && std::any_of(assessment.levels.begin(), assessment.levels.end(),
                                     [](const auto& each) { return each.second >= Level::crypto_binding; });
}

bool teaches(const Assessment& assessment) {
    if (has(assessment.findings, Reason::state_unreadable) || has(assessment.findings, Reason::tls_offloaded)) return false;
    return !has(assessment.findings, Reason::choice_not_confirmed);
}

void remember_names(std::vector<std::string>& ever, const std::vector<std::string>& fresh) {
    for (const std::string& name : fresh) {
        if (name.starts_with('*') || IpAddress::parse(name)) continue;   // a wildcard names no host
        if (!has_name(ever, name)) ever.push_back(name);
    }
    if (ever.size() > kMostNames) ever.erase(ever.begin(), ever.end() - static_cast<std::ptrdiff_t>(kMostNames));
}

std::string primary_of(const Certificate& certificate, const Policy& policy) {
    if (!policy.certificate.dns_names.empty()) return policy.certificate.dns_names.front();
    const std::vector<std::string> all = names_on(certificate);
    if (has_name(all, certificate.subject_cn)) return certificate.subject_cn;
    return all.empty() ? std::string{} : all.front();
}

/// SSTP answers, and not HTTP.SYS in its place: RRAS has run for so long, and the URI says so, unless what it says tells nothing here
/// (DESIGN 7.8). A start that cannot be told is none that speaks against it.
bool sstp_has_answered(const RecordContents& contents, const ServerState& state, const Assessment& assessment) {
    const ServiceStatus* rras = state.service(kRemoteAccess);
    if (!rras || rras->state != ServiceState::running) return false;
    if (rras->started && state.looked_at.wall - rras->started->latest < kRunsWithoutSessions) return false;
    const auto& reported = contents.reported_only;
    const bool uri_tells_nothing = std::find(reported.begin(), reported.end(), Reason::sstp_uri_unhealthy) != reported.end();
    const Level needed = uri_tells_nothing ? Level::crypto_binding : Level::answers;
    return std::any_of(assessment.levels.begin(), assessment.levels.end(), [=](const auto& each) { return each.second >= needed; });
}

/// A session began under the proven certificate, or a day of it passed without a complaint where nobody can tell.
bool clients_accept(const RecordContents& contents, const ServerState& state, const Assessment& assessment, bool sessions_are_readable) {
    const Proven& proven = *contents.proven;
    if (client_came_under(proven, contents.sessions)) return true;
    if (sessions_are_readable) return false;
    return contents.complaints.empty() && state.looked_at.wall - proven.at >= kAcceptedWithoutSessions &&
           sstp_has_answered(contents, state, assessment);
}

/// What this machine knows of roots grows: the list of public ones arrives, or an administrator imports a root. What was learned of a
/// certificate of the store before that would make each renewal of it another CA's. What is not known any more stays as it was.
bool has_become_known(CertificateAuthority& ca, const CertificateHash& of, const ServerState& state) {
    const Certificate* stored = state.find(of);
    if (!stored) return false;
    CertificateAuthority now = authority_of(*stored);
    if (now.kind == CaKind::unknown || now.kind == ca.kind) return false;
    ca = std::move(now);
    return true;
}

void learn_what_became_known_of_the_ca(RecordContents& contents, const ServerState& state, Lesson& lesson) {
    if (contents.proven) has_become_known(contents.proven->ca, contents.proven->certificate.hash, state);
    if (!contents.learned) return;
    Learned before = *contents.learned;
    if (!has_become_known(contents.learned->ca, contents.learned->certificate, state)) return;
    lesson.before = std::move(before);
    lesson.learned = true;
}

void adopt(RecordContents& contents, const Certificate& certificate, const Policy& policy, WallTime now, Lesson& lesson) {
    lesson.before = contents.learned;
    lesson.adopted = certificate;
    lesson.learned = true;
    contents.cures.clear();   // his choice is followed from here on: nobody undoes anything of ours
    contents.put_backs.clear();
    contents.learned = Learned{names_on(certificate), primary_of(certificate, policy), authority_of(certificate), certificate.hash, now};
}

}  // namespace

void prove(RecordContents& contents, const Certificate& certificate, const std::map<AddressFamily, Level>& levels, WallTime now) {
    // What a family has shown here it can show again: a successor that is put in force while a listener is out proves no less of it.
    if (!contents.proven || contents.proven->certificate.hash != certificate.hash) {
        auto shown = contents.proven ? std::move(contents.proven->levels) : std::map<AddressFamily, Level>{};
        contents.proven = Proven{certificate, authority_of(certificate), now, std::move(shown)};
    }
    for (const auto& [family, level] : levels) {
        Level& best = contents.proven->levels[family];
        best = std::max(best, level);
    }
}

std::optional<CertificateHash> put_in_force_by_us(const CertificateHash& target, const RecordContents& contents) {
    if (contents.unconfirmed_choice == target) return std::nullopt;
    return target;
}

namespace {

/// Whether what is in force now is remembered in place of what was before it, where neither was proven: one that bears a name of the policy
/// gives way to none that bears none; one that lies in the store to none for other names or of another CA that is in force in part only.
bool takes_the_place_of(const Certificate& before, const Certificate& active, const ServerState& state, const Assessment& assessment,
                        const Policy& policy) {
    if (before.hash == active.hash) return false;
    const bool bears_one = selection::bears_a_name_of(policy.certificate, active);
    if (!bears_one && selection::bears_a_name_of(policy.certificate, before)) return false;
    const auto& desired = assessment.desired.certificate;
    const bool covers_either = covers_all(before, names_on(active)) || covers_all(active, names_on(before));
    const bool says_the_same = covers_either && is_same_ca(authority_of(before), authority_of(active));
    const bool is_whole = desired && desired->hash == active.hash && assessment.differences.empty();
    return says_the_same || is_whole || !state.find(before.hash);
}

}  // namespace

void remember_records(std::map<AddressFamily, StartedBetween>& seen_under, const ServerState& state) {
    const ServiceStatus* rras = state.service(kRemoteAccess);
    if (!rras || rras->state != ServiceState::running || !rras->started) return;
    for (const AddressFamily family : kFamilies) {
        if (value_of(state.binding(family))) seen_under[family] = *rras->started;
    }
}

void remember_active(RecordContents& contents, const ServerState& state, const Assessment& assessment, const Policy& policy) {
    const auto& active = assessment.desired.active;
    if (has(assessment.findings, Reason::state_unreadable)) return;
    const ServiceStatus* rras = state.service(kRemoteAccess);
    // While RRAS is stopped nothing agrees on anything: what was chosen is known again when it has come up.
    if (rras && rras->state == ServiceState::running) contents.unconfirmed_choice.reset();
    if (!active) return;
    if (has(assessment.findings, Reason::choice_not_confirmed)) contents.unconfirmed_choice = active->hash;
    if (contents.proven && contents.proven->certificate.hash == active->hash) {
        contents.unproven_active.reset();
    } else if (!contents.unproven_active || takes_the_place_of(*contents.unproven_active, *active, state, assessment, policy)) {
        // One that has left the store before our first look is known from the wire alone, and named by the hash when no listener has it.
        const Certificate* stored = state.find(active->hash);
        contents.unproven_active = stored ? *stored : *active;
    }
}

Lesson learn(RecordContents& contents, const ServerState& state, const Assessment& assessment, const Policy& policy,
             bool sessions_are_readable) {
    Lesson lesson;
    if (!teaches(assessment)) return lesson;
    learn_what_became_known_of_the_ca(contents, state, lesson);
    const WallTime now = state.looked_at.wall;
    const DesiredState& desired = assessment.desired;
    if (desired.adopt) {
        adopt(contents, *desired.adopt, policy, now, lesson);
        lesson.proven_anew = true;
        prove(contents, *desired.adopt, assessment.levels, now);
        remember_names(contents.names_ever, contents.learned->names);
        return lesson;
    }
    if (!desired.active || desired.obstacle || !all_agrees(state, assessment, *desired.active)) return lesson;
    if (desired.certificate && desired.certificate->hash != desired.active->hash) return lesson;
    lesson.proven_anew = !contents.proven || contents.proven->certificate.hash != desired.active->hash;
    prove(contents, *desired.active, assessment.levels, now);
    remember_names(contents.names_ever, policy.certificate.dns_names);
    if (desired.second_choice) return lesson;  // the old list stays what is required
    remember_names(contents.names_ever, names_on(*desired.active));
    if (!clients_accept(contents, state, assessment, sessions_are_readable)) return lesson;
    const bool same = contents.learned && contents.learned->certificate == desired.active->hash;
    const bool names_hold = contents.learned && !contents.learned->names.empty() && covers_all(*desired.active, contents.learned->names);
    if (same && (names_hold || contents.learned->names.empty())) return lesson;
    // A successor covers what was required of it: neither a wildcard nor a further name of it changes what the next one must cover. One
    // that clients use and that lacks a required name came by the policy's names, and the old ones must not come back with that key gone.
    Learned learned{names_on(*desired.active), primary_of(*desired.active, policy), authority_of(*desired.active), desired.active->hash,
                    now};
    if (names_hold) {
        learned.names = contents.learned->names;
        learned.primary = contents.learned->primary;
    }
    lesson.before = contents.learned;
    lesson.learned = !contents.learned || contents.learned->names != learned.names || !is_same_ca(contents.learned->ca, learned.ca);
    contents.learned = std::move(learned);
    return lesson;
}

}  // namespace sstp

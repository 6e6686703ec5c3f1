#include "core/model/rare.h"
#include "core/selection/choice.h"
#include "core/selection/names.h"
#include "core/selection/policy_wish.h"
#include "core/selection/renewal_link.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::selection {

namespace {

Finding served_link_finding(const ServedLink& link, const std::string& what_follows) {
    return {
        Reason::served_by_renewal_link, Severity::critical, link.bound->thumbprint.to_string(),
        fmt::format("Listeners serve {}, to which the renewal link of {} leads, while records and hash name {}: crypto binding fails for "
                    "every client. {}",
                    brief(*link.served), brief(*link.bound), link.bound->thumbprint.brief(), what_follows)};
}

/// A fit one of the store: bound, it is what listeners serve. Null: there is none, or which one is a riddle. None to which the link leads
/// is among them, once what speaks against those has been found.
const Certificate* another_than_linked(const Choice& choice) {
    if (riddle(choice.basis, choice.active, choice.pool)) return nullptr;
    return best(choosable(choice.basis, choice.pool), choice.basis);
}

}  // namespace

/// The link decides otherwise than the CA (DESIGN 2.1): clients get that certificate already.
bool follow_served_link(const Choice& choice, DesiredState& desired) {
    const Basis& basis = choice.basis;
    const auto link = served_by_link(basis);
    if (!link) return false;
    if (choice.active.stands && link->bound->hash != basis.active->hash) {
        SSTP_RARE("a record has drifted to a certificate with a renewal link");   // it is put back, and its link is nobody's then
        return false;
    }

    std::vector<const Certificate*> ways = renewals_of(*link->bound, basis.in.state);
    std::erase_if(ways, [&](const Certificate* each) { return each != ways.back() && each->hash != link->served->hash; });
    std::reverse(ways.begin(), ways.end());   // the end of the link first, then what is served
    std::string why;
    for (const Certificate* each : ways) {
        const std::string against = objection(*each, basis, choice.active);
        if (!against.empty()) {
            why += fmt::format("{}{} {}", why.empty() ? "" : "; ", brief(*each), against);
            continue;
        }
        desired.certificate = *each;
        SSTP_RARE("a renewal link that HTTP.SYS follows is followed");
        desired.follows_renewal_link = true;
        desired.findings.push_back(served_link_finding(*link, fmt::format("{} is put in force at once.", brief(*each))));
        // With nothing learned the link has decided for this one alone: what follows it is the next look's matter.
        Candidates newer = basis.ca.is_decided() ? choosable(basis, choice.pool) : Candidates{};
        std::erase_if(newer, [&](const Certificate* other) { return other->hash == each->hash || !supersedes(*other, *each, basis); });
        if (const Certificate* next = best(newer, basis)) desired.successor = Successor{*next, Urgency::planned, "newer"};
        return true;
    }
    SSTP_RARE("a renewal link leads to what will not do");
    if (const Certificate* other = another_than_linked(choice)) {
        desired.certificate = *other;
        desired.findings.push_back(
            served_link_finding(*link, fmt::format("It is not followed: {}. {} is put in force in its place.", why, brief(*other))));
        return true;
    }
    const Finding finding = served_link_finding(
        *link,
        fmt::format("It is not followed: {}. Remove the link from {} (certificate property 64), or obtain a certificate that will do; a "
                    "restart changes nothing.",
                    why, brief(*link->bound)));
    desired.findings.push_back(finding);
    desired.certificate = choice.active.stands ? basis.active : std::nullopt;
    desired.obstacle = Obstacle{finding.reason, finding.explanation};
    return true;
}

}  // namespace sstp::selection

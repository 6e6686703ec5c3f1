#include "core/selection/names.h"

#include "core/model/text.h"
#include "core/selection/policy_wish.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp {

const char* word(Origin origin) noexcept {
    switch (origin) {
        case Origin::policy: return "policy";
        case Origin::learned: return "learned";
        case Origin::presumed: return "presumed";
        case Origin::none: break;
    }
    return "none";
}

std::string primary_name(const Certificate& certificate) {
    const auto names = names_on(certificate);
    const std::string& cn = certificate.subject_cn;
    if (cn.find('.') != std::string::npos && covers(certificate, cn)) return cn;
    return names.empty() ? std::string{} : names.front();
}

Learned learned_from(const Certificate& certificate, WallTime at) {
    return {names_on(certificate), primary_name(certificate), authority_of(certificate), certificate.hash, at};
}

namespace selection {

namespace {

bool is_wildcard(const std::string& name) { return name.starts_with("*."); }

std::string who_taught(const SelectionInput& input) {
    const Learned& learned = *input.memory.learned;
    if (input.memory.proven && input.memory.proven->certificate.hash == learned.certificate) {
        return brief(input.memory.proven->certificate);
    }
    const Certificate* stored = input.state.find(learned.certificate);
    return stored ? brief(*stored) : learned.certificate.brief();
}

}  // namespace

RequiredNames required_names(const SelectionInput& input, const Certificate* active) {
    const CertificatePolicy& policy = input.policy.certificate;
    if (!policy.dns_names.empty()) {
        return {policy.dns_names, Origin::policy, policy.dns_names.front(), "the policy asks for them (certificate.dns_names)"};
    }
    if (const auto& learned = input.memory.learned) {
        const std::string first = learned->names.empty() ? std::string{} : learned->names.front();
        return {learned->names, Origin::learned, learned->primary.empty() ? first : learned->primary,
                fmt::format("learned from {}, with which clients connected; certificate.dns_names ends that demand", who_taught(input))};
    }
    if (!active) return {{}, Origin::none, {}, "no name is known; certificate.dns_names says which ones clients use"};
    auto names = names_on(*active);
    if (names.empty()) {
        return {{},
                Origin::none,
                {},
                fmt::format("{} has no name that clients could ask for; certificate.dns_names says which ones they use", brief(*active))};
    }
    return {std::move(names), Origin::presumed, primary_name(*active),
            fmt::format("presumed from {}, which is in force; certificate.dns_names settles it", brief(*active))};
}

std::string what_is_asked_for(const RequiredNames& names) {
    if (names.names.empty()) return {};
    return fmt::format(" Asked for are {}: {}.", fmt::join(names.names, ", "), names.because);
}

std::vector<std::string> dialled_names(const RequiredNames& names) {
    // A primary that only a wildcard of theirs covers says less than they do.
    const bool is_known = names.origin != Origin::policy && has_name(names.names, names.primary);
    return is_known ? std::vector{names.primary} : names.names;
}

std::vector<const Probe*> probes_of_clients(const ServerState& state, AddressFamily family, const RequiredNames& names) {
    return state.client_probes(family, dialled_names(names));
}

std::vector<std::string> names_asked_of(const Certificate& certificate, const RequiredNames& names, const CertificatePolicy& policy) {
    if (names.origin == Origin::presumed && is_pinned(certificate, policy)) return {};
    return names.names;
}

bool is_below_the_primary_wildcard(const Certificate& certificate, const RequiredNames& names) {
    if (names.origin != Origin::learned || !is_wildcard(names.primary)) return false;
    const auto own = names_on(certificate);
    return std::any_of(own.begin(), own.end(), [&](const std::string& name) { return name_matches(names.primary, name); });
}

bool is_second_choice(const Certificate& certificate, const RequiredNames& names, const Memory& memory) {
    if (names.origin != Origin::learned || names.primary.empty()) return false;
    if (covers(certificate, names.primary)) return true;
    if (!is_wildcard(names.primary)) return false;
    return std::any_of(memory.names_ever.begin(), memory.names_ever.end(), [&](const std::string& name) {
        return !is_wildcard(name) && name_matches(names.primary, name) && covers(certificate, name);
    });
}

}  // namespace selection
}  // namespace sstp

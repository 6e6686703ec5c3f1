#include "core/diagnosis/checks.h"
#include "core/model/families.h"
#include "core/selection/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp {

namespace {

std::string listener(const CheckInput& input, AddressFamily family) { return Endpoint::wildcard(family, input.state.port).to_string(); }

Reason of(AddressFamily family, Reason ipv4, Reason ipv6) { return family == AddressFamily::ipv4 ? ipv4 : ipv6; }

/// Only a probe says it: a warning until enough looks in a row have shown it, then critical (DESIGN 6.1, 7.8).
Severity severity_of_symptom(const CheckInput& input, Reason reason) {
    const auto seen = input.memory.seen_in_a_row.find(reason);
    const auto& reported = input.memory.reported_only;
    const bool confirmed = seen != input.memory.seen_in_a_row.end() && seen->second >= input.policy.verify.confirmations;
    const bool known = std::find(reported.begin(), reported.end(), reason) != reported.end();
    return confirmed || known ? Severity::critical : Severity::warning;
}

void add_symptom(const CheckInput& input, Assessment& assessment, Finding finding) {
    finding.severity = severity_of_symptom(input, finding.reason);
    auto& symptoms = assessment.symptoms;
    if (std::find(symptoms.begin(), symptoms.end(), finding.reason) == symptoms.end()) symptoms.push_back(finding.reason);
    assessment.findings.push_back(std::move(finding));
}

bool was_proven(const Memory& memory, AddressFamily family) {
    if (!memory.proven) return false;
    const auto level = memory.proven->levels.find(family);
    return level != memory.proven->levels.end() && level->second >= Level::crypto_binding;
}

bool another_answers(const CheckInput& input, AddressFamily family) {
    return std::any_of(input.levels.begin(), input.levels.end(),
                       [=](const auto& each) { return each.first != family && each.second > Level::nothing; });
}

/// For people: what of the family a probe asked.
std::string asked(const CheckInput& input, AddressFamily family, const Probe& probe) {
    return input.state.has_sni_record(probe.server_name) ? fmt::format("{} for {}", listener(input, family), probe.server_name)
                                                         : listener(input, family);
}

void check_reachable(const CheckInput& input, Assessment& assessment, AddressFamily family, const Probe& probe) {
    const auto* unreachable = std::get_if<Unreachable>(&probe.outcome);
    if (!unreachable || was_interrupted(probe)) return;
    const Reason reason = of(family, Reason::listener_unreachable_ipv4, Reason::listener_unreachable_ipv6);
    if (has(assessment.findings, reason)) return;  // of several addresses the first is enough
    if (unreachable->no_cipher_for_this_key) {
        // A cause, and no restart changes it (DESIGN 7.8): told of the certificate, where one is known.
        const Severity severity = input.desired.active ? Severity::information : Severity::critical;
        assessment.findings.push_back(
            {reason, severity, listener(input, family),
             fmt::format("No TLS session with {}: the cipher list in force serves no key of the kind that is bound.",
                         asked(input, family, probe))});
        return;
    }
    if (!input.state.has_address(probe.address)) {
        // Nobody can come to any address that is listed (servers.md 23), whatever RRAS does: a cause, and no restart changes it.
        assessment.findings.push_back(
            {reason, Severity::critical, listener(input, family),
             fmt::format("HTTP.SYS's IP listen list names {} for {}, which no interface of this machine has, and no other: nobody is "
                         "served there. Give the machine that address, or correct the list: netsh http show iplisten.",
                         probe.address.to_string(), word(family))});
        return;
    }
    Finding finding{reason, Severity::warning, listener(input, family),
                    fmt::format("No TLS session with {} at {}: {}.", asked(input, family, probe), probe.address.to_string(),
                                unreachable->why.message())};
    if (was_proven(input.memory, family) || !another_answers(input, family)) {
        add_symptom(input, assessment, std::move(finding));
        return;
    }
    // It has never worked here and the other family does: nothing that a restart has ever cured.
    finding.explanation +=
        fmt::format(" It has never answered since this was installed; if {0} is not used here, set listener.{0} to false.", word(family));
    assessment.findings.push_back(std::move(finding));
}

/// The record that answers the family's clients; 0.0.0.0 serves IPv6 too where there is no [::].
const ListenerBinding* answering_record(const ServerState& state, AddressFamily family) {
    if (const auto* own = value_of(state.binding(family))) return own;
    return family == AddressFamily::ipv6 && is_absent(state.ipv6_binding) ? value_of(state.ipv4_binding) : nullptr;
}

std::optional<std::string> uri_trouble(const CheckInput& input, const Served& served) {
    const auto& healthy = input.policy.verify.uri_status;
    if (const Error* why = why_unreadable(served.uri_status)) {
        if (why->kind == ErrorKind::stopped) return std::nullopt;
        return fmt::format("gave no answer for the SSTP URI: {}", why->message());
    }
    const int* status = value_of(served.uri_status);
    if (!status || std::find(healthy.begin(), healthy.end(), *status) != healthy.end()) return std::nullopt;
    return fmt::format("answers {} for the SSTP URI, not {}: SSTP is not behind it", *status, fmt::join(healthy, " or "));
}

std::string why_not_listened_on(const ServerState& state, AddressFamily family) {
    if (family == AddressFamily::ipv6 && state.ipv6_is_off) {
        return "IPv6 is switched off on this machine: no interface has an address, and ::1 takes no connection, so that nobody comes by "
               "it. To say that it is meant so: listener.ipv6 false.";
    }
    return fmt::format(
        "HTTP.SYS's IP listen list has no {0} address, so that {0} is not served. To see it: netsh "
        "http show iplisten. To say that it is meant so: listener.{0} false.",
        word(family));
}

}  // namespace

/// Another program has the port that HTTP.SYS should own: whatever is bound, clients get that program (nginx, a VPN product).
Then http_sys_owns_the_port(const CheckInput& input, Assessment& assessment) {
    for (const PortOwner& owner : input.state.port_taken_by) {
        if (!is_looked_after(owner.family, input.state, input.policy)) continue;
        assessment.findings.push_back(
            {Reason::port_taken, Severity::critical, listener(input, owner.family),
             fmt::format("{} belongs to {}, not to HTTP.SYS: SSTP clients get that program. A restart of RRAS changes nothing: stop it, or "
                         "move it to another port.",
                         listener(input, owner.family), owner.process)});
    }
    return Then::go_on;
}

/// With an IP listen list HTTP.SYS listens on those addresses only (Microsoft, HttpServiceConfigIPListenList), and without IPv6 in the
/// system on none of its: a set-up, not a fault.
Then http_sys_listens(const CheckInput& input, Assessment& assessment) {
    for (const AddressFamily family : kFamilies) {
        if (!input.policy.listener.includes(family) || input.state.listens_on(family)) continue;
        assessment.findings.push_back({of(family, Reason::listener_excluded_ipv4, Reason::listener_excluded_ipv6), Severity::information,
                                       listener(input, family), why_not_listened_on(input.state, family)});
    }
    return Then::go_on;
}

/// Where SNI records of others answer all names, no client that asks for one meets the wildcard: that it answers nobody is worth a word,
/// and no restart.
void check_wildcard(const CheckInput& input, Assessment& assessment, AddressFamily family) {
    const Reason reason = of(family, Reason::listener_unreachable_ipv4, Reason::listener_unreachable_ipv6);
    for (const Probe* probe : input.state.own_probes(family)) {
        const auto* unreachable = std::get_if<Unreachable>(&probe->outcome);
        if (!unreachable || was_interrupted(*probe) || has(assessment.findings, reason)) continue;
        assessment.findings.push_back(
            {reason, Severity::warning, listener(input, family),
             fmt::format("No TLS session with {} at {} without a name: {}. Clients that ask for a name of the VPN "
                         "are answered by its SNI record.",
                         listener(input, family), probe->address.to_string(), unreachable->why.message())});
    }
}

/// An open port proves nothing, but a closed one does: no TLS session comes about where clients call.
Then listeners_answer(const CheckInput& input, Assessment& assessment) {
    for (const AddressFamily family : kFamilies) {
        if (!is_looked_after(family, input.state, input.policy)) continue;
        const auto of_clients = selection::probes_of_clients(input.state, family, input.desired.names);
        for (const Probe* probe : of_clients) check_reachable(input, assessment, family, *probe);
        if (of_clients != input.state.own_probes(family)) check_wildcard(input, assessment, family);
    }
    return Then::go_on;
}

/// A listener can serve something else than its record names. That the record is wrong is told above; a renewal link that Schannel
/// follows is a cause of its own.
Then listeners_serve_what_is_bound(const CheckInput& input, Assessment& assessment) {
    if (input.desired.follows_renewal_link || has(assessment.findings, Reason::served_by_renewal_link)) return Then::go_on;
    for (const AddressFamily family : kFamilies) {
        const ListenerBinding* record = answering_record(input.state, family);
        const auto named = record ? record->thumbprint() : std::nullopt;
        if (!named || !is_looked_after(family, input.state, input.policy)) continue;
        const auto probes = input.state.own_probes(family);
        const auto other = std::find_if(probes.begin(), probes.end(),
                                        [&](const Probe* probe) { return leaf_of(*probe) && leaf_of(*probe)->thumbprint != *named; });
        if (other == probes.end()) continue;
        const Certificate* bound = input.state.find(*named);
        add_symptom(input, assessment,
                    {of(family, Reason::served_certificate_differs_ipv4, Reason::served_certificate_differs_ipv6), Severity::warning,
                     listener(input, family),
                     fmt::format("{} serves {} at {}, until {}, instead of {}, which {} names.", listener(input, family),
                                 brief(*leaf_of(**other)), (*other)->address.to_string(), to_minute(leaf_of(**other)->not_after),
                                 bound ? brief(*bound) : named->brief(), record->endpoint.to_string())});
    }
    return Then::go_on;
}

/// A healthy SSTP listener answers HEAD on its URI with 401; HTTP.SYS with nobody behind it answers 404 or 503 (facts: rras-sstp
/// section 7).
Then sstp_answers_behind_tls(const CheckInput& input, Assessment& assessment) {
    for (const AddressFamily family : kFamilies) {
        if (!is_looked_after(family, input.state, input.policy)) continue;
        for (const Probe* probe : selection::probes_of_clients(input.state, family, input.desired.names)) {
            const auto* served = std::get_if<Served>(&probe->outcome);
            const auto trouble = served ? uri_trouble(input, *served) : std::nullopt;
            if (!trouble) continue;
            add_symptom(input, assessment,
                        {Reason::sstp_uri_unhealthy, Severity::warning, listener(input, family),
                         fmt::format("{} at {} {}.", listener(input, family), probe->address.to_string(), *trouble)});
            break;  // of several addresses the first is enough
        }
    }
    return Then::go_on;
}

/// The server builds the chain that clients get from its own stores: a missing or revoked intermediate goes to everybody, and no other
/// leaf cures it (facts: rras-sstp section 5).
Then chain_is_sent_whole(const CheckInput& input, Assessment& assessment) {
    for (const Probe& probe : input.state.probes) {
        const auto* served = std::get_if<Served>(&probe.outcome);
        if (!served || (served->sent_chain != SentChain::incomplete && served->sent_chain != SentChain::bad)) continue;
        if (!is_looked_after(probe.address.family, input.state, input.policy)) continue;
        assessment.findings.push_back(
            {Reason::served_chain_incomplete, Severity::warning, served->leaf.thumbprint.to_string(),
             fmt::format(
                 "The chain that is sent with {} {}{}{}. Clients without that intermediate refuse it: put the right one into "
                 "LocalMachine\\CA (and take a revoked one out); no other certificate of this server changes it.",
                 brief(served->leaf),
                 served->sent_chain == SentChain::bad ? "has an intermediate that has ended or is revoked" : "lacks an intermediate",
                 served->sent_chain_explanation.empty() ? "" : ": ", served->sent_chain_explanation)});
        return Then::go_on;
    }
    return Then::go_on;
}

}  // namespace sstp

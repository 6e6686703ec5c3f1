#include "core/report/render_json.h"

#include "core/report/one_thing_to_do.h"
#include "core/report/render_text.h"

#include <nlohmann/json.hpp>

namespace sstp {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Error& error) { return {{"kind", word(error.kind)}, {"code", error.code}, {"message", error.message()}}; }

/// A value is itself, absent is null, and what could not be read is an object with the one member `unreadable`.
template <class T, class Make>
Json json_of_observed(const Observed<T>& observed, Make make) {
    if (const Error* why = why_unreadable(observed)) return {{"unreadable", json_of(*why)}};
    const T* value = value_of(observed);
    return value ? Json(make(*value)) : Json(nullptr);
}

template <class T, class Make>
Json json_of_stored(const Stored<T>& stored, Make make) {
    if (const Error* why = why_unreadable(stored)) return {{"unreadable", json_of(*why)}};
    if (const auto* malformed = std::get_if<Malformed>(&stored)) {
        return {
            {"malformed", {{"type", malformed->raw.type}, {"hex", to_hex(malformed->raw.data)}, {"explanation", malformed->explanation}}}};
    }
    const T* value = value_of(stored);
    return value ? Json(make(*value)) : Json(nullptr);
}

const char* key_word(KeyState key) {
    switch (key) {
        case KeyState::absent: return "absent";
        case KeyState::unusable: return "unusable";
        case KeyState::unknown: return "unknown";
        case KeyState::usable: return "usable";
    }
    return "unusable";
}

const char* algorithm_word(KeyAlgorithm algorithm) {
    switch (algorithm) {
        case KeyAlgorithm::rsa: return "rsa";
        case KeyAlgorithm::ecdsa: return "ecdsa";
        case KeyAlgorithm::other: return "other";
    }
    return "other";
}

const char* trust_word(ChainTrust trust) {
    switch (trust) {
        case ChainTrust::good: return "good";
        case ChainTrust::bad: return "bad";
        case ChainTrust::unknown: return "unknown";
    }
    return "unknown";
}

const char* sent_chain_word(SentChain chain) {
    switch (chain) {
        case SentChain::complete: return "complete";
        case SentChain::incomplete: return "incomplete";
        case SentChain::bad: return "bad";
        case SentChain::unknown: return "unknown";
    }
    return "unknown";
}

const char* revocation_word(Revocation revocation) {
    switch (revocation) {
        case Revocation::not_checked: return "not_checked";
        case Revocation::good: return "good";
        case Revocation::revoked: return "revoked";
        case Revocation::unknown: return "unknown";
    }
    return "unknown";
}

Json json_of(const Certificate& certificate) {
    Json out;
    out["name"] = name_of(certificate);
    out["thumbprint"] = certificate.thumbprint.to_string();
    out["sha256"] = certificate.hash.to_string();
    out["subject"] = certificate.subject;
    out["issuer"] = certificate.issuer;
    out["serial"] = certificate.serial;
    out["not_before"] = to_rfc3339(certificate.not_before);
    out["not_after"] = to_rfc3339(certificate.not_after);
    out["dns_names"] = certificate.dns_names;
    out["ip_addresses"] = certificate.ip_addresses;
    out["purposes"] = certificate.purposes ? Json(*certificate.purposes) : Json(nullptr);
    out["key"] = key_word(certificate.key);
    out["key_algorithm"] = algorithm_word(certificate.key_algorithm);
    out["key_bits"] = certificate.key_bits;
    out["archived"] = certificate.archived;
    out["chain"] = json_of_observed(certificate.chain, [](const ChainVerdict& verdict) {
        return Json{{"trust", trust_word(verdict.trust)},
                    {"revocation", revocation_word(verdict.revocation)},
                    {"explanation", verdict.explanation}};
    });
    return out;
}

Json json_of(const ListenerBinding& binding) {
    return {{"endpoint", binding.endpoint.to_string()},
            {"certificate", to_hex(binding.certificate)},
            {"app_id", binding.app_id.to_string()},
            {"owner", owner_name(binding.app_id)},
            {"store", binding.store ? Json(*binding.store) : Json(nullptr)}};
}

Json json_of(const ProbeOutcome& outcome) {
    if (const auto* served = std::get_if<Served>(&outcome)) {
        return {{"outcome", "served"},
                {"thumbprint", served->leaf.thumbprint.to_string()},
                {"sha256", served->leaf.hash.to_string()},
                {"subject", served->leaf.subject},
                {"not_after", to_rfc3339(served->leaf.not_after)},
                {"sent_chain", sent_chain_word(served->sent_chain)},
                {"uri_status", json_of_observed(served->uri_status, [](int status) { return status; })}};
    }
    if (const auto* unreachable = std::get_if<Unreachable>(&outcome)) {
        return {{"outcome", "unreachable"}, {"stage", unreachable->stage}, {"error", json_of(unreachable->why)}};
    }
    return {{"outcome", "not_probed"}};
}

Json json_of_family(const ServerState& state, AddressFamily family) {
    const Probe* probe = representative(state, family);
    return {{"endpoint", Endpoint::wildcard(family, state.port).to_string()},
            {"binding", json_of_observed(state.binding(family), [](const ListenerBinding& each) { return json_of(each); })},
            {"listened_on", state.listens_on(family)},
            {"served", probe ? json_of(probe->outcome) : Json{{"outcome", "not_probed"}}}};
}

Json json_of_listener(const ServerState& state) {
    const auto number = [](std::uint32_t each) { return each; };
    const auto digits = [](const auto& each) { return each.to_string(); };
    Json out;
    out["port"] = state.port;
    out["use_https"] = json_of_stored(state.settings.use_https, number);
    out["server_uri"] = json_of_stored(state.settings.server_uri, [](const std::string& each) { return each; });
    out["ipv4"] = json_of_family(state, AddressFamily::ipv4);
    out["ipv6"] = json_of_family(state, AddressFamily::ipv6);
    out["shadowing"] = json_of_observed(state.shadowing, [](const std::vector<ShadowingBinding>& records) {
        Json list = Json::array();
        for (const ShadowingBinding& each : records) list.push_back(json_of(each));
        return list;
    });
    out["probes"] = Json::array();
    for (const Probe& each : state.probes) {
        Json probe{{"address", each.address.to_string()}, {"server_name", each.server_name}};
        probe.update(json_of(each.outcome));
        out["probes"].push_back(std::move(probe));
    }
    out["sha1_hash"] = json_of_stored(state.settings.sha1_hash, digits);
    out["sha256_hash"] = json_of_stored(state.settings.sha256_hash, digits);
    out["hash_configured_by_admin"] = json_of_stored(state.settings.hash_configured_by_admin, number);
    return out;
}

Json json_of_services(const ServerState& state) {
    Json out = Json::object();
    for (const auto& [name, status] : state.services) {
        out[name] = json_of_observed(status, [](const ServiceStatus& each) {
            return Json{{"state", word(each.state)},
                        {"start_type", word(each.start_type)},
                        {"exit_code", each.exit_code},
                        {"specific_exit_code", each.specific_exit_code},
                        {"started_earliest", each.started ? Json(to_rfc3339(each.started->earliest)) : Json(nullptr)},
                        {"started_latest", each.started ? Json(to_rfc3339(each.started->latest)) : Json(nullptr)}};
        });
    }
    return out;
}

Json json_of(const RawValue& raw) { return {{"type", raw.type}, {"hex", to_hex(raw.data)}}; }

Json json_of(const Step& step) {
    Json out{{"kind", word(step)}, {"description", describe(step)}};
    if (const auto* bind = std::get_if<BindStep>(&step)) {
        out["before"] = bind->before ? json_of(*bind->before) : Json(nullptr);
        out["after"] = json_of(bind->after);
    } else if (const auto* write = std::get_if<WriteValueStep>(&step)) {
        out["value"] = registry_name(write->value);
        out["before"] = write->before ? json_of(*write->before) : Json(nullptr);
        out["after"] = json_of(write->after);
    } else {
        out["services"] = std::get<RestartStep>(step).services;
    }
    return out;
}

Json json_of(const HealPlan& plan) {
    Json out;
    out["urgency"] = word(plan.urgency);
    out["restarts_services"] = restarts(plan);
    out["cures"] = Json::array();
    for (const Reason reason : plan.cures) out["cures"].push_back(word(reason));
    out["steps"] = Json::array();
    for (const Step& step : plan.steps) out["steps"].push_back(json_of(step));
    out["target"] = json_of(plan.target);
    out["cannot_return"] = plan.cannot_return;
    out["sessions_that_end"] = plan.price.sessions ? Json(plan.price.sessions->all()) : Json(nullptr);
    out["milliseconds_without_sstp"] = plan.price.without_sstp ? Json(plan.price.without_sstp->count()) : Json(nullptr);
    out["replaced"] = plan.replaced ? json_of(*plan.replaced) : Json(nullptr);
    return out;
}

Json json_of(const Decision& decision) {
    if (const auto* refused = std::get_if<Refused>(&decision)) {
        return {{"verdict", "refused"},
                {"why", refused->why},
                {"explanation", refused->explanation},
                {"until", refused->until ? Json(to_rfc3339(*refused->until)) : Json(nullptr)},
                {"only_deferred", refused->only_deferred}};
    }
    return {{"verdict", std::holds_alternative<HealPlan>(decision) ? "heal" : "nothing_to_do"}};
}

}  // namespace

Json json_of(const Finding& finding) {
    return {{"reason", word(finding.reason)},
            {"severity", word(finding.severity)},
            {"subject", finding.subject},
            {"explanation", finding.explanation}};
}

void append_identity(Json& out, const ReportHead& head) {
    out["version"] = head.version;
    out["computer"] = head.computer;
}

void append_decision(Json& out, const CycleReport& report) {
    out["summary"] = headline(report);
    out["permission"] = word(report.permission);
    out["policy_problem"] = report.policy_problem ? Json(*report.policy_problem) : Json(nullptr);
    out["findings"] = Json::array();
    for (const Finding& finding : report.findings) out["findings"].push_back(json_of(finding));
    out["decision"] = json_of(report.decision);
    out["plan"] = report.plan ? json_of(*report.plan) : Json(nullptr);
}

void append_to_do(Json& out, const CycleReport& report, const std::string& nobody_heals) {
    const std::string action = one_thing_to_do_in_full(report, nobody_heals);
    out["to_do"] = action.empty() ? Json(nullptr) : Json(action);
}

void append_state(Json& out, const CycleReport& report) {
    const auto days = days_left(report);
    out["days_left"] = days ? Json(*days) : Json(nullptr);
    out["certificate"] = report.active() ? json_of(*report.active()) : Json(nullptr);
    const DesiredState& desired = report.assessment.desired;
    out["desired"] = desired.certificate ? json_of(*desired.certificate) : Json(nullptr);
    out["successor"] = desired.successor ? json_of(desired.successor->certificate) : Json(nullptr);
    out["planned_for"] = report.planned_for ? Json(to_rfc3339(*report.planned_for)) : Json(nullptr);
    out["names"] = {{"required", desired.names.names}, {"origin", word(desired.names.origin)}, {"primary", desired.names.primary}};
    out["ca"] = {{"kind", desired.ca ? Json(word(desired.ca->kind)) : Json(nullptr)}, {"origin", word(desired.ca_origin)}};
    out["levels"] = Json::object();
    for (const auto& [family, level] : report.assessment.levels) out["levels"][word(family)] = word(level);
    const auto* sessions = value_of(report.sessions);
    out["sessions"] = sessions ? Json{{"sstp", sessions->sstp.open}, {"others", sessions->others.open}} : Json(nullptr);
    out["listener"] = json_of_listener(report.state);
    out["services"] = json_of_services(report.state);
}

Json json_of(const HealOutcome& outcome) {
    return {{"id", outcome.heal_id},
            {"result", word(outcome.result)},
            {"explanation", outcome.explanation},
            {"still_open", outcome.still_open},
            {"restarts", outcome.restarts},
            {"sessions_ended", outcome.sessions_ended ? Json(outcome.sessions_ended->all()) : Json(nullptr)},
            {"milliseconds",
             {{"act", outcome.times.act.count()},
              {"stop", outcome.times.stop.count()},
              {"start", outcome.times.start.count()},
              {"ready", outcome.times.ready.count()}}}};
}

std::string to_document(const Json& document) { return document.dump(2, ' ', true, Json::error_handler_t::replace) + "\n"; }

}  // namespace sstp

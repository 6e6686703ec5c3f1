#include "core/decision/expected_state.h"

#include "core/decision/standing_records.h"

#include <type_traits>

namespace sstp {

namespace {

void apply(ServerState& state, const BindStep& step) {
    (step.after.endpoint.family == AddressFamily::ipv4 ? state.ipv4_binding : state.ipv6_binding) = step.after;
}

void apply(ServerState& state, const WriteValueStep& step) {
    switch (step.value) {
        case SstpValue::sha1_certificate_hash: state.settings.sha1_hash = decode_sha1(step.after); break;
        case SstpValue::sha256_certificate_hash: state.settings.sha256_hash = decode_sha256(step.after); break;
        case SstpValue::is_hash_configured_by_admin: state.settings.hash_configured_by_admin = decode_dword(step.after); break;
        case SstpValue::listener_port:
        case SstpValue::use_https:
        case SstpValue::server_uri: break;  // never written
    }
}

void apply(ServerState& state, const RestartStep& step) {
    for (const std::string& name : step.services) {
        const auto found = state.services.find(name);
        auto* status = found == state.services.end() ? nullptr : std::get_if<ServiceStatus>(&found->second);
        if (!status) continue;
        status->state = ServiceState::running;
        status->exit_code = 0;
    }
}

}  // namespace

ServerState expected_after(const Diagnosis& d, const std::vector<Step>& steps, const Certificate& target) {
    ServerState state = d.state;
    for (const Step& step : steps) {
        std::visit([&state](const auto& each) { apply(state, each); }, step);
    }
    for (const AddressFamily family : families(d.policy)) {
        ProbeOutcome& served = family == AddressFamily::ipv4 ? state.ipv4_served : state.ipv6_served;
        if (std::holds_alternative<NotProbed>(served)) continue;
        Served healthy{target.hash, target.thumbprint, target.not_after, target.subject, Absent{}};
        if (!d.policy.verify.uri_status.empty()) healthy.uri_status = d.policy.verify.uri_status.front();
        served = healthy;
    }
    return state;
}

}  // namespace sstp

#include "core/decision/plan_steps.h"

#include "core/decision/choose_certificate.h"
#include "core/decision/expected_state.h"
#include "core/decision/standing_records.h"
#include "core/diagnosis/examination.h"
#include "core/model/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

/// Types that Windows has for numbers and text, besides those that RawValue names.
constexpr std::uint32_t kQword = 11;  // REG_QWORD

/// The record that a missing one is modelled on: ours of the other family, else SSTP's own (DESIGN 7.9).
ListenerBinding new_record(const Diagnosis& d, AddressFamily family) {
    const AddressFamily other = family == AddressFamily::ipv4 ? AddressFamily::ipv6 : AddressFamily::ipv4;
    ListenerBinding record;
    const auto* model = value_of(d.state.binding(other));
    if (model && model->app_id == kSstpAppId && same_store(model->store, d.policy.certificate.store)) {
        record = *model;
    } else {
        record.app_id = kSstpAppId;
        record.store = d.policy.certificate.store;
    }
    record.endpoint = Endpoint::wildcard(family, d.state.port);
    return record;
}

/// Everything but the hash stays, bit for bit; a record that is taken over becomes SSTP's, in our store.
ListenerBinding rewritten(const ListenerBinding& before, const Policy& policy) {
    ListenerBinding record = before;
    const bool ours = before.app_id == kSstpAppId && same_store(before.store, policy.certificate.store);
    if (!ours) {
        record.app_id = kSstpAppId;
        record.store = policy.certificate.store;
    }
    return record;
}

void plan_bindings(const Diagnosis& d, const Certificate& target, std::vector<Step>& steps) {
    for (const AddressFamily family : families(d.policy)) {
        BindStep step;
        if (const auto* record = value_of(d.state.binding(family))) {
            if (record->thumbprint() == target.thumbprint || !may_rewrite(*record, d.policy)) continue;
            step.before = *record;
            step.after = rewritten(*record, d.policy);
        } else {
            step.after = new_record(d, family);
        }
        step.after.certificate = target.thumbprint.to_vector();
        steps.push_back(std::move(step));
    }
}

/// The value as it was, rebuilt from what was decoded: good values have one encoding only.
template <class T, class Encode>
std::optional<RawValue> raw_of(const Stored<T>& stored, Encode encode) {
    if (const auto* malformed = std::get_if<Malformed>(&stored)) return malformed->raw;
    if (const auto* value = value_of(stored)) return encode(*value);
    return std::nullopt;
}

template <class Hash>
void plan_hash(const Stored<Hash>& stored, const Hash& wanted, SstpValue value, std::vector<Step>& steps) {
    const auto* present = value_of(stored);
    if (present && *present == wanted) return;
    const auto encode = [](const Hash& hash) { return RawValue::binary(hash.to_vector()); };
    steps.push_back(WriteValueStep{value, raw_of(stored, encode), encode(wanted)});
}

/// What was evidently meant by a flag of the wrong type: 1 where it holds a one in any other spelling, else the default, 0.
std::uint32_t meant_by(const RawValue& raw) {
    const Bytes& data = raw.data;
    const auto rest_is_zero = [&] { return std::all_of(data.begin() + 1, data.end(), [](std::uint8_t byte) { return byte == 0; }); };
    const bool is_number = raw.type == RawValue::kBinary || raw.type == RawValue::kDword || raw.type == kQword;
    if (is_number) return !data.empty() && data.front() == 1 && rest_is_zero() ? 1 : 0;
    const bool is_text = raw.type == RawValue::kText && data.size() >= 2;
    return is_text && data[0] == '1' && rest_is_zero() ? 1 : 0;
}

void plan_values(const Diagnosis& d, const Certificate& target, std::vector<Step>& steps) {
    const SstpSettings& settings = d.state.settings;
    plan_hash(settings.sha1_hash, target.thumbprint, SstpValue::sha1_certificate_hash, steps);
    plan_hash(settings.sha256_hash, target.hash, SstpValue::sha256_certificate_hash, steps);
    if (const auto* malformed = std::get_if<Malformed>(&settings.hash_configured_by_admin)) {
        steps.push_back(WriteValueStep{SstpValue::is_hash_configured_by_admin, malformed->raw, RawValue::dword(meant_by(malformed->raw))});
    }
}

const ServiceStatus* status_of(const ServerState& state, const std::string& name) {
    const auto found = state.services.find(name);
    return found == state.services.end() ? nullptr : value_of(found->second);
}

/// A service ended by itself where it should run: RemoteAccess, or one that RemoteAccess rests on while it runs.
bool a_service_failed(const Diagnosis& d) {
    const auto names = watched_services(d.policy);
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        const ServiceStatus* status = status_of(d.state, name);
        return status && status->failed();
    });
}

/// RRAS reported trouble since it last read its bindings and hashes: only a restart makes it read them again.
bool rras_had_trouble(const Diagnosis& d) {
    if (!d.memory.trouble_at) return false;
    const ServiceStatus* status = status_of(d.state, kRemoteAccess);
    return !status || !status->process_started || *d.memory.trouble_at >= *status->process_started;
}

bool is_only_reported(const Memory& memory, Reason reason) {
    return is_symptom(reason) && std::find(memory.reported_only.begin(), memory.reported_only.end(), reason) != memory.reported_only.end();
}

bool has_symptom_to_cure(const Diagnosis& d, const Findings& findings, const PlanScope& scope) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& each) {
        return is_symptom(each.reason) && (scope.retry_reported || !is_only_reported(d.memory, each.reason));
    });
}

/// DESIGN 7.2: a hash or the flag is written, or RasSstp reported trouble, or a service must be started, or nothing else is left.
bool needs_restart(const Diagnosis& d, const Findings& findings, const std::vector<Step>& steps, const PlanScope& scope) {
    const bool writes_value =
        std::any_of(steps.begin(), steps.end(), [](const Step& step) { return std::holds_alternative<WriteValueStep>(step); });
    if (writes_value || a_service_failed(d)) return true;
    if (!steps.empty()) return rras_had_trouble(d);
    return has_symptom_to_cure(d, findings, scope);
}

/// The reasons that are there now and not after the steps, each once, in the order of the findings.
std::vector<Reason> cured(const Diagnosis& d, const Findings& findings, const std::vector<Step>& steps, const Certificate& target,
                          const PlanScope& scope) {
    const ServerState after = expected_after(d, steps, target);
    // What the first proof will be remembered by counts already: the names asked for must not change with the certificate.
    Memory memory = d.memory;
    memory.known_good = KnownGood{target.hash, names_to_remember(d, target), d.now};
    const Findings left = diagnose({after, d.policy, memory, d.now});
    std::vector<Reason> reasons;
    for (const Finding& each : findings) {
        if (has(left, each.reason) || (!scope.retry_reported && is_only_reported(d.memory, each.reason))) continue;
        if (std::find(reasons.begin(), reasons.end(), each.reason) == reasons.end()) reasons.push_back(each.reason);
    }
    // What the cycle adds is not on the server, and no heal makes it go away.
    std::erase_if(reasons, [](Reason reason) {
        return reason == Reason::budget_exhausted || reason == Reason::policy_invalid || reason == Reason::event_source_degraded;
    });
    return reasons;
}

}  // namespace

bool is_symptom(Reason reason) noexcept {
    switch (reason) {
        case Reason::served_certificate_differs_ipv4:
        case Reason::served_certificate_differs_ipv6:
        case Reason::listener_unreachable_ipv4:
        case Reason::listener_unreachable_ipv6:
        case Reason::sstp_uri_unhealthy: return true;
        default: return false;
    }
}

std::optional<ServiceObstacle> service_obstacle(const Diagnosis& d) {
    const ServiceStatus* main = status_of(d.state, kRemoteAccess);
    for (const std::string& name : watched_services(d.policy)) {
        const ServiceStatus* status = status_of(d.state, name);
        const bool is_main = equal_ignoring_case(name, kRemoteAccess);
        if (!status) return ServiceObstacle{Reason::service_stopped, false, fmt::format("The service {} is not installed.", name)};
        if (status->start_type == StartType::disabled) {
            return ServiceObstacle{Reason::service_disabled, false,
                                   fmt::format("The service {} is disabled, which is an administrator's choice.", name)};
        }
        switch (status->state) {
            case ServiceState::running: continue;
            case ServiceState::paused:
                return ServiceObstacle{Reason::service_stopped, false,
                                       fmt::format("The service {} is paused, which is an administrator's choice.", name)};
            case ServiceState::stopped: break;
            default:
                return ServiceObstacle{Reason::service_stopped, true,
                                       fmt::format("The service {} is changing its state ({}).", name, word(status->state))};
        }
        if (!is_main) continue;  // what RemoteAccess rests on is started with it
        if (!status->failed())
            return ServiceObstacle{Reason::service_stopped, false, "RemoteAccess was stopped cleanly, which is an administrator's choice."};
        if (main->start_type != StartType::automatic) {
            return ServiceObstacle{Reason::service_stopped, false,
                                   "RemoteAccess ended with an error, but does not start automatically: an administrator starts it."};
        }
    }
    return std::nullopt;
}

std::optional<HealPlan> plan_towards(const Diagnosis& d, const Findings& findings, const Certificate& target, const PlanScope& scope) {
    if (findings.empty()) return std::nullopt;  // an event, or a wish, without a finding is no reason
    HealPlan plan;
    plan.target = target;
    plan_bindings(d, target, plan.steps);
    plan_values(d, target, plan.steps);
    if (needs_restart(d, findings, plan.steps, scope)) plan.steps.push_back(RestartStep{d.policy.restart.services});
    if (plan.steps.empty()) return std::nullopt;
    plan.cures = cured(d, findings, plan.steps, target, scope);
    if (plan.cures.empty()) return std::nullopt;
    if (scope.current && scope.current->hash != target.hash) plan.replaced = *scope.current;
    if (const ServiceStatus* rras = status_of(d.state, kRemoteAccess)) plan.rras_started = rras->process_started;
    return plan;
}

bool rests_on_symptoms(const HealPlan& plan) {
    return std::all_of(plan.cures.begin(), plan.cures.end(), is_symptom) &&
           std::all_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) { return std::holds_alternative<RestartStep>(step); });
}

bool restarts(const HealPlan& plan) {
    return std::any_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) { return std::holds_alternative<RestartStep>(step); });
}

}  // namespace sstp

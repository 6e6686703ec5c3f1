#include "core/model/heal_plan.h"

#include "core/model/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sstp {

namespace {

std::string brief_bytes(const Bytes& bytes) {
    const std::string hex = to_hex(bytes);
    return hex.size() > 8 ? hex.substr(0, 4) + ".." + hex.substr(hex.size() - 2) : hex;
}

bool is_flag(const WriteValueStep& step) { return step.value == SstpValue::is_hash_configured_by_admin; }

/// As a person reads it: the flag as a number, a hash in brief, anything malformed by its size.
std::string describe_value(const WriteValueStep& step, const RawValue& raw) {
    const Observed<RawValue> observed = raw;
    if (is_flag(step)) {
        if (const auto number = decode_dword(observed); value_of(number)) return fmt::format("{}", *value_of(number));
    } else if (raw.type == RawValue::kBinary && (raw.data.size() == Thumbprint::kSize || raw.data.size() == CertificateHash::kSize)) {
        return brief_bytes(raw.data);
    }
    return fmt::format("{} bytes of {}", raw.data.size(), registry_type_name(raw.type));
}

std::string describe_step(const BindStep& step) {
    std::string text = fmt::format("bind {} on {}", brief_bytes(step.after.certificate), step.after.endpoint.to_string());
    if (!step.before) return text + " (no record before)";
    text += step.before->certificate.empty() ? std::string{" (was without a certificate"}
                                             : fmt::format(" (was {}", brief_bytes(step.before->certificate));
    if (step.before->app_id != step.after.app_id) text += fmt::format(", taken over from {}", owner_name(step.before->app_id));
    if (step.before->store != step.after.store) text += fmt::format(", store {}", step.before->store.value_or("MY"));
    return text + ")";
}

std::string describe_step(const WriteValueStep& step) {
    return fmt::format("write {} = {} ({})", registry_name(step.value), describe_value(step, step.after),
                       step.before ? "was " + describe_value(step, *step.before) : std::string{"was missing"});
}

std::string describe_step(const RestartStep& step) { return fmt::format("restart {}", fmt::join(step.services, ", ")); }

}  // namespace

const char* word(const Step& step) noexcept {
    constexpr const char* kWords[] = {"bind", "write_value", "restart_services"};
    static_assert(std::variant_size_v<Step> == std::size(kWords));
    return step.valueless_by_exception() ? "" : kWords[step.index()];
}

std::string describe(const Step& step) {
    return std::visit([](const auto& each) { return describe_step(each); }, step);
}

const char* word(Urgency urgency) noexcept {
    switch (urgency) {
        case Urgency::now: return "now";
        case Urgency::soon: return "soon";
        case Urgency::planned: return "planned";
    }
    return "now";
}

bool restarts(const HealPlan& plan) { return !plan.steps.empty() && std::holds_alternative<RestartStep>(plan.steps.back()); }

bool replaces_record(const Step& step, std::string_view endpoint) {
    const auto* bind = std::get_if<BindStep>(&step);
    return bind && bind->before && bind->after.endpoint.to_string() == endpoint;
}

bool restarts(const HealPlan& plan, std::string_view service) {
    return restarts(plan) && has_name(std::get<RestartStep>(plan.steps.back()).services, service);
}

bool changes_a_hash(const std::vector<Step>& steps) {
    return std::any_of(steps.begin(), steps.end(), [](const Step& step) {
        const auto* write = std::get_if<WriteValueStep>(&step);
        return write && !is_flag(*write);
    });
}

bool only_restarts(const HealPlan& plan) { return plan.steps.size() == 1 && restarts(plan); }

}  // namespace sstp

#include "tests/core/decision/in_short.h"

namespace sstp::test {

namespace {

std::string number_in(const Bytes& digest) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4 && i < digest.size(); ++i) number |= static_cast<std::uint32_t>(digest[i]) << 8 * i;
    return std::to_string(number);
}

std::string text_of(const BindStep& step) {
    return std::string{"bind "} + word(step.after.endpoint.family) + " " + number_in(step.after.certificate);
}

std::string text_of(const WriteValueStep& step) {
    const char* name = step.value == SstpValue::sha1_certificate_hash     ? "sha1 "
                       : step.value == SstpValue::sha256_certificate_hash ? "sha256 "
                                                                          : "flag ";
    return name + number_in(step.after.data);
}

std::string text_of(const RestartStep& step) {
    if (step.services == std::vector<std::string>{kRemoteAccess}) return "restart";
    std::string text = "restart ";
    for (std::size_t i = 0; i < step.services.size(); ++i) text += (i == 0 ? "" : "+") + step.services[i];
    return text;
}

std::string text_of(const NothingToDo&) { return "nothing"; }

std::string text_of(const Refused& refused) { return "refused " + refused.why; }

std::string text_of(const HealPlan& plan) { return word(plan.urgency) + std::string{": "} + in_short(plan.steps); }

}  // namespace

std::string in_short(const Step& step) {
    return std::visit([](const auto& each) { return text_of(each); }, step);
}

std::string in_short(const std::vector<Step>& steps) {
    std::string text;
    for (const Step& each : steps) text += (text.empty() ? "" : ", ") + in_short(each);
    return text;
}

std::string in_short(const Decision& decision) {
    return std::visit([](const auto& each) { return text_of(each); }, decision);
}

}  // namespace sstp::test

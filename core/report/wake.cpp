#include "core/report/wake.h"

#include <array>

namespace sstp {

namespace {

constexpr std::array kAll{
    Wake::service_start,
    Wake::event_log,
    Wake::certificate_store,
    Wake::registry,
    Wake::service_state,
    Wake::timer,
    Wake::policy_change,
    Wake::administrator_heal,
    Wake::administrator_heal_ignoring_window,
    Wake::confirmation,
    Wake::siem,
    Wake::siem_test,
};

}  // namespace

const char* word(Wake wake) noexcept {
    switch (wake) {
        case Wake::service_start: return "service_start";
        case Wake::event_log: return "event_log";
        case Wake::certificate_store: return "certificate_store";
        case Wake::registry: return "registry";
        case Wake::service_state: return "service_state";
        case Wake::timer: return "timer";
        case Wake::policy_change: return "policy_change";
        case Wake::administrator_heal: return "administrator_heal";
        case Wake::administrator_heal_ignoring_window: return "administrator_heal_ignoring_window";
        case Wake::confirmation: return "confirmation";
        case Wake::siem: return "siem";
        case Wake::siem_test: return "siem_test";
    }
    return "timer";
}

std::optional<Wake> wake_from_word(std::string_view text) {
    for (const Wake wake : kAll) {
        if (text == word(wake)) return wake;
    }
    return std::nullopt;
}

}  // namespace sstp

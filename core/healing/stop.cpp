#include "core/healing/heal.h"

#include "core/model/rare.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

constexpr Duration kAskAgainAfter = std::chrono::milliseconds{500};

/// Asked, running, or not to be had any more.
bool is_settled(Ports& ports, const std::string& name) {
    const auto query = ports.services.query(name);
    if (is_absent(query)) return true;
    const ServiceStatus* status = value_of(query);
    if (status && (status->state == ServiceState::running || status->state == ServiceState::start_pending)) return true;
    if (status && status->start_type == StartType::disabled) return true;   // an administrator's choice meanwhile
    if (status && status->state != ServiceState::stopped) return false;
    return ports.services.ask_to_start(name).has_value();
}

}  // namespace

std::vector<std::string> start_what_we_stopped(Ports& ports, Duration most, const std::function<void(const std::string&)>& on_progress) {
    const auto contents = ports.record.load();
    if (!contents || !contents->open_heal) return {};
    std::vector<std::string> left = contents->open_heal->to_start;
    const MonotonicTime began = ports.clock.monotonic();
    for (;;) {
        std::erase_if(left, [&](const std::string& name) { return is_settled(ports, name); });
        const Duration passed = ports.clock.monotonic() - began;
        if (left.empty() || passed >= most) return left;
        SSTP_RARE("our own stop waits for what we stopped");
        if (on_progress) on_progress(fmt::format("waiting for {}, which is to start again", left.front()));
        ports.clock.wait(std::min(kAskAgainAfter, most - passed));
    }
}

}  // namespace sstp

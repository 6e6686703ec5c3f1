#include "tests/simulation/idle.h"

#include <algorithm>

namespace sstp::simulation {

namespace {

using namespace std::chrono_literals;

constexpr Duration kLongest = 24h;

/// Times at which a certificate becomes another thing to the policy: begin, warning, replacement, half an hour before its end, end.
void add_thresholds(std::vector<WallTime>& times, const Certificate& certificate) {
    const Duration lifetime = certificate.not_after - certificate.not_before;
    times.push_back(certificate.not_before);
    times.push_back(certificate.not_after - std::min<Duration>(lifetime / 3, 21 * 24h));
    times.push_back(certificate.not_after - std::min<Duration>(lifetime / 10, 7 * 24h));
    times.push_back(certificate.not_after - 30min);
    times.push_back(certificate.not_after);
}

}  // namespace

bool has_unheard_client(const Scene& scene) {
    const World& world = scene.world();
    const auto& heard = scene.record.sessions.newest_sstp_began;
    return world.traits.sessions_can_be_read && std::any_of(world.sessions.begin(), world.sessions.end(), [&](const auto& each) {
               return each.sstp && (!heard || world.wall - (world.elapsed - each.began) > *heard + 1min);
           });
}

std::optional<Duration> idle_stretch(const Scene& scene, const CycleReport& report, Duration since) {
    if (since < 30min || report.heal || scene.record.open_heal || scene.storage_is_troubled()) return std::nullopt;
    if (scene.world().clock_behind != Duration{0}) return std::nullopt;
    // Looks in a row are counted: they are work.
    const auto* waits = std::get_if<Refused>(&report.decision);
    if (waits && (waits->why == "waiting_for_confirmation" || waits->why == "service_busy")) return std::nullopt;
    if (scene.clients.somebody_is_out() && since < 3h) return std::nullopt;
    std::vector<WallTime> times;
    for (const auto& [store, all] : scene.world().stores) {
        for (const auto& each : all) add_thresholds(times, each.certificate);
    }
    if (const auto* refused = std::get_if<Refused>(&report.decision); refused && refused->until) times.push_back(*refused->until);
    if (report.planned_for) times.push_back(*report.planned_for);
    // Where sessions cannot be counted a day stands for one (2.1).
    const World& world = scene.world();
    if (has(report.findings, Reason::choice_not_confirmed) && world.bindings_written && world.parameters_written)
        times.push_back(std::max(*world.bindings_written, *world.parameters_written) + kAcceptedWithoutSessions);
    // A key that HTTP.SYS refused is tried again after a day of running time (2.4).
    for (const auto& [hash, refused] : scene.record.refused_keys)
        times.push_back(world.wall + (refused.at + 24h - running_time(scene.record.running, world.monotonic)));
    Duration stretch = std::min(since / 4, kLongest);
    for (const WallTime time : times) {
        if (time > scene.world().wall) stretch = std::min(stretch, time - scene.world().wall);
    }
    return stretch > scene.policy.watch.interval ? std::optional{stretch} : std::nullopt;
}

}  // namespace sstp::simulation

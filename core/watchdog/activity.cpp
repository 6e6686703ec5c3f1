#include "core/watchdog/activity.h"

#include "core/diagnosis/service_end.h"
#include "core/selection/fitness.h"

#include <algorithm>
#include <tuple>

namespace sstp {

namespace {

/// Times of a key's last write and of a service's start come from other clocks of Windows than the look.
constexpr Duration kTolerance = std::chrono::seconds{2};

bool covers_any(const Certificate& certificate, const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return covers(certificate, name); });
}

/// What of a certificate counts as another one.
auto identity(const Certificate& certificate) { return std::tuple{certificate.hash, certificate.archived, certificate.key}; }

/// In order, to be searched: a store of ten thousand is compared with one of ten thousand.
auto identities(const std::vector<Certificate>& store) {
    std::vector<decltype(identity(store.front()))> all;
    all.reserve(store.size());
    for (const Certificate& each : store) all.push_back(identity(each));
    std::sort(all.begin(), all.end());
    return all;
}

struct StoreChange {
    bool any = false;
    bool of_a_name = false;
};

void compare_stores(const std::vector<Certificate>& left, const std::vector<Certificate>& right, const std::vector<std::string>& names,
                    StoreChange& change) {
    const auto others = identities(right);
    for (const Certificate& each : left) {
        if (std::binary_search(others.begin(), others.end(), identity(each))) continue;
        change.any = true;
        change.of_a_name = change.of_a_name || covers_any(each, names);
    }
}

StoreChange store_change(const ServerState& before, const ServerState& now, const std::vector<std::string>& names) {
    StoreChange change;
    const auto* old_store = value_of(before.certificates);
    const auto* new_store = value_of(now.certificates);
    if (!old_store || !new_store || old_store->is_shared_with(*new_store)) return change;
    compare_stores(*old_store, *new_store, names, change);
    compare_stores(*new_store, *old_store, names, change);
    return change;
}

bool settings_changed(const ServerState& before, const ServerState& now) {
    const auto seen = [](const ServerState& state) {
        return std::tie(state.settings.sha1_hash, state.settings.sha256_hash, state.settings.hash_configured_by_admin,
                        state.settings.listener_port, state.settings.use_https, state.ipv4_binding, state.ipv6_binding, state.shadowing);
    };
    return seen(before) != seen(now);
}

bool services_changed(const ServerState& before, const ServerState& now) {
    for (const auto& [name, status] : now.services) {
        const ServiceStatus* old_status = before.service(name);
        const auto* new_status = value_of(status);
        if (old_status && new_status && old_status->state != new_status->state) return true;
    }
    return false;
}

bool is_being_stopped(const ServerState& state) {
    return std::any_of(state.services.begin(), state.services.end(), [](const auto& each) {
        const auto* status = value_of(each.second);
        return status && status->state == ServiceState::stop_pending;
    });
}

/// A write at `written` of which the look before could not know, as an age.
std::optional<Duration> age_of(const std::optional<WallTime>& written, const ServerState& state) {
    if (!written || *written > state.looked_at.wall) return std::nullopt;
    return state.looked_at.wall - *written;
}

}  // namespace

bool ActivityWatch::rras_started_on_it(const ServerState& state) const {
    if (!last_change_wall_) return false;
    const ServiceStatus* rras = state.service(kRemoteAccess);
    if (!rras) return false;
    if (rras->state == ServiceState::running) return rras->started && rras->started->earliest + kTolerance >= *last_change_wall_;
    return rras_failed_on_it(*rras);
}

/// It tried, and ended with an error: whoever worked is done. What failed before the change (in the night) says nothing of whoever made it;
/// that the services have come to another state since is no change that it should have read.
bool ActivityWatch::rras_failed_on_it(const ServiceStatus& rras) const {
    return rras.failed() && failed_since_ && (!last_rewrite_ || *failed_since_ >= *last_rewrite_);
}

/// Of one that had ended before the first look nobody knows when it did.
void ActivityWatch::note_a_failed_start(const ServerState& state) {
    const ServiceStatus* rras = state.service(kRemoteAccess);
    if (!rras || !rras->failed()) {
        failed_since_.reset();
        return;
    }
    const ServiceStatus* before = last_ ? last_->service(kRemoteAccess) : nullptr;
    const bool is_the_same_end = before && before->failed() && end_code(*before) == end_code(*rras);
    if (before && !is_the_same_end) failed_since_ = state.looked_at.monotonic;
}

void ActivityWatch::take_as_known(const ServerState& state) {
    note_a_failed_start(state);
    last_ = state;
}

Activity ActivityWatch::seen(const ServerState& state, const std::vector<std::string>& names, Duration quiet) {
    const MonotonicTime now = state.looked_at.monotonic;
    note_a_failed_start(state);
    const auto changed = [&](MonotonicTime at, WallTime wall) {
        const bool burst_goes_on = last_change_ && at - *last_change_ < 8 * quiet;
        if (!burst_goes_on) first_change_ = at;
        if (!last_change_ || *last_change_ < at) last_change_ = at;
        last_change_wall_ = wall;
    };
    if (last_) {
        const StoreChange store = store_change(*last_, state, names);
        if (store.of_a_name) name_certificate_change_ = now;
        const bool rewritten = store.any || settings_changed(*last_, state);
        if (rewritten) last_rewrite_ = now;
        if (rewritten || services_changed(*last_, state)) changed(now, state.looked_at.wall);
    } else {
        for (const auto& written : {state.settings.written, state.bindings_written}) {
            const auto age = age_of(written, state);
            if (!age || *age > now.since_boot) continue;
            changed({now.since_boot - *age}, *written);
            if (!last_rewrite_ || *last_rewrite_ < *last_change_) last_rewrite_ = last_change_;
        }
    }
    last_ = state;

    Activity activity;
    if (last_change_) activity.since_last_change = now - *last_change_;
    if (first_change_) activity.since_first_change = now - *first_change_;
    if (name_certificate_change_) activity.since_name_certificate_change = now - *name_certificate_change_;
    activity.service_being_stopped_by_others = is_being_stopped(state);
    activity.rras_started_on_it = rras_started_on_it(state);
    return activity;
}

}  // namespace sstp

#include "core/watchdog/rehearsal/stage.h"

#include "core/selection/fitness.h"

#include <algorithm>

namespace sstp::rehearsal {

namespace {

using namespace std::chrono_literals;

constexpr Duration kLongestSleep = 12h;      // clients come once a day; what they teach is to be seen on it
constexpr Duration kABit = 1s;               // behind a date: both ends belong to a validity
constexpr std::size_t kMostLooks = 20'000;   // a year of trouble at the interval, bounded all the same

WatchdogOptions options_for(const Snapshot& snapshot) {
    WatchdogOptions options;
    options.policy_file = kPolicyFile;
    options.version = snapshot.version;
    options.computer = snapshot.computer;
    options.writes_status = false;
    return options;
}

std::string key_of(const Finding& finding) { return std::string{word(finding.reason)} + '|' + finding.subject; }

bool is_under_way(const ServerState& state) {
    return std::any_of(state.services.begin(), state.services.end(), [](const auto& each) {
        const auto* service = value_of(each.second);
        return service != nullptr && service->state != ServiceState::running && service->state != ServiceState::stopped;
    });
}

/// The clock as it stood, and nothing that hangs on the boot of another machine.
RecordContents contents_of(const Snapshot& snapshot) {
    RecordContents contents = snapshot.record;
    if (contents.installation_id.empty()) contents.installation_id = std::string(32, '0');
    return contents;
}

}  // namespace

Stage::Stage(const Snapshot& snapshot)
    : server(snapshot),
      clock_(server),
      record_(contents_of(snapshot), &clock_),
      ports_(server, snapshot, record_),
      watchdog_(ports_.ports(), options_for(snapshot)) {}

void Stage::begin() {
    (void)watchdog_.look();   // as the service does where another process heals just then
    watchdog_.start();
    look({Wake::service_start});
    first_ = last_;
    findings_.clear();
}

void Stage::at(WallTime when, std::function<void(ImaginedServer&)> what) { happenings_.emplace(when, std::move(what)); }

void Stage::look(const Wakes& wakes) {
    const WallTime began = now();
    const Duration cut_off = server.cut_off();
    const std::uint32_t sessions = server.sessions_ended();
    ++looks_;
    last_ = watchdog_.cycle(wakes);
    if (last_.heal && last_.heal->result != HealResult::not_begun) {
        const auto* plan = std::get_if<HealPlan>(&last_.decision);
        heals_.push_back({began, now(), plan != nullptr ? *plan : HealPlan{}, *last_.heal, server.cut_off() - cut_off,
                          server.sessions_ended() - sessions});
    }
    std::set<std::string> found;
    for (const Finding& each : last_.findings) {
        found.insert(key_of(each) + word(each.severity));
        if (!known_.contains(key_of(each) + word(each.severity))) findings_.push_back({began, each});
    }
    calm_ = found == known_ && !last_.heal && !is_under_way(last_.state);
    known_ = std::move(found);
    if (on_cycle) on_cycle(last_);
}

/// When a certificate's date can change an answer.
std::set<WallTime> Stage::dates() const {
    std::set<WallTime> dates;
    const auto add = [&](const Certificate& each) {
        const CertificatePolicy& policy = watchdog_.policy().certificate;
        dates.insert(each.not_before);
        dates.insert(each.not_after + kABit);
        dates.insert(each.not_after - warn_before(each, policy));
        dates.insert(each.not_after - replace_before(each, policy));
        if (each.chain_ends) dates.insert(*each.chain_ends + kABit);
    };
    if (const auto* my = value_of(server.certificates)) std::for_each(my->begin(), my->end(), add);
    if (last_.active()) add(*last_.active());
    // A successor that waits beyond the window planned for it is told (DESIGN 6.1).
    if (const auto& planned = record_.contents().planned) dates.insert(planned->at + watchdog_.policy().restart.window.duration + kABit);
    return dates;
}

WallTime Stage::next_look(WallTime until) const {
    const WallTime from = now();
    WallTime next = std::min(until, from + (calm_ ? kLongestSleep : watchdog_.next_look()));
    if (!happenings_.empty()) next = std::min(next, std::max(happenings_.begin()->first, from));
    if (!calm_) return next;
    if (const auto* refused = std::get_if<Refused>(&last_.decision); refused != nullptr && refused->until && *refused->until > from)
        next = std::min(next, *refused->until);
    if (last_.planned_for && *last_.planned_for > from) next = std::min(next, *last_.planned_for);
    const auto all = dates();
    if (const auto date = all.upper_bound(from); date != all.end()) next = std::min(next, *date);
    return next;
}

void Stage::live_until(WallTime until) {
    while (now() < until && looks_ < kMostLooks) {
        const WallTime next = next_look(until);
        if (next > now()) server.advance(next - now());
        Wakes wakes{Wake::timer};
        while (!happenings_.empty() && happenings_.begin()->first <= now()) {
            const auto what = std::move(happenings_.begin()->second);
            happenings_.erase(happenings_.begin());
            what(server);
            wakes.insert({Wake::certificate_store, Wake::registry, Wake::service_state, Wake::event_log});
        }
        look(wakes);
    }
}

}  // namespace sstp::rehearsal

#include "tests/core/servers/watched_server.h"

#include "core/journal/told.h"

#include <algorithm>

namespace sstp::test {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr char kPolicyFile[] = "policy.json";

}  // namespace

void WatchedServer::begin() {
    if (!policy_file_is_gone) world.files[kPolicyFile] = policy;
    world.stop_requested = false;
    watchdog_.reset();
    ports_ = std::make_unique<simulated::ProcessPorts>(world, on_disk != nullptr ? *on_disk : record);
    WatchdogOptions options;
    options.policy_file = kPolicyFile;
    options.data_folder = "data";
    options.version = "1.0.0";
    options.computer = world.machine.computer_name;
    options.writes_status = writes_status;
    watchdog_ = std::make_unique<Watchdog>(*ports_, options);
    try {
        (void)watchdog_->look();   // as the service does, before it may take the lock
        watchdog_->start();
    } catch (const simulated::Crash&) {
        return crash();
    }
    look({Wake::service_start});
}

std::vector<std::string> WatchedServer::stop(Duration most) {
    auto left = watchdog_->start_what_we_stopped(most);
    watchdog_->stop(StopReason::requested);
    watchdog_.reset();
    return left;
}

void WatchedServer::boot() {
    crash();
    world.boot();
    begin();
}

CycleReport WatchedServer::look(const Wakes& wakes) {
    last_seen_ = seen();
    try {
        last_ = watchdog_->cycle(wakes);
    } catch (const simulated::Crash&) {
        crash();
    }
    last_seen_ = seen();
    return last_;
}

WatchedServer::Seen WatchedServer::seen() const {
    Seen seen{world.parameters_written, world.bindings_written, 0, world.log.size(), world.services.at("RemoteAccess").status.state};
    const auto my = world.stores.find("MY");
    if (my == world.stores.end()) return seen;
    for (const auto& each : my->second) {   // a hash that sees certificates come, go and be archived; a key that is lost says nothing
        seen.store = seen.store * 31 + each.certificate.thumbprint.bytes().front() + (each.certificate.archived ? 7U : 0U);
    }
    return seen;
}

Wakes WatchedServer::woken() const {
    const Seen now = seen();
    Wakes wakes;
    if (now.parameters != last_seen_.parameters || now.bindings != last_seen_.bindings) wakes.insert(Wake::registry);
    if (now.store != last_seen_.store) wakes.insert(Wake::certificate_store);
    if (now.log != last_seen_.log) wakes.insert(Wake::event_log);
    if (now.rras != last_seen_.rras) wakes.insert(Wake::registry);
    return wakes;
}

/// A second while something is going on, ten while clients are out and nothing else happens, five minutes while all is well.
void WatchedServer::pass_some_time(Duration most, bool& connected) {
    const bool settled = std::all_of(world.services.begin(), world.services.end(), [](const auto& each) {
        return each.second.status.state == ServiceState::running || each.second.status.state == ServiceState::stopped;
    });
    const bool long_out = !connected && out_for_ > 10min;
    const Duration step = meanwhile_.others || !settled ? 1s : std::min<Duration>(most, connected ? 5min : Duration{long_out ? 10s : 1s});
    world.advance(step);
    if (meanwhile_.others) meanwhile_.others(world);
    connected = connects(kIpv4);
    out_for_ = connected ? Duration::zero() : out_for_ + step;
    if (!connected) seconds_without_vpn_ += std::chrono::ceil<std::chrono::seconds>(step).count();
}

void WatchedServer::live(Duration how_long) {
    (void)live_until([] { return false; }, how_long);
}

bool WatchedServer::live_until(const std::function<bool()>& is_so, Duration most) {
    const Duration until = world.elapsed + most;
    while (world.elapsed < until && !is_dead()) {
        if (is_so()) return true;
        const Duration next = std::min(world.elapsed + std::max<Duration>(watchdog_->next_look(), 1s), until);
        Wakes wakes;
        bool connected = connects(kIpv4);
        while (world.elapsed < next && wakes.empty()) {
            pass_some_time(next - world.elapsed, connected);
            wakes = woken();
        }
        if (wakes.empty()) wakes.insert(Wake::timer);
        look(wakes);
    }
    return is_so();
}

void WatchedServer::meanwhile(std::function<void(simulated::World&)> others) {
    meanwhile_.others = std::move(others);
    world.adversary = &meanwhile_;
}

void WatchedServer::windows_answers(std::function<simulated::Verdict(simulated::PortCall)> windows) {
    meanwhile_.windows = std::move(windows);
    world.adversary = &meanwhile_;
}

void WatchedServer::charged(std::size_t count, Duration ago) {
    RecordContents contents = record.contents();
    const RunningTime now = running_time(contents.running, world.monotonic);
    for (std::size_t i = 0; i < count; ++i) {
        contents.charges.push_back({RunningTime{now.total - ago}, world.wall - ago, "earlier", ChargeKind::restart});
    }
    (void)record.commit({{}, std::move(contents), std::nullopt});
}

void WatchedServer::live_through_the_window() {
    const auto local = world.wall + world.local_offset;
    auto end = std::chrono::floor<days>(local) + 5h;
    if (end <= local) end += days{1};
    live(std::chrono::duration_cast<Duration>(end - local) + 1min);
}

void WatchedServer::new_policy(const std::string& text) {
    policy = text;
    world.files[kPolicyFile] = text;
    look({Wake::policy_change});
}

void WatchedServer::settle() {
    begin();
    live(1h);
    simulated::clients_dial(world);
    live(1h);
    count();
}

void WatchedServer::count() {
    restarts_before_ = world.restarts_of_rras;
    writes_before_ = world.writes.size();
    events_before_ = record.events().size();
    seconds_without_vpn_ = 0;
}

std::size_t WatchedServer::told(EventType type) const {
    const auto& events = record.events();
    return static_cast<std::size_t>(std::count_if(events.begin() + static_cast<std::ptrdiff_t>(std::min(events_before_, events.size())),
                                                  events.end(), [=](const JournalEvent& each) { return each.type == type; }));
}

bool WatchedServer::finds(Reason reason, Severity severity) const {
    return std::any_of(last_.findings.begin(), last_.findings.end(),
                       [=](const Finding& each) { return each.reason == reason && each.severity == severity; });
}

void WatchedServer::lose_the_database() {
    record = MemoryRecord{std::string(32, 'b'), &record_clock};
    RecordContents contents = record.contents();
    contents.budget_unreadable = true;
    (void)record.commit({{}, std::move(contents), std::nullopt});
    count();
}

std::string WatchedServer::said_of(Reason reason) const {
    for (const Finding& each : last_.findings) {
        if (each.reason == reason) return each.explanation;
    }
    return {};
}

std::size_t WatchedServer::raised(Reason reason, Severity severity) const {
    const auto& events = record.events();
    return static_cast<std::size_t>(std::count_if(
        events.begin() + static_cast<std::ptrdiff_t>(std::min(events_before_, events.size())), events.end(), [=](const JournalEvent& each) {
            const auto field = [&](const char* name) { return each.fields.contains(name) ? each.fields.at(name) : std::string{}; };
            return each.type == EventType::finding_raised && field("reason") == word(reason) && field("severity") == word(severity);
        }));
}

std::string WatchedServer::newest(EventType type) const {
    const auto& events = record.events();
    for (std::size_t i = events.size(); i > events_before_; --i) {
        if (events[i - 1].type == type) return events[i - 1].text;
    }
    return {};
}

std::size_t WatchedServer::writes(simulated::PortCall call) const {
    return static_cast<std::size_t>(
        std::count_if(world.writes.begin() + static_cast<std::ptrdiff_t>(std::min(writes_before_, world.writes.size())), world.writes.end(),
                      [=](const simulated::Write& each) { return each.call == call; }));
}

std::string WatchedServer::described() const {
    std::string text = "\n  decision " + decision();
    if (const auto* refused = std::get_if<Refused>(&last_.decision)) text += ": " + refused->explanation;
    for (const Finding& each : last_.findings) {
        text += std::string{"\n  "} + word(each.severity) + " " + word(each.reason) + " " + each.subject + ": " + each.explanation;
    }
    const auto& events = record.events();
    for (std::size_t i = events.size() > 25 ? events.size() - 25 : 0; i < events.size(); ++i) {
        text += "\n  " + to_rfc3339(events[i].time) + " " + word(events[i].type) + " " + events[i].text.substr(0, 200);
    }
    return text;
}

std::string WatchedServer::decision() const {
    if (const auto* refused = std::get_if<Refused>(&last_.decision)) return refused->why;
    return std::holds_alternative<HealPlan>(last_.decision) ? "heal" : "nothing_to_do";
}

std::string WatchedServer::everything_names() const {
    std::vector<std::string> named;
    const auto add = [&](const std::string& hex) {
        for (const auto& [store, certificates] : world.stores) {
            for (const auto& each : certificates) {
                if (each.certificate.thumbprint.to_string() == hex || each.certificate.hash.to_string() == hex) {
                    named.push_back(each.certificate.serial);
                    return;
                }
            }
        }
        named.push_back(hex.empty() ? "nothing" : hex.substr(0, 6));
    };
    for (const AddressFamily family : {kIpv4, kIpv6}) {
        const ListenerBinding* record_here = world.binding_at(Endpoint::wildcard(family, world.port()));
        if (record_here) add(to_hex(record_here->certificate));
    }
    for (const SstpValue value : {SstpValue::sha1_certificate_hash, SstpValue::sha256_certificate_hash}) {
        const auto found = world.parameters.find(value);
        add(found == world.parameters.end() ? std::string{} : to_hex(found->second.data));
    }
    std::sort(named.begin(), named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());
    std::string all;
    for (const std::string& each : named) all += (all.empty() ? "" : " and ") + each;
    return all;
}

}  // namespace sstp::test

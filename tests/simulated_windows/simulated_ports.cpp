#include "tests/simulated_windows/simulated_ports.h"

#include <algorithm>

namespace sstp::simulated {

namespace {

/// For calls that have no way to fail: our process may still die at them.
void pass_through(World& world, PortCall call) {
    const Verdict verdict = world.enter(call);
    if (verdict.effect == Effect::crashes_before || verdict.effect == Effect::crashes_after) throw Crash{};
}

}  // namespace

bool SimulatedClock::pause(Duration how_long) {
    pass_through(world_, PortCall::clock_pause);
    if (world_.stop_requested) return false;
    world_.advance(how_long);
    return !world_.stop_requested;
}

void SimulatedClock::wait(Duration how_long) {
    pass_through(world_, PortCall::clock_pause);
    world_.advance(how_long);
}

bool SimulatedClock::is_synchronised() {
    pass_through(world_, PortCall::clock_synchronised);
    return world_.time_synchronised;
}

Result<Sessions> SimulatedSessions::read(Duration) {
    constexpr char kOperation[] = "count the VPN sessions";
    return world_.call(PortCall::sessions_read, kOperation, "", [&]() -> Result<Sessions> {
        if (!world_.running(kRemoteAccess)) {
            return Error{ErrorKind::source_unavailable, kOperation, "", 1722, "the RPC server is unavailable"};
        }
        if (!world_.traits.sessions_can_be_read) return Error{ErrorKind::access_denied, kOperation, "", 5, "access is denied"};
        Sessions counted;
        for (const OpenSession& each : world_.sessions) {
            TunnelSessions& of = each.sstp ? counted.sstp : counted.others;
            ++of.open;
            const WallTime began = world_.wall - (world_.elapsed - each.began);
            of.newest_began = of.newest_began ? std::max(*of.newest_began, began) : began;
        }
        return counted;
    });
}

MachineIdentity SimulatedMachine::identity() {
    pass_through(world_, PortCall::machine);
    return world_.machine;
}

std::string SimulatedMachine::domain() {
    pass_through(world_, PortCall::machine);
    return world_.domain;
}

bool SimulatedMachine::has_directaccess_or_nlb() {
    pass_through(world_, PortCall::machine);
    return world_.directaccess_or_nlb;
}

std::vector<IpAddress> SimulatedMachine::addresses() { return world_.addresses; }

GroupPolicyValues SimulatedGroupPolicy::read() {
    const auto got = world_.call(PortCall::group_policy_read, "read", "SOFTWARE\\Policies\\SSTP Watchdog",
                                 [&]() -> Result<GroupPolicyValues> { return world_.group_policy; });
    if (got) return *got;
    if (got.error().kind == ErrorKind::not_found) return {};
    const Unreadable why{got.error()};
    return {why, why, why, why, why, why, why};
}

Observed<std::string> SimulatedKillSwitch::read() {
    const auto got = world_.call(PortCall::kill_switch_read, "read the kill switch", "Mode", [&]() -> Result<Observed<std::string>> {
        if (!world_.kill_switch) return Observed<std::string>{Absent{}};
        const auto text = decode_text(*world_.kill_switch);
        if (const auto* value = value_of(text)) return Observed<std::string>{*value};
        return Observed<std::string>{to_hex(world_.kill_switch->data)};
    });
    if (got) return *got;
    if (got.error().kind == ErrorKind::not_found) return Absent{};
    return Unreadable{got.error()};
}

Result<std::string> SimulatedFiles::read(const std::string& path, std::size_t most) {
    return world_.call(PortCall::files_read, "read", path, [&]() -> Result<std::string> {
        const auto found = world_.files.find(path);
        if (found == world_.files.end()) return Error{ErrorKind::not_found, "read", path, 2, "not found"};
        if (found->second.size() > most) return Error{ErrorKind::malformed, "read", path, 0, "larger than allowed"};
        return found->second;
    });
}

Result<void> SimulatedFiles::replace(const std::string& path, const std::string& content) {
    return world_.call(PortCall::files_replace, "replace", path, [&]() -> Result<void> {
        world_.files[path] = content;
        ++world_.files_replaced;
        return {};
    });
}

Result<void> SimulatedEventSink::report(const JournalEvent& event, const std::string& /*id*/) {
    return world_.call(PortCall::event_sink_report, "report to", "the event log", [&]() -> Result<void> {
        if (world_.keeps_told) world_.event_sink.push_back(event);
        return {};
    });
}

Result<RecordContents> SimulatedRecord::load() {
    return world_.call(PortCall::record_load, "load", "state.db", [&] { return inner_.load(); });
}

Result<std::uint64_t> SimulatedRecord::commit(const RecordUpdate& update) {
    return world_.call(PortCall::record_commit, "commit to", "state.db", [&] { return inner_.commit(update); });
}

Result<std::vector<JournalEvent>> SimulatedRecord::journal(std::optional<WallTime> since, std::size_t most) {
    return world_.call(PortCall::record_journal, "read", "state.db", [&] { return inner_.journal(since, most); });
}

ProcessPorts::ProcessPorts(World& world, Record& record, Forwarding* forwarding)
    : clock_(world),
      certificates_(world),
      bindings_(world),
      parameters_(world),
      services_(world),
      probe_(world),
      sessions_(world),
      machine_(world),
      group_policy_(world),
      kill_switch_(world),
      files_(world),
      event_log_(world),
      record_(world, record),
      event_sink_(world),
      forwarding_(forwarding == nullptr ? nobody_ : *forwarding) {}

ProcessPorts::operator Ports() {
    return {clock_,     certificates_, bindings_,   parameters_, services_, probe_,   kill_switch_, files_,
            event_log_, record_,       event_sink_, forwarding_, sessions_, machine_, group_policy_};
}

}  // namespace sstp::simulated

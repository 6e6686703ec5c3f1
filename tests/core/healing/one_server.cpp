#include "tests/core/healing/one_server.h"

#include <algorithm>
#include <memory>

namespace sstp::healing_test {

using namespace std::chrono_literals;

Verdict AtCall::on_call(PortCall call, std::uint64_t number) {
    if (number != number_) return {};
    met_ = call;
    return verdict_;
}

Verdict EveryCall::on_call(PortCall call, std::uint64_t) {
    if (call != kind_ || after_-- > 0) return {};
    return times_-- > 0 ? verdict_ : Verdict{};
}

Verdict AtKind::on_call(PortCall call, std::uint64_t) {
    if (call == kind_ && ++seen_ == nth_) due_ = true;
    return {};
}

void AtKind::between_calls(World& world) {
    if (!due_) return;
    due_ = false;
    acted_ = true;
    act_(world);
}

Result<std::uint64_t> KeptRecord::commit(const RecordUpdate& update) {
    ++commits;
    if (update.contents) {
        const std::uint64_t sequence = contents.last_sequence;
        const RunningClock running = contents.running;
        contents = *update.contents;
        contents.last_sequence = sequence;
        contents.running = running;
        if (world) contents.running = {running_time(running, world->monotonic), world->monotonic};
    }
    for (JournalEvent event : update.events) {
        event.sequence = ++contents.last_sequence;
        events.push_back(std::move(event));
    }
    return contents.last_sequence;
}

Footprint Footprint::of(const World& world) {
    Footprint print{world.bindings, world.parameters, {}, world.rras.sha256};
    std::sort(print.bindings.begin(), print.bindings.end(), [](const auto& a, const auto& b) { return a.endpoint < b.endpoint; });
    for (const auto& [name, service] : world.services) print.services[name] = service.status.state;
    return print;
}

std::string difference(const Footprint& a, const Footprint& b) {
    std::string text;
    if (a.bindings != b.bindings) text += " bindings";
    if (a.parameters != b.parameters) text += " parameters";
    if (a.services != b.services) text += " services";
    if (a.rras != b.rras) text += " rras";
    return text;
}

Server::Server() {
    record.world = &world;
    new_process();
}

Server::Server(const Server& other)
    : world(other.world),
      record(other.record),
      policy(other.policy),
      memory(other.memory),
      asked_by_administrator(other.asked_by_administrator),
      user(other.user),
      kill_switch(other.kill_switch),
      complaints_(other.complaints_),
      log_read_(other.log_read_),
      before_(other.before_) {
    record.world = &world;
    new_process();
}

void Server::new_process() { process_ = std::make_unique<simulated::ProcessPorts>(world, record); }

Ports Server::ports() { return *process_; }

std::pair<ServerState, Assessment> Server::look_with(Memory& of) {
    std::vector<Complaint> fresh;
    Ports all = ports();
    ServerState state = observe(all, policy, {{"vpn.example.com"}, false});
    for (; log_read_ < world.log.size(); ++log_read_) {
        const LogEvent& event = world.log[log_read_];
        if (event.from_rassstp()) fresh.push_back({event.id, event.time, false});
    }
    of.held = held_after(of.held, state);
    complaints_ = complaints_after(complaints_, fresh, state);
    of.complaints = complaints_.present;
    of.up_time = world.monotonic.since_boot;
    Assessment assessment = assess(state, policy, of);
    return {std::move(state), std::move(assessment)};
}

std::pair<ServerState, Assessment> Server::look() {
    memory.held = record.contents.held;
    memory.refused_by_http_sys.clear();
    for (const auto& [hash, refused] : record.contents.refused_keys) memory.refused_by_http_sys[hash] = refused.text;
    auto seen = look_with(memory);
    record.contents.held = memory.held;
    return seen;
}

std::map<AddressFamily, Level> Server::levels() { return look().second.levels; }

void Server::settle() {
    auto [state, assessment] = look();
    const Certificate active = *assessment.desired.active;
    memory.learned = Learned{names_on(active), names_on(active).front(), authority_of(active), active.hash, world.wall};
    memory.proven = Proven{active, authority_of(active), world.wall, {}};
    simulated::clients_dial(world);
    assessment = look().second;
    memory.proven->levels = assessment.levels;
    before_ = assessment.levels;
    world.writes.clear();
    world.restarts_of_rras = 0;
}

std::optional<HealPlan> Server::plan() {
    auto [state, assessment] = look();
    planned_on_ = std::move(state);
    DecisionInput input{.state = planned_on_,
                        .assessment = assessment,
                        .policy = policy,
                        .memory = memory,
                        .activity = {},
                        .charges = record.contents.charges,
                        .attempts = record.contents.attempts,
                        .open_heal = {},
                        .policy_fingerprint = {},
                        .free_writes = {},
                        .outages = {},
                        .caused_by = {},
                        .awaited_client_overdue = {},
                        .now = {world.wall, world.monotonic},
                        .running = running_time(record.contents.running, world.monotonic),
                        .local_offset = {},
                        .machine_key = {},
                        .asked_by_administrator = asked_by_administrator};
    for (const auto& [family, level] : assessment.levels) before_[family] = level;
    return decide(input).plan;
}

HealContext Server::context(const Memory& of) {
    static thread_local std::optional<Ports> kept;
    kept.emplace(ports());
    HealContext context{*kept, policy, of, &planned_on_, before_, asked_by_administrator, user, {}, {}};
    context.may_change = may_change ? may_change : [this] { return !kill_switch; };
    context.look = [this](Memory& now) { return look_with(now); };
    context.on_progress = [this](const std::string& line) { lines.push_back(line); };
    return context;
}

std::optional<HealOutcome> Server::run(const HealPlan& plan) {
    crashed_ = false;
    const Memory of = memory;
    HealContext with = context(of);
    try {
        return run_heal(with, plan);
    } catch (const simulated::Crash&) {
        crashed_ = true;
        return std::nullopt;
    }
}

std::optional<HealPlan> Server::plan_for(const Certificate& target) {
    for (int i = 0; i < 2 * 24 * 60; ++i) {
        if (auto found = plan(); found && found->target.hash == target.hash) return found;
        world.advance(std::chrono::minutes{1});
    }
    return std::nullopt;
}

std::optional<HealOutcome> Server::heal() {
    const auto planned = plan();
    if (!planned) return std::nullopt;
    return run(*planned);
}

std::optional<HealOutcome> Server::recover_open_heal() {
    crashed_ = false;
    memory.held = record.contents.held;
    const Memory of = memory;
    HealContext with = context(of);
    try {
        return recover(with);
    } catch (const simulated::Crash&) {
        crashed_ = true;
        return std::nullopt;
    }
}

std::vector<std::string> Server::start_what_we_stopped(Duration most, const std::function<void(const std::string&)>& on_progress) {
    Ports all = ports();
    return sstp::start_what_we_stopped(all, most, on_progress);
}

void Server::live_on(int cycles) {
    for (int i = 0; i < cycles; ++i) {
        if (record.contents.open_heal) (void)recover_open_heal();
        if (!record.contents.open_heal) (void)heal();
        world.advance(5min);
    }
}

std::size_t Server::told(EventType type) const {
    return static_cast<std::size_t>(
        std::count_if(record.events.begin(), record.events.end(), [=](const auto& each) { return each.type == type; }));
}

std::size_t Server::writes(PortCall call) const {
    return static_cast<std::size_t>(
        std::count_if(world.writes.begin(), world.writes.end(), [=](const auto& each) { return each.call == call; }));
}

std::string Server::everything_names() const {
    std::string names;
    const auto add = [&](const Bytes& bytes) {
        std::string name = bytes.empty() ? "nothing" : to_hex(bytes).substr(0, 8);
        for (const auto& each : world.stores.at("MY")) {
            if (bytes == each.certificate.thumbprint.to_vector() || bytes == each.certificate.hash.to_vector()) {
                name = each.certificate.thumbprint == cert1().thumbprint   ? "1"
                       : each.certificate.thumbprint == cert2().thumbprint ? "2"
                                                                           : "3";
            }
        }
        if (names.empty())
            names = name;
        else if (names != name)
            names += " and " + name;
    };
    for (const AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
        const ListenerBinding* record_there = world.binding_at(Endpoint::wildcard(family, 443));
        add(record_there ? record_there->certificate : Bytes{});
    }
    for (const SstpValue value : {SstpValue::sha1_certificate_hash, SstpValue::sha256_certificate_hash}) {
        const auto found = world.parameters.find(value);
        add(found == world.parameters.end() ? Bytes{} : found->second.data);
    }
    return names;
}

std::vector<std::string> Server::charges() const {
    std::vector<std::string> kinds;
    for (const BudgetCharge& each : record.contents.charges) kinds.emplace_back(word(each.what));
    return kinds;
}

Certificate cert1() { return simulated::make_certificate(1); }
Certificate cert2() { return simulated::newer_certificate(2); }

void expire(World& world) {
    simulated::add_certificate(world, cert2());
    simulated::stored(world, cert1().thumbprint)->certificate.not_after = world.wall - 1min;
}

}  // namespace sstp::healing_test

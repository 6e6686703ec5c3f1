// What a cycle costs: the watchdog looks for years, so the look at a healthy server is the product's whole consumption.
// Compare lines of one run with each other; absolute times of shared machines mean little.

#include "core/diagnosis/assess.h"
#include "core/observation/observe.h"
#include "core/policy/read_policy.h"
#include "core/record/memory_record.h"
#include "core/watchdog/watchdog.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <utility>

namespace {

using namespace sstp;
using namespace sstp::simulated;

void reading_the_policy(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(read_policy("{}"));
}

/// A healthy server, and one process that looks at it.
struct Machine {
    World world = healthy_world();
    MemoryRecord record{"0123456789abcdef0123456789abcdef"};
    ProcessPorts process{world, record};
    Ports ports = process;
};

ServerState observed(Machine& machine, const Policy& policy) { return observe(machine.ports, policy, {.names = {"vpn.example.com"}}); }

void observing(benchmark::State& state) {
    Machine machine;
    const Policy policy;
    for (auto _ : state) benchmark::DoNotOptimize(observed(machine, policy));
}

void assessing(benchmark::State& state) {
    Machine machine;
    const Policy policy;
    const Memory memory;
    const ServerState seen = observed(machine, policy);
    for (auto _ : state) benchmark::DoNotOptimize(assess(seen, policy, memory));
}

/// So many certificates of other sites in the store, as a server that hosts many has them, and so many records of exact addresses.
void fill(World& world, std::int64_t certificates, std::int64_t records) {
    for (std::int64_t number = 2; number <= certificates; ++number) {
        const auto seed = static_cast<std::uint64_t>(1000 + number);
        add_certificate(
            world, make_certificate(seed, {fmt::format("site-{}.example.net", number), fmt::format("www.site-{}.example.net", number)}));
    }
    const Certificate active = world.stores["MY"].front().certificate;
    for (std::int64_t number = 2; number < records; ++number) bind_host_name(world, fmt::format("site-{}.example.net", number), active);
}

/// The store as its adapter gives it while nothing changes: one list, read once. What reading it costs is the adapter's.
class UnchangedStore final : public Certificates {
public:
    explicit UnchangedStore(Certificates& store) : store_(store) {}

    Result<CertificateList> list(const CertificateQuery& query) override {
        if (!list_ || query.open_keys_anew) {
            auto read = store_.list(query);
            if (!read) return read;
            list_ = *std::move(read);
        }
        return *list_;
    }
    Result<bool> holds(const Thumbprint& certificate) override { return store_.holds(certificate); }
    Result<void> archive(const Thumbprint& certificate) override { return store_.archive(certificate); }
    Result<void> remove(const Thumbprint& certificate) override { return store_.remove(certificate); }

private:
    Certificates& store_;
    std::optional<CertificateList> list_;
};

Ports with_store(const Ports& ports, Certificates& store) {
    return {ports.clock,       store,         ports.bindings,    ports.parameters, ports.services,   ports.probe,
            ports.kill_switch, ports.files,   ports.event_log,   ports.record,     ports.event_sink, ports.forwarding,
            ports.sessions,    ports.machine, ports.group_policy};
}

/// A cycle over a server that nobody has changed since the last one. What `calls` and `keys_opened` count is per cycle.
void idle_cycle_of_a_store(benchmark::State& state) {
    Machine machine;
    fill(machine.world, state.range(0), state.range(1));
    machine.world.files["policy.json"] = "{}";
    WatchdogOptions options;
    options.policy_file = "policy.json";
    UnchangedStore store{machine.ports.certificates};
    Watchdog watchdog(with_store(machine.ports, store), options);
    watchdog.start();
    watchdog.cycle({Wake::timer});
    const std::uint64_t calls = machine.world.calls;
    const std::uint64_t keys = machine.world.keys_opened;
    for (auto _ : state) benchmark::DoNotOptimize(watchdog.cycle({Wake::timer}));
    const auto each = benchmark::Counter::kAvgIterations;
    state.counters["calls"] = {static_cast<double>(machine.world.calls - calls), each};
    state.counters["keys_opened"] = {static_cast<double>(machine.world.keys_opened - keys), each};
}

/// From the start of a process to the end of its first cycle.
void first_cycle_of_a_store(benchmark::State& state) {
    Machine machine;
    fill(machine.world, state.range(0), state.range(1));
    machine.world.files["policy.json"] = "{}";
    WatchdogOptions options;
    options.policy_file = "policy.json";
    const std::uint64_t keys = machine.world.keys_opened;
    for (auto _ : state) {
        ProcessPorts process{machine.world, machine.record};
        Ports ports = process;
        Watchdog watchdog(ports, options);
        watchdog.start();
        benchmark::DoNotOptimize(watchdog.cycle({Wake::service_start}));
    }
    state.counters["keys_opened"] = {static_cast<double>(machine.world.keys_opened - keys), benchmark::Counter::kAvgIterations};
}

void whole_cycle_over_a_healthy_server(benchmark::State& state) {
    Machine machine;
    machine.world.files["policy.json"] = "{}";
    WatchdogOptions options;
    options.policy_file = "policy.json";
    options.writes_status = state.range(0) != 0;
    Watchdog watchdog(machine.ports, options);
    watchdog.start();
    for (auto _ : state) benchmark::DoNotOptimize(watchdog.cycle({Wake::timer}));
}

BENCHMARK(reading_the_policy);
BENCHMARK(observing);
BENCHMARK(assessing);
BENCHMARK(whole_cycle_over_a_healthy_server)->Arg(0)->Arg(1)->ArgName("writes_status");
BENCHMARK(idle_cycle_of_a_store)
    ->ArgsProduct({{10, 1'000, 10'000}, {2, 1'000}})
    ->ArgNames({"certificates", "records"})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(first_cycle_of_a_store)
    ->ArgsProduct({{10, 1'000, 10'000}, {2}})
    ->ArgNames({"certificates", "records"})
    ->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();

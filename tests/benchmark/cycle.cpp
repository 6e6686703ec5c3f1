// What a cycle costs: the watchdog looks for years, so the look at a healthy server is the product's whole consumption.
// Compare lines of one run with each other; absolute times of shared machines mean little.

#include "core/diagnosis/diagnose.h"
#include "core/observation/observe.h"
#include "core/policy/read_policy.h"
#include "core/record/memory_record.h"
#include "core/watchdog/watchdog.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

#include <benchmark/benchmark.h>

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

void observing(benchmark::State& state) {
    Machine machine;
    const Policy policy;
    for (auto _ : state) benchmark::DoNotOptimize(observe(machine.ports, policy, {"vpn.example.com"}));
}

void diagnosing(benchmark::State& state) {
    Machine machine;
    const Policy policy;
    const Memory memory;
    const ServerState seen = observe(machine.ports, policy, {"vpn.example.com"});
    for (auto _ : state) benchmark::DoNotOptimize(diagnose({seen, policy, memory, seen.looked_at.wall}));
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
BENCHMARK(diagnosing);
BENCHMARK(whole_cycle_over_a_healthy_server)->Arg(0)->Arg(1)->ArgName("writes_status");

}  // namespace

BENCHMARK_MAIN();

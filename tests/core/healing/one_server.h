#pragma once

#include "core/healing/heal.h"
#include "core/observation/observe.h"
#include "core/record/memory_record.h"
#include "core/journal/catalogue.h"
#include "core/watchdog/watchdog.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sstp::simulated {

inline constexpr char kPolicyFile[] = "data/policy.json";

/// Fails, lies or dies at one call, and is honest at every other.
class AtCall final : public Adversary {
public:
    AtCall(std::uint64_t number, Verdict verdict) : number_(number), verdict_(verdict) {}

    Verdict on_call(PortCall call, std::uint64_t number) override {
        if (number != number_) return {};
        met_ = call;
        return verdict_;
    }
    /// The call that the verdict met; nothing when the run was over before.
    [[nodiscard]] std::optional<PortCall> met() const { return met_; }

private:
    std::uint64_t number_;
    Verdict verdict_;
    std::optional<PortCall> met_;
};

/// Meets every call of a kind with the same verdict, so many times.
class EveryCall final : public Adversary {
public:
    EveryCall(PortCall kind, Verdict verdict, int times) : kind_(kind), verdict_(verdict), times_(times) {}

    Verdict on_call(PortCall call, std::uint64_t) override { return call == kind_ && times_-- > 0 ? verdict_ : Verdict{}; }

private:
    PortCall kind_;
    Verdict verdict_;
    int times_;
};

/// Does something to the world right behind the n-th call of a kind.
class AtKind final : public Adversary {
public:
    AtKind(PortCall kind, int nth, std::function<void(World&)> act) : kind_(kind), nth_(nth), act_(std::move(act)) {}

    Verdict on_call(PortCall call, std::uint64_t) override {
        if (call == kind_ && ++seen_ == nth_) due_ = true;
        return {};
    }
    void between_calls(World& world) override {
        if (!due_) return;
        due_ = false;
        acted_ = true;
        act_(world);
    }
    [[nodiscard]] int seen() const { return seen_; }
    [[nodiscard]] bool acted() const { return acted_; }

private:
    PortCall kind_;
    int nth_;
    std::function<void(World&)> act_;
    int seen_ = 0;
    bool due_ = false;
    bool acted_ = false;
};

/// What must be as it was, or healthy: everything that a heal may change, without times.
struct Footprint {
    std::vector<ListenerBinding> bindings;
    std::map<SstpValue, RawValue> parameters;
    std::map<std::string, ServiceState> services;
    RrasInMemory rras;

    static Footprint of(const World& world) {
        Footprint print{world.bindings, world.parameters, {}, world.rras};
        std::sort(print.bindings.begin(), print.bindings.end(), [](const auto& a, const auto& b) { return a.endpoint < b.endpoint; });
        for (const auto& [name, service] : world.services) print.services[name] = service.status.state;
        return print;
    }
    friend bool operator==(const Footprint& a, const Footprint& b) {
        return a.bindings == b.bindings && a.parameters == b.parameters && a.services == b.services && a.rras.sha256 == b.rras.sha256 &&
               a.rras.sha1 == b.rras.sha1;
    }
};

inline std::string difference(const Footprint& a, const Footprint& b) {
    std::string text;
    if (a.bindings != b.bindings) text += " bindings";
    if (a.parameters != b.parameters) text += " parameters";
    if (a.services != b.services) text += " services";
    if (a.rras.sha256 != b.rras.sha256 || a.rras.sha1 != b.rras.sha1) text += " rras";
    return text;
}

inline bool clients_connect(const World& world) {
    return world.client_connects(AddressFamily::ipv4, "vpn.example.com") && world.client_connects(AddressFamily::ipv6, "vpn.example.com");
}

/// A server, its record, and processes of ours that come and go.
struct Server {
    World world = healthy_world();
    MemoryRecord record{"0123456789abcdef0123456789abcdef"};

    Server() { world.files[kPolicyFile] = "{}"; }

    /// Whatever was told has the fields that the catalogue promises, and no other.
    ~Server() {
        for (const JournalEvent& event : record.events()) {
            for (const std::string& field : uncatalogued_fields(event))
                ADD_FAILURE() << word(event.type) << " has a field \"" << field << '"';
        }
    }

    static WatchdogOptions options() {
        WatchdogOptions options;
        options.policy_file = kPolicyFile;
        options.data_folder = "data";
        options.version = "1.0.0";
        options.computer = "vpn1";
        return options;
    }

    /// A process that starts and runs cycles; false when it died.
    bool process(int cycles, const Wakes& wakes = {Wake::service_start}, std::vector<CycleReport>* reports = nullptr) {
        ProcessPorts ports{world, record};
        try {
            Watchdog watchdog{ports, options()};
            watchdog.start();
            for (int i = 0; i < cycles; ++i) {
                CycleReport report = watchdog.cycle(i == 0 ? wakes : Wakes{Wake::timer});
                if (reports) reports->push_back(std::move(report));
                world.advance(watchdog.next_look());
            }
        } catch (const Crash&) {
            return false;
        }
        return true;
    }

    [[nodiscard]] std::size_t told(EventType type) const {
        std::size_t count = 0;
        for (const JournalEvent& event : record.events()) count += event.type == type ? 1 : 0;
        return count;
    }
};

}  // namespace sstp::simulated

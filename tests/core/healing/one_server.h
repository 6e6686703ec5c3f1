#pragma once

#include "core/decision/decide.h"
#include "core/healing/heal.h"
#include "core/observation/observe.h"
#include "core/watchdog/held.h"
#include "tests/simulated_windows/healthy_world.h"
#include "tests/simulated_windows/simulated_ports.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sstp::healing_test {

using simulated::Effect;
using simulated::PortCall;
using simulated::Verdict;
using simulated::World;

/// Fails, lies or dies at one call, and is honest at every other.
class AtCall final : public simulated::Adversary {
public:
    AtCall(std::uint64_t number, Verdict verdict) : number_(number), verdict_(verdict) {}
    Verdict on_call(PortCall call, std::uint64_t number) override;
    /// The call that the verdict met; nothing when the run was over before.
    [[nodiscard]] std::optional<PortCall> met() const { return met_; }

private:
    std::uint64_t number_;
    Verdict verdict_;
    std::optional<PortCall> met_;
};

/// Meets calls of a kind with the same verdict, so many times, after as many that went well.
class EveryCall final : public simulated::Adversary {
public:
    EveryCall(PortCall kind, Verdict verdict, int times, int after = 0) : kind_(kind), verdict_(verdict), times_(times), after_(after) {}
    Verdict on_call(PortCall call, std::uint64_t number) override;

private:
    PortCall kind_;
    Verdict verdict_;
    int times_, after_;
};

/// Does something to the world right behind the n-th call of a kind.
class AtKind final : public simulated::Adversary {
public:
    AtKind(PortCall kind, int nth, std::function<void(World&)> act) : kind_(kind), nth_(nth), act_(std::move(act)) {}
    Verdict on_call(PortCall call, std::uint64_t number) override;
    void between_calls(World& world) override;
    [[nodiscard]] int seen() const { return seen_; }
    [[nodiscard]] bool acted() const { return acted_; }

private:
    PortCall kind_;
    int nth_;
    std::function<void(World&)> act_;
    int seen_ = 0;
    bool due_ = false, acted_ = false;
};

/// The state database as a value: what is committed survives, what is not does not.
class KeptRecord final : public Record {
public:
    RecordContents contents;
    std::vector<JournalEvent> events;
    std::uint64_t commits = 0;
    World* world = nullptr;
    std::optional<Error> unreadable;

    KeptRecord() { contents.installation_id = std::string(32, 'a'); }
    Result<RecordContents> load() override { return unreadable ? Result<RecordContents>{*unreadable} : contents; }
    Result<std::uint64_t> commit(const RecordUpdate& update) override;
    Result<std::vector<JournalEvent>> journal(std::optional<WallTime>, std::size_t) override { return events; }
};

/// Everything that a heal may change, and what RRAS holds; without times.
struct Footprint {
    std::vector<ListenerBinding> bindings;
    std::map<SstpValue, RawValue> parameters;
    std::map<std::string, ServiceState> services;
    std::optional<CertificateHash> rras;

    static Footprint of(const World& world);
    friend bool operator==(const Footprint&, const Footprint&) = default;
};
std::string difference(const Footprint& a, const Footprint& b);

/// One server with one record, and processes of ours that come and go. Each process looks as the cycle does: observation, what
/// RRAS holds, complaints, assessment.
class Server {
public:
    World world = simulated::healthy_world();
    KeptRecord record;
    Policy policy;
    Memory memory;                               ///< what the cycle remembers between looks; learned and proven after `settle`
    bool asked_by_administrator = false;
    std::string user;                            ///< the account that asked
    bool kill_switch = false;                    ///< what the cycle makes of it
    std::function<bool()> may_change;            ///< nothing: !kill_switch
    std::vector<std::string> lines;              ///< what heals said as they went on

    Server();
    Server(const Server& other);
    Server& operator=(const Server&) = delete;

    /// Names and CA are learned, all is proven at level 3, what RRAS holds is known.
    void settle();
    /// The process is new: the SCM's notices of before are gone.
    void new_process();

    std::pair<ServerState, Assessment> look();
    std::map<AddressFamily, Level> levels();
    /// What the decision would have done, whatever the gates that time opens say.
    std::optional<HealPlan> plan();
    /// Time goes on, with looks, until the plan puts this one in force: planned work in its window. Nothing: not within two days.
    std::optional<HealPlan> plan_for(const Certificate& target);
    /// Plans and heals. A process that dies leaves nothing but the world and the record; nothing then, and no plan: nothing either.
    std::optional<HealOutcome> heal();
    std::optional<HealOutcome> run(const HealPlan& plan);
    std::optional<HealOutcome> recover_open_heal();
    std::vector<std::string> start_what_we_stopped(Duration most, const std::function<void(const std::string&)>& on_progress = {});
    /// Later processes: recovery, then heals as long as something is to be done, at most so many.
    void live_on(int cycles);

    [[nodiscard]] bool connects(AddressFamily family) const { return world.client_connects(family, "vpn.example.com"); }
    [[nodiscard]] bool all_connect() const { return connects(AddressFamily::ipv4) && connects(AddressFamily::ipv6); }
    [[nodiscard]] std::size_t told(EventType type) const;
    [[nodiscard]] std::size_t writes(PortCall call) const;
    [[nodiscard]] bool crashed() const { return crashed_; }
    /// "1", "2": the certificate that both records and both hashes name; else a list.
    [[nodiscard]] std::string everything_names() const;
    [[nodiscard]] std::vector<std::string> charges() const;

private:
    HealContext context(const Memory& of);
    Ports ports();
    std::pair<ServerState, Assessment> look_with(Memory& of);

    std::unique_ptr<simulated::ProcessPorts> process_;
    ComplaintsByStart complaints_;
    std::size_t log_read_ = 0;
    std::map<AddressFamily, Level> before_;
    ServerState planned_on_;   // what the look of the last plan saw
    bool crashed_ = false;
};

Certificate cert1();
Certificate cert2();   ///< a fit newer one of the same CA and name
/// The certificate in force ends, and a fit successor is in the store.
void expire(World& world);

/// One server that the watchdog has known for a while.
class OneServerTest : public testing::Test {
protected:
    void SetUp() override { server.settle(); }
    /// What Windows did not answer bears no code: no call answers 1 here, and 0 is no error.
    void TearDown() override {
        for (const JournalEvent& each : server.record.events) {
            const auto code = each.fields.find("error_code");
            EXPECT_TRUE(code == each.fields.end() || (code->second != "1" && code->second != "0")) << each.text;
            EXPECT_EQ(std::string::npos, each.text.find("(1)")) << each.text;
        }
    }
    /// Our process dies behind the n-th call of a kind in a heal.
    void die_behind(simulated::PortCall kind, int nth) {
        EveryCall dies{kind, {simulated::Effect::crashes_after}, 1, nth - 1};
        world.adversary = &dies;
        (void)server.heal();
        world.adversary = nullptr;
        ASSERT_TRUE(server.crashed());
        ASSERT_TRUE(server.record.contents.open_heal);
        server.new_process();
    }
    static void expect_result(HealResult expected, const std::optional<HealOutcome>& outcome) {
        ASSERT_TRUE(outcome) << "nothing was to be done, or the process died";
        EXPECT_STREQ(word(expected), word(outcome->result)) << outcome->explanation;
        EXPECT_EQ(std::string::npos, outcome->explanation.find("(1)")) << "Windows answered no 1 here: " << outcome->explanation;
    }
    /// The unit, the services and what RRAS holds are as they were found.
    void expect_as_found(const Footprint& found) {
        EXPECT_EQ(found, Footprint::of(server.world)) << difference(found, Footprint::of(server.world));
    }
    /// A service that needs RemoteAccess.
    void add_dependant(const std::string& name, ServiceState state = ServiceState::running) {
        simulated::SimulatedService service = world.services["RemoteAccess"];
        service.status.name = name;
        service.status.state = state;
        service.depends_on = {"RemoteAccess"};
        world.services[name] = service;
    }
    /// Planned work: the old one is fit, its successor waits.
    void renew() { add_certificate(world, cert2()); }

    Server server;
    World& world = server.world;
};

}  // namespace sstp::healing_test

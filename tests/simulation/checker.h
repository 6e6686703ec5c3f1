#pragma once

#include "core/model/journal.h"
#include "tests/simulation/scene.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sstp::simulation {

/// One promise, judged while a run goes on: one small file each in checkers/. What is exempt says why in Windows, beside it.
class Checker {
public:
    using Write = simulated::Write;

    Checker(std::string promise, const Scene& of) : scene(of), promise_(std::move(promise)) {}
    virtual ~Checker() = default;
    Checker(const Checker&) = delete;
    Checker& operator=(const Checker&) = delete;

    virtual void others_act(const Due& /*what*/) {}          ///< just before
    virtual void others_acted(const Due& /*what*/) {}
    virtual void wrote(const Write& /*write*/) {}            ///< the product changed something, and the call is over
    virtual void committed(const std::vector<JournalEvent>& /*events*/) {}   ///< durable, with their numbers
    virtual void heal_began(const OpenHeal& /*heal*/) {}
    virtual void heal_ended(const OpenHeal& /*heal*/) {}     ///< as it stood in the record before it was closed
    virtual void clients_changed(const ClientView& /*before*/) {}
    virtual void cycle_began() {}
    virtual void cycle_ended(const CycleReport& /*report*/) {}
    virtual void process_ended(bool /*machine_too*/) {}
    virtual void run_ended(const CycleReport& /*last*/) {}   ///< all is calm, and the product had time

protected:
    [[noreturn]] void broken(const std::string& explanation) const { throw Violation{promise_, explanation, scene.world().calls}; }
    const Scene& scene;

private:
    std::string promise_;
};

/// All of them, in the order of DESIGN section 1, then those of issue 10.
std::vector<std::unique_ptr<Checker>> all_checkers(const Scene& scene);

}  // namespace sstp::simulation

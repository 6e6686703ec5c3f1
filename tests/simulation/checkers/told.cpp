// 8. Every intent and outcome reaches the journal, in order; what comes and goes comes in pairs.

#include "tests/simulation/checkers/checkers.h"

#include <map>
#include <set>

namespace sstp::simulation {

namespace {

class Told final : public Checker {
public:
    explicit Told(const Scene& of) : Checker("told", of) {}

    void committed(const std::vector<JournalEvent>& events) override {
        for (const JournalEvent& each : events) {
            if (each.sequence <= last_) broken("the journal's numbers went back from " + std::to_string(last_));
            last_ = each.sequence;
            if (each.text.empty()) broken(std::string{"nothing is said by "} + word(each.type));
            const std::string heal = field_of(each, "heal_id");
            if (heal.empty()) continue;
            if (each.type == EventType::heal_started && !begun_.insert(heal).second) broken("a heal was told to begin twice: " + heal);
            if (ends_a_heal(each)) ended_.insert(heal);
        }
    }

    void wrote(const Write& write) override {
        if (write.call == PortCall::bindings_put && scene.record.open_heal && !begun_.contains(scene.record.open_heal->id) &&
            !scene.storage_is_troubled()) {
            broken("a change was made and no heal was told to begin");
        }
    }

    void run_ended(const CycleReport&) override {
        if (scene.storage_is_troubled()) return;
        for (const std::string& heal : begun_) {
            const bool open = scene.record.open_heal && scene.record.open_heal->id == heal;
            if (!open && !ended_.contains(heal)) broken("nobody was told how heal " + heal + " ended");
        }
    }

private:
    /// One that lay in a database which could not be read is ended by the heal that was begun beside it.
    static bool ends_a_heal(const JournalEvent& event) {
        const EventType type = event.type;
        return type == EventType::heal_succeeded || type == EventType::heal_undone || type == EventType::heal_failed ||
               type == EventType::recovery_given_up ||
               (type == EventType::recovered_after_crash && field_of(event, "outcome") == "overtaken");
    }
    std::uint64_t last_ = 0;
    std::set<std::string> begun_, ended_;
};

}  // namespace

std::unique_ptr<Checker> told(const Scene& scene) { return std::make_unique<Told>(scene); }

}  // namespace sstp::simulation

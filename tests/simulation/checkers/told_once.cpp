// No alarm for echoes: one finding is told when it comes, reminded of at a falling rate, and there is none at a normal boot.

#include "tests/simulation/checkers/checkers.h"

#include <algorithm>
#include <map>

namespace sstp::simulation {

namespace {

using namespace std::chrono_literals;

class ToldOnce final : public Checker {
public:
    explicit ToldOnce(const Scene& of) : Checker("told-once", of) {}

    void committed(const std::vector<JournalEvent>& events) override {
        for (const JournalEvent& each : events) {
            // What a process could not store lies in a file, and is told by the next one, in order: the next one begins here.
            if (each.type == EventType::service_started) raised_.clear();
            const std::string what = field_of(each, "reason") + '|' + field_of(each, "subject");
            if (each.type == EventType::finding_cleared)
                std::erase_if(raised_, [&](const auto& one) { return one.first.starts_with(what + '|'); });
            if (each.type == EventType::finding_raised) raise(what + '|' + field_of(each, "severity"), each);
        }
    }

    void process_ended(bool) override { raised_.clear(); }

private:
    void raise(const std::string& what, const JournalEvent& event) {
        // What a full disk kept in a file is durable, and told here, later than it happened.
        const Duration at = scene.now() - std::max(scene.world().wall - event.time, Duration{0});
        auto& [times, last] = raised_[what];
        // Reminders come after 1 h, 4 h and daily; the wall clock may have jumped under them.
        const bool too_soon = times > 0 && at - last < 50min && scene.undisturbed_since(disturbances_[what]);
        if (too_soon) broken("told again within the hour: " + event.text);
        ++times;
        last = at;
        disturbances_[what] = scene.disturbances;
    }

    std::map<std::string, std::pair<int, Duration>> raised_;
    std::map<std::string, std::uint64_t> disturbances_;
};

}  // namespace

std::unique_ptr<Checker> told_once(const Scene& scene) { return std::make_unique<ToldOnce>(scene); }

}  // namespace sstp::simulation

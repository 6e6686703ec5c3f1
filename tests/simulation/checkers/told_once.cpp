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
            if (each.type == EventType::finding_cleared) raised_.erase(what);
            if (each.type != EventType::finding_raised) continue;
            // Kept in that file under a clock that has been set back since: how long ago that was, its time does not say.
            if (each.time - scene.world().wall > 1min) {
                raised_.erase(what);
            } else {
                raise(raised_[what], each);
            }
        }
    }

    void process_ended(bool) override { raised_.clear(); }

private:
    struct Raised {
        std::string severity;      ///< another one is news
        Duration at{0};
        std::uint64_t disturbances = 0;
    };

    void raise(Raised& before, const JournalEvent& event) {
        // What a full disk kept in a file is durable, and told here, later than it happened: what befell the server in between is unknown.
        const Duration late = std::max(scene.world().wall - event.time, Duration{0});
        const Raised now{field_of(event, "severity"), scene.now() - late, scene.disturbances};
        // Reminders come after 1 h, 4 h and daily; the wall clock may have jumped under them.
        const bool too_soon = before.severity == now.severity && now.at - before.at < 50min && before.disturbances == now.disturbances;
        if (too_soon && late < 1min) broken("told again within the hour: " + event.text);
        before = now;
    }

    std::map<std::string, Raised> raised_;
};

}  // namespace

std::unique_ptr<Checker> told_once(const Scene& scene) { return std::make_unique<ToldOnce>(scene); }

}  // namespace sstp::simulation

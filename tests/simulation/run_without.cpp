// The same server and the same year, looked after as most are: what the watchdog has to be better than.

#include "tests/simulation/by_hand.h"
#include "tests/simulation/client_view.h"
#include "tests/simulation/happenings.h"
#include "tests/simulation/run.h"
#include "tests/simulation/traits.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace sstp::simulation {

using namespace simulated;
using namespace std::chrono_literals;

namespace {

class Unattended {
public:
    Unattended(const Scenario& scenario, Care care, const Narrate& narrate) : scenario_(scenario), care_(care), narrate_(narrate) {
        server_.world.keeps_told = false;
        apply_traits(scenario, server_);
        for (const PlannedHappening& each : scenario.happenings) {
            const Happening& happening = happenings()[each.happening];
            server_.later(each.when.at, happening.who, happening.name,
                          [act = happening.act, number = each.number](Server& s) { act(s, number); });
        }
    }

    Outcome live() {
        World& world = server_.world;
        while (world.elapsed < scenario_.length) {
            Duration step = std::min<Duration>(look_again_in(server_, view_), scenario_.length - world.elapsed);
            if (const auto due = server_.next_due()) step = std::clamp(*due - world.elapsed, Duration{0}, step);
            world.advance(step);
            bool more = true;
            while (more) more = server_.do_next_due([&](const Due& due) { script(due); });
            look(step);
            if (world.log.size() > 1000) world.log.clear();
        }
        attendance_.add_to(outcome_);
        return outcome_;
    }

private:
    void script(const Due& due) {
        ++outcome_.happened;
        if (narrate_) narrate_(fmt::format("{} {}: {}", to_rfc3339(server_.world.wall), word(due.who), due.what));
        if (care_ != Care::renewal_script || std::string_view{due.what} != "the certificate is renewed") return;
        server_.later(1min, Actor::acme_client, "the renewal script binds", [this](Server& s) {
            const auto made = newest_by_hand(s);
            const std::size_t sessions = s.world.sessions.size();
            if (!made || !s.world.running(kRemoteAccess) || !bind_write_restart(s, *made)) return;
            ++outcome_.restarts;
            ++outcome_.restarts_by_cause["renewal"];
            outcome_.sessions_ended += sessions;
        });
    }

    void look(Duration passed) {
        const ClientView now = look_as_clients(server_);
        if (view_.somebody_is_out()) outcome_.without_vpn += passed;
        if (narrate_ && now != view_) narrate_(fmt::format("{} clients: {}", to_rfc3339(server_.world.wall), now.tell()));
        view_ = now;
        attendance_.look();
    }

    const Scenario& scenario_;
    Care care_;
    const Narrate& narrate_;
    Server server_;
    Outcome outcome_;
    Attendance attendance_{server_};
    ClientView view_;
};

}  // namespace

bool works_at_first(const Scenario& scenario) {
    Server server;
    apply_traits(scenario, server);
    return !server.hands_tied && !look_as_clients(server).somebody_is_out();
}

Outcome run_without(const Scenario& scenario, Care care, const Narrate& narrate) { return Unattended{scenario, care, narrate}.live(); }

}  // namespace sstp::simulation

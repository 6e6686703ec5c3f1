#include "core/watchdog/rehearsal/forecast.h"

#include "core/decision/work.h"
#include "core/model/certificate_authority.h"
#include "core/report/render_text.h"
#include "core/watchdog/machine_identity.h"
#include "core/watchdog/rehearsal/client_certificates.h"
#include "core/watchdog/rehearsal/renewals.h"
#include "core/watchdog/rehearsal/stage.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp::rehearsal {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostRenewals = 400;   // a year of certificates that last a day
constexpr std::size_t kMostWindows = 400;

class Foreseeing {
public:
    Foreseeing(const Snapshot& snapshot, Duration horizon) : snapshot_(snapshot), stage_(snapshot) {
        forecast_.from = snapshot.state.looked_at.wall;
        forecast_.until = forecast_.from + horizon;
    }

    Forecast run() {
        stage_.begin();
        forecast_.permission = stage_.first().permission;
        for (const Finding& each : stage_.first().findings) {
            if (each.severity > Severity::information) forecast_.standing.push_back(each);
        }
        add_windows();
        expect_renewals();
        stage_.live_until(forecast_.until);
        add_heals();
        add_unfit_certificates();
        add_findings();
        add_clients();
        add_rules();
        forecast_.cut_off = stage_.server.cut_off();
        std::erase_if(forecast_.entries, [this](const ForecastEntry& each) { return each.at > forecast_.until; });
        std::stable_sort(forecast_.entries.begin(), forecast_.entries.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
        return std::move(forecast_);
    }

private:
    void add(ForecastEntry entry) { forecast_.entries.push_back(std::move(entry)); }
    [[nodiscard]] LocalOffset offset() const {
        return [this](WallTime at) { return offset_at(snapshot_.local_time, at); };
    }
    [[nodiscard]] const DesiredState& desired() const { return stage_.first().assessment.desired; }

    void add_windows() {
        const MaintenanceWindow& window = stage_.policy().restart.window;
        for (auto next = next_opening(window, forecast_.from, offset());
             next && next->begins < forecast_.until && forecast_.windows.size() < kMostWindows;
             next = next_opening(window, next->begins, offset())) {
            forecast_.windows.push_back(*next);
        }
        forecast_.next_begin =
            next_begin(window, forecast_.from, offset(), machine_key(snapshot_.machine, snapshot_.domain), time_needed(stage_.policy()));
    }

    /// Where the store shows a habit the next certificates come by it; else it is said until when one has to be here.
    void expect_renewals() {
        const auto* store = value_of(snapshot_.state.certificates);
        const auto& active = desired().active;
        if (!active || store == nullptr || desired().obstacle) return;
        std::vector<Certificate> all = *store;
        Certificate current = desired().successor ? desired().successor->certificate : desired().certificate.value_or(*active);
        const auto habit = renewal_habit(current, all);
        if (!habit || is_overdue(current, *habit)) return say_when_needed(current, habit);
        for (std::size_t i = 0; i < kMostRenewals; ++i) {
            const Duration lead = std::min(habit->before_the_end, (current.not_after - current.not_before) / 2);
            const WallTime when = current.not_after - lead;
            if (when >= forecast_.until) return;
            current = renewed(current, when);
            stage_.at(when, [made = current](ImaginedServer& server) { server.add(made); });
            add({when,
                 Foreseen::renewal_expected,
                 Severity::information,
                 {},
                 current.thumbprint.to_string(),
                 fmt::format("A renewed certificate is expected, {} before the end, as {} was renewed. It will last until about {}.",
                             days_of(lead), brief(habit->seen_with), to_date(current.not_after)),
                 std::nullopt});
        }
    }

    [[nodiscard]] bool is_overdue(const Certificate& current, const RenewalHabit& habit) const {
        return current.not_after - habit.before_the_end <= forecast_.from;
    }
    static std::string days_of(Duration duration) {
        const auto days = std::chrono::floor<std::chrono::days>(duration).count();
        return days >= 2 ? fmt::format("{} days", days) : fmt::format("{} hours", std::chrono::floor<std::chrono::hours>(duration).count());
    }

    /// The last window in which it can be put in force in time.
    void say_when_needed(const Certificate& current, const std::optional<RenewalHabit>& habit) {
        const auto hours = on_any_day(stage_.policy().restart.window);
        const auto last = opening_at(hours, current.not_after - 24h, offset());
        WallTime by = current.not_after - 24h;
        for (auto next = last ? last : next_opening(hours, by, offset()); next && next->begins < current.not_after;
             next = next_opening(hours, next->begins, offset())) {
            by = next->begins;
        }
        const std::string late =
            habit ? fmt::format(" By habit it would have come by {}.", to_date(current.not_after - habit->before_the_end)) : std::string{};
        add({std::max(by, forecast_.from),
             Foreseen::renewal_needed,
             Severity::warning,
             {},
             current.thumbprint.to_string(),
             fmt::format("A successor of {} has to be in LocalMachine\\MY by then, to be put in force in a window before {} ends at {}.{}",
                         brief(current), current.thumbprint.brief(), to_minute(current.not_after), late),
             std::nullopt});
    }

    void add_heals() {
        for (const PlayedHeal& each : stage_.heals()) {
            const HealPlan& plan = each.plan;
            const bool succeeds = each.outcome.result == HealResult::succeeded;
            ForeseenHeal heal{plan.urgency, plan.target, std::nullopt, plan.price.without_sstp, succeeds};
            if (plan.price.sessions) heal.sessions = plan.price.sessions->all();
            const std::string what = plan.replaced
                                         ? fmt::format("{} takes the place of {}", brief(plan.target), plan.replaced->thumbprint.brief())
                                         : fmt::format("{} is put in force everywhere", brief(plan.target));
            add({each.began,
                 restarts(plan) ? Foreseen::restart : Foreseen::change,
                 succeeds ? Severity::information : Severity::critical,
                 {},
                 plan.target.thumbprint.to_string(),
                 succeeds ? fmt::format("{}. {}.", what, price_sentence(plan))
                          : fmt::format("{}. It fails: {}", what, each.outcome.explanation),
                 heal});
        }
    }

    [[nodiscard]] bool is_told(const std::string& reason, const std::string& subject) const {
        return std::any_of(forecast_.entries.begin(), forecast_.entries.end(),
                           [&](const ForecastEntry& each) { return each.reason == reason && each.subject == subject; });
    }

    /// Certificates that seem to follow and cannot. A chain that ends before its leaf is what the cycle finds on its day.
    void add_unfit_certificates() {
        const auto& active = desired().active;
        for (const Candidate& each : desired().candidates) {
            const Certificate& one = each.certificate;
            if (one.archived || one.not_after < forecast_.from) continue;
            const bool fit = std::none_of(each.against.begin(), each.against.end(), [](const Unfitness& against) {
                return against.severity == Severity::critical && against.reason != Reason::certificate_not_yet_valid;
            });
            const bool is_active = active && active->hash == one.hash;
            if (fit || is_active || !active || one.not_after <= active->not_after) continue;
            add_useless_successor(each, *active);
        }
    }

    void add_useless_successor(const Candidate& candidate, const Certificate& active) {
        const bool shares_a_name = std::any_of(active.dns_names.begin(), active.dns_names.end(),
                                               [&](const std::string& name) { return covers(candidate.certificate, name); });
        if (!shares_a_name) return;   // somebody else's
        const auto worst = std::find_if(candidate.against.begin(), candidate.against.end(), [](const Unfitness& each) {
            return each.severity == Severity::critical && each.reason != Reason::certificate_not_yet_valid;
        });
        add({active.not_after, Foreseen::certificate_unfit, Severity::warning, word(worst->reason),
             candidate.certificate.thumbprint.to_string(),
             fmt::format("{} lasts until {} and cannot follow {}: it {}.", brief(candidate.certificate),
                         to_date(candidate.certificate.not_after), active.thumbprint.brief(), worst->explanation),
             std::nullopt});
    }

    void add_findings() {
        for (const PlayedFinding& each : stage_.findings()) {
            const Finding& finding = each.finding;
            if (finding.severity == Severity::information || is_told(word(finding.reason), finding.subject)) continue;
            add({each.at, Foreseen::finding, finding.severity, word(finding.reason), finding.subject, finding.explanation, std::nullopt});
        }
    }

    void add_clients() {
        for (ForecastEntry& each : client_certificates_ahead(snapshot_, stage_.policy().siem)) add(std::move(each));
    }

    void add_rules() {
        const auto& active = desired().active;
        if (!active || authority_of(*active).kind != CaKind::public_root) return;
        for (auto next = next_change_of_public_validity(forecast_.from); next && *next < forecast_.until;
             next = next_change_of_public_validity(*next)) {
            const auto days = std::chrono::duration_cast<std::chrono::days>(longest_public_validity(*next)).count();
            add({*next,
                 Foreseen::rule,
                 Severity::information,
                 {},
                 {},
                 fmt::format(
                     "From then on public CAs issue certificates for at most {} days: renewals, and with them planned restarts, come "
                     "the more often.",
                     days),
                 std::nullopt});
        }
    }

    const Snapshot& snapshot_;
    Stage stage_;
    Forecast forecast_;
};

}  // namespace

Forecast forecast(const Snapshot& snapshot, Duration horizon) { return Foreseeing{snapshot, horizon}.run(); }

}  // namespace sstp::rehearsal

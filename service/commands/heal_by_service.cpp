#include "service/commands/heal_by_service.h"

#include "core/watchdog/asked_by.h"

#include "service/commands/console.h"
#include "service/commands/heal_outcome.h"
#include "service/commands/running_service.h"
#include "service/commands/status_file.h"
#include "service/host/console_shell.h"
#include "service/windows/ntfs_files.h"
#include "service/windows/system_clock.h"
#include "service/windows/windows_machine.h"

#include <fmt/format.h>

namespace sstp {

namespace {

constexpr Duration kBetweenLooks = std::chrono::milliseconds{250};
/// A heal with two restarts of three services that each take their whole time-out, and an undo, stays below.
constexpr Duration kLongest = std::chrono::hours{2};

/// Prints what the service tells its journal about the heal. Best effort: the outcome comes from the status.
class Progress {
public:
    explicit Progress(Record& record, WallTime since) : record_(record), since_(since) {}

    void print_news() {
        const auto events = record_.journal(since_, 1000);
        if (!events) return;
        for (const JournalEvent& event : *events) {
            if (event.sequence <= seen_) continue;
            seen_ = event.sequence;
            if (belongs_to_heal(event.type)) print_text(fmt::format("  {}  {}\n", to_rfc3339(event.time).substr(11, 8), event.text));
        }
    }

private:
    static bool belongs_to_heal(EventType type) {
        switch (type) {
            case EventType::heal_planned:
            case EventType::heal_started:
            case EventType::step_begun:
            case EventType::step_done:
            case EventType::step_failed:
            case EventType::heal_undone:
            case EventType::heal_failed:
            case EventType::certificate_changed: return true;
            default: return false;   // findings, refusals and the end are told from the status
        }
    }

    Record& record_;
    WallTime since_;
    std::uint64_t seen_ = 0;
};

/// When the request was made: before and after the control was sent.
struct Request {
    Wake wake{};
    Moment asked;
    MonotonicTime sent;
};

/// The status of the cycle that took the request up, or of one after it: the next cycle may have replaced the status between
/// two of our looks. Nothing as long as that cycle is not over.
std::optional<StatusGlance> answer(const Places& places, const Request& request) {
    const auto content = read_status_file(places);
    if (!content) return std::nullopt;   // being replaced, or not there yet
    auto read = read_status(*content);
    if (!read) return std::nullopt;
    StatusGlance glance = *std::move(read);
    const bool took_it_up = glance.wakes.contains(request.wake) && glance.began >= request.asked.monotonic;
    // A cycle that began when the control had been delivered took it up itself, or came after the one that did.
    if (!took_it_up && glance.began <= request.sent) return std::nullopt;
    // A cycle that was under way when we asked may have healed before ours found nothing left to do.
    if (!glance.heal_result && glance.last_heal_at && *glance.last_heal_at >= request.asked.wall) {
        glance.heal_result = glance.last_heal_result;
        glance.heal_explanation = glance.last_heal_text;
    }
    return glance;
}

int wait_for_answer(const Environment& environment, const Request& request, const StopRequest& stopping, Progress* progress) {
    const MonotonicTime give_up = request.sent + kLongest;
    while (monotonic_now() < give_up) {
        if (progress) progress->print_news();
        if (const auto glance = answer(environment.places, request)) {
            if (progress) progress->print_news();
            return tell_heal_outcome(*glance);
        }
        if (service_condition() == ServiceCondition::stopped)
            return complain("the service stopped before it answered. Its log and the event log say why.", 1);
        if (stopping.signal.wait(kBetweenLooks))
            return complain("not waiting any longer. The service goes on; sstp-watchdog status shows how it ended.", 1);
    }
    return complain("the service has not answered for two hours. sstp-watchdog status and its log say what it does.", 1);
}

/// So that the journal can say whose heal it was. Without it the heal is nobody's, which is no reason not to ask for it.
void leave_account(const Environment& environment, Clock& clock) {
    const std::string account = account_of_this_process();
    if (account.empty()) return;
    (void)NtfsFiles{}.replace(environment.places.in_data_folder(kAskedByFile), to_text({clock.wall(), account}));
}

}  // namespace

int heal_by_service(const Environment& environment, bool ignore_window) {
    StopRequest stopping;
    const ConsoleStop console{stopping};
    SystemClock clock{stopping.signal};
    Request request{ignore_window ? Wake::administrator_heal_ignoring_window : Wake::administrator_heal, clock.now(), {}};
    leave_account(environment, clock);
    const auto sent = send_to_service(ignore_window ? ServiceControl::heal_ignoring_window : ServiceControl::heal);
    if (!sent) return complain(sent.error().message(), 1);
    request.sent = clock.monotonic();
    print_text("Asked the service to heal. Ctrl+C ends the waiting, not the heal.\n");

    const auto assembled = environment.assemble({environment.places, Errand::look, stopping.signal, {}, [](const std::string&) {}});
    std::optional<Ports> ports;
    if (assembled) ports.emplace((*assembled)->ports());
    std::optional<Progress> progress;
    if (ports) progress.emplace(ports->record, request.asked.wall);
    return wait_for_answer(environment, request, stopping, progress ? &*progress : nullptr);
}

}  // namespace sstp

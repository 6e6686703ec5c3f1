#include "service/windows/service_notices.h"

#include "service/windows/os_error.h"
#include "service/windows/scm.h"
#include "service/windows/system_clock.h"

#include <algorithm>
#include <optional>
#include <system_error>

namespace sstp {

namespace {

constexpr const char* kWatch = "watch the service";
constexpr Duration kFirstRetry{1000};
constexpr Duration kLongestRetry = std::chrono::minutes{5};
/// A policy names a handful.
constexpr std::size_t kMostServices = 64;

constexpr DWORD kEveryState = SERVICE_NOTIFY_STOPPED | SERVICE_NOTIFY_START_PENDING | SERVICE_NOTIFY_STOP_PENDING | SERVICE_NOTIFY_RUNNING |
                              SERVICE_NOTIFY_CONTINUE_PENDING | SERVICE_NOTIFY_PAUSE_PENDING | SERVICE_NOTIFY_PAUSED;

/// SERVICE_NOTIFY_STOPPED is bit 0 and SERVICE_STOPPED is 1, and so on: Microsoft, SERVICE_NOTIFY_2.
DWORD notice_of(DWORD state) noexcept { return state == 0 ? 0 : DWORD{1} << (state - 1); }
static_assert(SERVICE_NOTIFY_STOPPED == 1U << (SERVICE_STOPPED - 1) && SERVICE_NOTIFY_PAUSED == 1U << (SERVICE_PAUSED - 1));

WallTime wall_now() {
    FILETIME now{};
    GetSystemTimeAsFileTime(&now);
    return to_wall_time(now);
}

}  // namespace

/// One service. Only the thread touches `service`, `buffer` and what follows from them.
struct ServiceNotices::Watched {
    explicit Watched(std::string service_name) : name(std::move(service_name)) {}

    const std::string name;
    UniqueServiceHandle service;
    SERVICE_NOTIFYW buffer{};
    bool noticed = false;              ///< the callback ran: `buffer` has news
    std::optional<ServiceState> state; ///< the last that this thread knows
    Duration back_off{};
    MonotonicTime retry_at{};
    UniqueKernelHandle tried{CreateEventW(nullptr, TRUE, FALSE, nullptr)};

    bool armed = false;                ///< from here on guarded by the mutex
    Error why;
    ServiceHistory history;

    /// Gives the handle up. What the SCM has queued for it runs now and is forgotten (Microsoft, NotifyServiceStatusChangeW, remarks).
    void drop() noexcept {
        service.reset();
        SleepEx(0, TRUE);
        noticed = false;
        state.reset();
    }

    static VOID CALLBACK on_notice(PVOID parameter) noexcept {
        // The context is ours; the parameter is the buffer that was given (Microsoft, SERVICE_NOTIFY_2).
        auto* self = static_cast<Watched*>(static_cast<SERVICE_NOTIFYW*>(parameter)->pContext);
        self->noticed = true;
    }
};

ServiceNotices::ServiceNotices(std::function<void()> on_change)
    : on_change_(std::move(on_change)),
      quit_(CreateEventW(nullptr, TRUE, FALSE, nullptr)),
      more_(CreateEventW(nullptr, FALSE, FALSE, nullptr)) {}

ServiceNotices::~ServiceNotices() {
    if (!thread_.joinable()) return;
    SetEvent(quit_.get());
    thread_.join();
}

ServiceNotices::Watched* ServiceNotices::find(const std::string& service) const {
    const auto found = std::ranges::find_if(watched_, [&](const auto& each) { return each->name == service; });
    return found == watched_.end() ? nullptr : found->get();
}

void ServiceNotices::watch(const std::string& service) {
    constexpr DWORD kPatience = 2000;   // ms; without an answer the look goes on without it
    HANDLE tried = nullptr;
    {
        const std::lock_guard lock(mutex_);
        if (find(service) != nullptr || watched_.size() >= kMostServices || !quit_ || !more_) return;
        watched_.push_back(std::make_unique<Watched>(service));
        tried = watched_.back()->tried.get();
        if (!thread_.joinable()) {
            try {
                thread_ = std::thread([this]() noexcept { run(); });
            } catch (const std::system_error& error) {
                watched_.back()->why = own_error(ErrorKind::unexpected, kWatch, service, error.what());
                return;
            }
        }
    }
    SetEvent(more_.get());
    if (tried != nullptr) WaitForSingleObject(tried, kPatience);
}

ServiceHistory::Told ServiceNotices::look(const std::string& service, ServiceLook found) {
    const std::lock_guard lock(mutex_);
    Watched* watched = find(service);
    if (watched == nullptr) return ServiceHistory{}.look(found);
    found.watched = watched->armed;
    return watched->history.look(found);
}

std::vector<std::pair<std::string, Error>> ServiceNotices::degraded() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::pair<std::string, Error>> list;
    for (const auto& each : watched_) {
        // One that is not installed is no trouble of the watch.
        if (!each->armed && each->why.kind != ErrorKind::service_gone) list.emplace_back(each->name, each->why);
    }
    return list;
}

void ServiceNotices::note(Watched& watched, ServiceState state) {
    watched.state = state;
    {
        const std::lock_guard lock(mutex_);
        watched.history.noticed(state, wall_now());
    }
    if (state != ServiceState::stopped && state != ServiceState::running) return;
    try {
        if (on_change_) on_change_();
    } catch (...) {
        // A wake is only a hint, and the timer looks anyway; the thread that waits must live on.
    }
}

/// Asks for the next change of state. The present one is left out: some systems tell it at once, and again at once, for ever.
void ServiceNotices::arm(Watched& watched) {
    const auto fail = [&](Error why) {
        watched.drop();
        watched.back_off = std::clamp(watched.back_off * 2, kFirstRetry, kLongestRetry);
        watched.retry_at = monotonic_now() + watched.back_off;
        const std::lock_guard lock(mutex_);
        watched.armed = false;
        watched.why = std::move(why);
        watched.history.missed_notices();
    };
    // A state that changes between looking and asking is looked at again; one that never settles is left to the next retry.
    constexpr int kMostRaces = 20;
    for (int race = 0; race < kMostRaces; ++race) {
        if (!watched.service) {
            auto opened = open_service(watched.name, SERVICE_QUERY_STATUS, kWatch);
            if (!opened) return fail(opened.error());
            watched.service = std::move(*opened);
        }
        const auto before = service_status(watched.service.get(), kWatch, watched.name);
        if (!before) return fail(before.error());
        const auto state = to_service_state(before->dwCurrentState);
        if (state && watched.state && *state != *watched.state) note(watched, *state);
        if (state) watched.state = state;
        watched.buffer = {};
        watched.buffer.dwVersion = SERVICE_NOTIFY_STATUS_CHANGE;
        watched.buffer.pfnNotifyCallback = &Watched::on_notice;
        watched.buffer.pContext = &watched;
        watched.noticed = false;
        const DWORD mask = (kEveryState & ~notice_of(before->dwCurrentState)) | SERVICE_NOTIFY_DELETE_PENDING;
        const DWORD code = NotifyServiceStatusChangeW(watched.service.get(), mask, &watched.buffer);
        // 1294, ERROR_SERVICE_NOTIFY_CLIENT_LAGGING: too much has happened since; a new handle begins anew.
        if (code != ERROR_SUCCESS) return fail(os_error(kWatch, watched.name, code));
        const auto after = service_status(watched.service.get(), kWatch, watched.name);
        if (!after) return fail(after.error());
        if (after->dwCurrentState == before->dwCurrentState) {
            watched.back_off = {};
            const std::lock_guard lock(mutex_);
            watched.armed = true;
            return;
        }
        const auto known = watched.state;
        watched.drop();   // the registration may or may not have caught it: begin anew
        watched.state = known;
    }
    fail(own_error(ErrorKind::busy, kWatch, watched.name, "it changes its state too fast"));
}

void ServiceNotices::handle(Watched& watched) {
    watched.noticed = false;
    const DWORD status = watched.buffer.dwNotificationStatus;
    // Deleted or about to be: a handle of ours would keep it from going (1072 for whoever installs it again).
    const bool going = status == ERROR_SERVICE_MARKED_FOR_DELETE ||
                       (status == ERROR_SUCCESS && (watched.buffer.dwNotificationTriggered & SERVICE_NOTIFY_DELETE_PENDING) != 0);
    if (going || status != ERROR_SUCCESS) {
        watched.drop();
        watched.retry_at = monotonic_now() + kFirstRetry;
        const std::lock_guard lock(mutex_);
        watched.armed = false;
        watched.why = os_error(going ? ErrorKind::service_gone : kind_of(status), kWatch, watched.name, status);
        watched.history.missed_notices();
        return;
    }
    if (const auto state = to_service_state(watched.buffer.ServiceStatus.dwCurrentState)) note(watched, *state);
    arm(watched);
}

void ServiceNotices::run() noexcept {
    std::vector<Watched*> all;
    for (;;) {
        {
            const std::lock_guard lock(mutex_);
            for (std::size_t i = all.size(); i < watched_.size(); ++i) all.push_back(watched_[i].get());
        }
        const MonotonicTime now = monotonic_now();
        DWORD wait = INFINITE;
        for (Watched* each : all) {
            if (each->noticed) handle(*each);
            if (!each->service && now >= each->retry_at) arm(*each);
            SetEvent(each->tried.get());
            if (!each->service) wait = std::min(wait, wait_milliseconds(each->retry_at - monotonic_now()));
        }
        // Giving one handle up may have let notices of others in.
        if (std::ranges::any_of(all, &Watched::noticed)) wait = 0;
        const HANDLE handles[] = {quit_.get(), more_.get()};
        // Alertable: notices come as calls to this thread, and each ends the wait.
        if (WaitForMultipleObjectsEx(2, handles, FALSE, wait, TRUE) == WAIT_OBJECT_0) break;
    }
    // The SCM may be about to call: with the handle closed it will not, and what is queued runs now.
    for (Watched* each : all) each->drop();
}

}  // namespace sstp

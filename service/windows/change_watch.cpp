#include "service/windows/change_watch.h"

#include "service/windows/os_error.h"
#include "service/windows/registry_key.h"
#include "service/windows/stop_signal.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace sstp {
namespace {

constexpr Duration kFirstRetry{1000};
constexpr Duration kLongestRetry = std::chrono::minutes{5};
/// Between two rounds of wakes: a thousand changes in a second are ten wakes, not a thousand.
constexpr Duration kBetweenRounds{100};

std::vector<std::unique_ptr<WatchSource>> sources_for(const ChangeWatchOptions& options) {
    using Depth = RegistryWatch::Depth;
    std::vector<std::unique_ptr<WatchSource>> sources;
    const auto registry = [&sources](std::wstring path, Depth depth, Wake wake) {
        sources.push_back(std::make_unique<RegistryWatch>(std::move(path), depth, wake));
    };
    registry(kPoliciesKey.path, Depth::key_alone, Wake::policy_change);
    if (!options.policy_file.empty()) sources.push_back(std::make_unique<FileWatch>(options.policy_file, Wake::policy_change));
    // Without subkeys: ConfigStore below it is SSTP's own and changes at its whim.
    registry(kSstpParametersKey.path, Depth::key_alone, Wake::registry);
    const std::wstring http = L"SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters";
    // The list of addresses to listen on is a value of the key itself (ListenOnlyList).
    registry(http, Depth::key_alone, Wake::registry);
    for (const wchar_t* key : {L"\\SslBindingInfo", L"\\SslSniBindingInfo", L"\\SslCcsBindingInfo"}) {
        registry(http + key, Depth::with_subkeys, Wake::registry);
    }
    sources.push_back(std::make_unique<StoreWatch>("MY"));
    // The same once more, where the store lies: some systems never signal the store's own event.
    registry(L"SOFTWARE\\Microsoft\\SystemCertificates\\MY", Depth::with_subkeys, Wake::certificate_store);
    return sources;
}

UniqueKernelHandle manual_event() { return UniqueKernelHandle{CreateEventW(nullptr, TRUE, FALSE, nullptr)}; }

}  // namespace

Result<std::unique_ptr<ChangeWatch>> ChangeWatch::start(const ChangeWatchOptions& options, OnWake on_wake) {
    return start(sources_for(options), std::move(on_wake));
}

Result<std::unique_ptr<ChangeWatch>> ChangeWatch::start(std::vector<std::unique_ptr<WatchSource>> sources, OnWake on_wake) {
    constexpr const char* kStart = "start watching for changes";
    std::unique_ptr<ChangeWatch> watch(new ChangeWatch(std::move(sources), std::move(on_wake)));
    if (!watch->quit_ || !watch->armed_once_) return own_error(ErrorKind::unexpected, kStart, "", "Windows gave no event object");
    // One handle is ours: MAXIMUM_WAIT_OBJECTS is the most that one wait takes.
    if (watch->watched_.size() >= MAXIMUM_WAIT_OBJECTS) return own_error(ErrorKind::malformed, kStart, "", "there are too many sources");
    try {
        watch->thread_ = std::thread([raw = watch.get()]() noexcept { raw->run(); });
    } catch (const std::system_error& error) {
        return own_error(ErrorKind::unexpected, kStart, "", error.what());
    }
    WaitForSingleObject(watch->armed_once_.get(), INFINITE);
    return watch;
}

ChangeWatch::ChangeWatch(std::vector<std::unique_ptr<WatchSource>> sources, OnWake on_wake)
    : on_wake_(std::move(on_wake)), quit_(manual_event()), armed_once_(manual_event()) {
    for (auto& source : sources) watched_.push_back({.source = std::move(source)});
}

ChangeWatch::~ChangeWatch() {
    if (!thread_.joinable()) return;
    SetEvent(quit_.get());
    thread_.join();
}

std::vector<DegradedWatch> ChangeWatch::degraded() const {
    const std::lock_guard lock(mutex_);
    std::vector<DegradedWatch> list;
    for (const Watched& each : watched_) {
        if (!each.armed) list.push_back({each.source->name(), each.why});
    }
    return list;
}

void ChangeWatch::wake(Wake wake) noexcept {
    try {
        on_wake_(wake);
    } catch (...) {
        // A wake is only a hint, and the timer looks anyway; the thread that waits must live on.
    }
}

bool ChangeWatch::arm(Watched& watched) {
    const bool worked_before = watched.armed;
    const auto changed = watched.source->arm();
    const std::lock_guard lock(mutex_);
    watched.armed = changed.has_value();
    if (changed) {
        watched.back_off = {};
        return *changed || !worked_before;
    }
    watched.source->disarm();
    watched.why = changed.error();
    watched.back_off = std::clamp(watched.back_off * 2, kFirstRetry, kLongestRetry);
    watched.retry_at = monotonic_now() + watched.back_off;
    return worked_before;  // going blind is worth a look too: it tells that this watch is degraded
}

void ChangeWatch::arm_those_that_failed() {
    for (Watched& each : watched_) {
        if (!each.armed && monotonic_now() >= each.retry_at && arm(each)) wake(each.source->wake());
    }
}

void ChangeWatch::handle_signals(DWORD signalled, const std::vector<Watched*>& waited_for) {
    for (std::size_t i = 0; i < waited_for.size(); ++i) {
        // The wait has taken the first signal and leaves the others: those behind it must not starve.
        const bool is_signalled =
            i == signalled || (i > signalled && WaitForSingleObject(waited_for[i]->source->signal(), 0) == WAIT_OBJECT_0);
        if (!is_signalled) continue;
        // Armed again before anybody reads: a change during the reading is then a wake of its own.
        if (arm(*waited_for[i])) wake(waited_for[i]->source->wake());
    }
}

DWORD ChangeWatch::until_next_retry() const {
    DWORD wait = INFINITE;
    for (const Watched& each : watched_) {
        if (!each.armed) wait = std::min(wait, wait_milliseconds(each.retry_at - monotonic_now()));
    }
    return wait;
}

void ChangeWatch::run() noexcept {
    for (Watched& each : watched_) (void)arm(each);
    SetEvent(armed_once_.get());
    for (;;) {
        std::vector<HANDLE> handles{quit_.get()};
        std::vector<Watched*> waited_for;
        for (Watched& each : watched_) {
            if (!each.armed) continue;
            handles.push_back(each.source->signal());
            waited_for.push_back(&each);
        }
        const DWORD signalled = WaitForMultipleObjects(static_cast<DWORD>(handles.size()), handles.data(), FALSE, until_next_retry());
        if (signalled == WAIT_OBJECT_0) return;
        if (signalled > WAIT_OBJECT_0 && signalled < WAIT_OBJECT_0 + handles.size()) {
            handle_signals(signalled - WAIT_OBJECT_0 - 1, waited_for);
        }
        arm_those_that_failed();
        // Also after a wait that failed, which would otherwise spin.
        if (WaitForSingleObject(quit_.get(), wait_milliseconds(kBetweenRounds)) == WAIT_OBJECT_0) return;
    }
}

}  // namespace sstp

#pragma once

#include "service/windows/stop_signal.h"

#include <process.h>

#include <memory>
#include <optional>
#include <utility>

namespace sstp {

/// Runs a call into Windows that may block for long (the SCM: 30 s and more) on a thread of its own, and gives its answer;
/// nothing when our stop was requested first, or `longest` was over. The thread is then left to end by itself: `call` must own
/// whatever it uses, and must not throw. Without a thread to spare the call is simply made here.
template <class Call>
auto beside(const StopSignal& stop, Call call, std::optional<Duration> longest = std::nullopt) -> std::optional<decltype(call())> {
    struct Shared {
        explicit Shared(Call&& work) : call(std::move(work)) {}

        /// `given`: a pointer to a shared pointer to this, which the thread owns.
        static unsigned __stdcall run(void* given) noexcept {
            const std::unique_ptr<std::shared_ptr<Shared>> owned{static_cast<std::shared_ptr<Shared>*>(given)};
            Shared& shared = **owned;
            shared.answer = shared.call();
            SetEvent(shared.done.get());
            return 0;
        }

        Call call;
        std::optional<decltype(std::declval<Call&>()())> answer;
        UniqueKernelHandle done{CreateEventW(nullptr, TRUE, FALSE, nullptr)};
    };

    if (stop.requested()) return std::nullopt;
    auto shared = std::make_shared<Shared>(std::move(call));
    if (!shared->done) return shared->call();
    // Not std::thread: winpthreads, below mingw's, may fail to detach a thread that is over already, which ends the process.
    auto owned = std::make_unique<std::shared_ptr<Shared>>(shared);
    const UniqueKernelHandle thread{reinterpret_cast<HANDLE>(_beginthreadex(nullptr, 0, &Shared::run, owned.get(), 0, nullptr))};
    if (!thread) return shared->call();
    (void)owned.release();   // the thread's now
    const HANDLE either[] = {shared->done.get(), stop.event()};
    const DWORD patience = longest ? wait_milliseconds(*longest) : INFINITE;
    if (WaitForMultipleObjects(2, either, FALSE, patience) != WAIT_OBJECT_0) return std::nullopt;
    return shared->answer;
}

}  // namespace sstp

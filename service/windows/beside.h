#pragma once

#include "service/windows/call_threads.h"
#include "service/windows/stop_signal.h"

#include <memory>
#include <optional>
#include <utility>

namespace sstp {

/// Runs a call into Windows that may block for long (the SCM: 30 s and more) on another thread, and gives its answer; nothing when our stop
/// was requested first, or `longest` was over. The call is then left to end by itself: it must own whatever it uses, and must not throw.
/// Without a thread to spare it is simply made here.
template <class Call>
auto beside(const StopSignal& stop, Call call, std::optional<Duration> longest = std::nullopt) -> std::optional<decltype(call())> {
    struct Shared {
        explicit Shared(Call&& work) : call(std::move(work)) {}

        Call call;
        std::optional<decltype(std::declval<Call&>()())> answer;
        UniqueKernelHandle done{CreateEventW(nullptr, TRUE, FALSE, nullptr)};
    };

    if (stop.requested()) return std::nullopt;
    auto shared = std::make_shared<Shared>(std::move(call));
    const auto answer = [shared] {
        shared->answer = shared->call();
        SetEvent(shared->done.get());
    };
    if (!shared->done || !run_on_another_thread(answer)) return shared->call();
    const HANDLE either[] = {shared->done.get(), stop.event()};
    const DWORD patience = longest ? wait_milliseconds(*longest) : INFINITE;
    if (WaitForMultipleObjects(2, either, FALSE, patience) != WAIT_OBJECT_0) return std::nullopt;
    return shared->answer;
}

}  // namespace sstp

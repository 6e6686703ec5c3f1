#include "service/windows/call_threads.h"

#include "service/windows/unique_handle.h"

#include <process.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace sstp {

namespace {

constexpr DWORD kIdle = 1000;   ///< ms that a thread waits for its next call

struct CallThread {
    std::function<void()> call;
    UniqueKernelHandle next{CreateEventW(nullptr, FALSE, FALSE, nullptr)};   ///< there is one
};

/// Never destroyed: threads outlive static destruction.
struct CallThreads {
    std::mutex mutex;
    std::vector<CallThread*> idle;
};

CallThreads& call_threads() {
    static auto* all = new CallThreads;
    return *all;
}

/// As it was before its call: providers of keys and of revocation run on it, and may leave another identity or priority behind. False: it
/// could not be made so, and takes no other call.
bool is_as_before() noexcept { return RevertToSelf() && SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_NORMAL); }

/// False: nothing came in time, and the thread is known no more.
bool has_another_call(CallThread& self) {
    CallThreads& all = call_threads();
    {
        const std::lock_guard lock(all.mutex);
        all.idle.push_back(&self);
    }
    if (WaitForSingleObject(self.next.get(), kIdle) == WAIT_OBJECT_0) return true;
    {
        const std::lock_guard lock(all.mutex);
        if (std::erase(all.idle, &self) > 0) return false;
    }
    return WaitForSingleObject(self.next.get(), INFINITE) == WAIT_OBJECT_0;   // it was taken in that moment
}

unsigned __stdcall run_calls(void* given) noexcept {
    const std::unique_ptr<CallThread> self{static_cast<CallThread*>(given)};
    do {
        std::exchange(self->call, nullptr)();
    } while (is_as_before() && has_another_call(*self));
    return 0;
}

CallThread* take_idle() {
    CallThreads& all = call_threads();
    const std::lock_guard lock(all.mutex);
    if (all.idle.empty()) return nullptr;
    CallThread* taken = all.idle.back();
    all.idle.pop_back();
    return taken;
}

}  // namespace

bool run_on_another_thread(std::function<void()> call) {
    if (CallThread* idle = take_idle()) {
        idle->call = std::move(call);
        SetEvent(idle->next.get());
        return true;
    }
    auto added = std::make_unique<CallThread>();
    if (!added->next) return false;
    added->call = std::move(call);
    // Not std::thread: winpthreads, below mingw's, may fail to detach a thread that is over already, which ends the process.
    CallThread* given = added.release();   // the thread's from here on
    const UniqueKernelHandle thread{reinterpret_cast<HANDLE>(_beginthreadex(nullptr, 0, &run_calls, given, 0, nullptr))};
    if (!thread) added.reset(given);
    return static_cast<bool>(thread);
}

}  // namespace sstp

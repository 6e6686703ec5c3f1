#include "wevtapi/subscription.h"

#include <mutex>
#include <vector>

namespace sstp::rras_host {

namespace {

struct Subscription {
    std::weak_ptr<ResultSet> result_set;
    HANDLE signal;
};

/// One thread per process, for as long as the process lives. It waits for the registry value that every writer changes.
class LogWatch {
public:
    void add(const std::shared_ptr<ResultSet>& result_set, HANDLE signal) {
        // An own handle to the event: the subscriber may close its own as soon as EvtClose has returned.
        HANDLE own = nullptr;
        DuplicateHandle(GetCurrentProcess(), signal, GetCurrentProcess(), &own, 0, FALSE, DUPLICATE_SAME_ACCESS);
        const std::lock_guard lock(mutex_);
        subscriptions_.push_back({result_set, own});
        if (started_) return;
        started_ = true;
        // The thread lives in this DLL: it may not be unloaded any more.
        HMODULE self = nullptr;
        GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                           reinterpret_cast<LPCWSTR>(&LogWatch::entry), &self);
        const HANDLE thread = CreateThread(nullptr, 0, &LogWatch::entry, this, 0, nullptr);
        if (thread) CloseHandle(thread);
    }

private:
    static DWORD WINAPI entry(void* self) {
        static_cast<LogWatch*>(self)->run();
        return 0;
    }

    void run() {
        HKEY key = nullptr;
        RegCreateKeyExW(HKEY_LOCAL_MACHINE, kNotificationKey, 0, nullptr, 0, KEY_READ | KEY_NOTIFY, nullptr, &key, nullptr);
        const HANDLE changed = CreateEventW(nullptr, FALSE, FALSE, nullptr);
        for (;;) {
            // Armed before the look, so that nothing written in between is missed.
            RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, changed, TRUE);
            look();
            WaitForSingleObject(changed, INFINITE);
        }
    }

    void look() {
        const std::lock_guard lock(mutex_);
        std::erase_if(subscriptions_, [](const Subscription& subscription) {
            const auto result_set = subscription.result_set.lock();
            if (!result_set) {
                CloseHandle(subscription.signal);
                return true;
            }
            try {
                if (result_set->look_for_new()) SetEvent(subscription.signal);
            } catch (const std::exception&) {
                SetEvent(subscription.signal);  // the subscriber meets the same trouble in EvtNext, and can tell it
            }
            return false;
        });
    }

    std::mutex mutex_;
    std::vector<Subscription> subscriptions_;
    bool started_ = false;
};

}  // namespace

void signal_new_events(const std::shared_ptr<ResultSet>& result_set, HANDLE signal) {
    static auto* watch = new LogWatch;  // never destroyed: its thread outlives static destruction
    watch->add(result_set, signal);
}

}  // namespace sstp::rras_host

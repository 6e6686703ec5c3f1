#include "wevtapi/handles.h"

#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace sstp::rras_host {

namespace {

struct OpenHandles {
    std::mutex mutex;
    std::unordered_map<EVT_HANDLE, std::shared_ptr<EvtObject>> objects;
    std::uintptr_t next = 0x1000;
};

/// Never destroyed: threads of the host process may still close handles while the process ends.
OpenHandles& open_handles() {
    static auto* handles = new OpenHandles;
    return *handles;
}

}  // namespace

EVT_HANDLE open_handle(std::shared_ptr<EvtObject> object) {
    OpenHandles& handles = open_handles();
    const std::lock_guard lock(handles.mutex);
    const auto handle = reinterpret_cast<EVT_HANDLE>(handles.next += 16);  // never used twice, so a stale one is noticed
    handles.objects.emplace(handle, std::move(object));
    return handle;
}

bool close_handle(EVT_HANDLE handle) {
    OpenHandles& handles = open_handles();
    std::shared_ptr<EvtObject> last;  // declared before the lock: destroyed after it is released
    const std::lock_guard lock(handles.mutex);
    const auto found = handles.objects.find(handle);
    if (found == handles.objects.end()) return false;
    last = std::move(found->second);
    handles.objects.erase(found);
    return true;
}

std::shared_ptr<EvtObject> find_object(EVT_HANDLE handle) {
    OpenHandles& handles = open_handles();
    const std::lock_guard lock(handles.mutex);
    const auto found = handles.objects.find(handle);
    return found == handles.objects.end() ? nullptr : found->second;
}

}  // namespace sstp::rras_host

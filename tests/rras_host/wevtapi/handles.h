#pragma once

#include <memory>

#include <windows.h>

#include <winevt.h>

namespace sstp::rras_host {

/// Everything that an EVT_HANDLE can stand for. A handle is only a name: it is looked up, so a closed or made-up one is
/// answered with ERROR_INVALID_HANDLE as on Windows, not with a crash.
class EvtObject {
public:
    virtual ~EvtObject() = default;
};

EVT_HANDLE open_handle(std::shared_ptr<EvtObject> object);
/// False for a handle that is not open.
bool close_handle(EVT_HANDLE handle);
std::shared_ptr<EvtObject> find_object(EVT_HANDLE handle);

/// Null when the handle is not open or is of another kind.
template <class T>
std::shared_ptr<T> find_object_as(EVT_HANDLE handle) {
    return std::dynamic_pointer_cast<T>(find_object(handle));
}

}  // namespace sstp::rras_host

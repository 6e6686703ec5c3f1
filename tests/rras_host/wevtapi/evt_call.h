#pragma once

#include <exception>
#include <string>

#include "store/faults.h"
#include "wevtapi/handles.h"

namespace sstp::rras_host {

/// For EvtGetExtendedStatus: what the last failed call of this thread said in words.
void set_extended_status(const std::string& text);
const std::string& extended_status();

/// Runs the body of an exported function: `call` answers with a Win32 code, C++ exceptions end here.
template <class Call>
BOOL evt_answer(Call call) noexcept {
    DWORD answer = ERROR_INTERNAL_ERROR;
    try {
        answer = call();
    } catch (const std::exception&) {
        answer = ERROR_INTERNAL_ERROR;
    }
    if (answer != NO_ERROR) SetLastError(answer);
    return answer == NO_ERROR;
}

/// The same under the fault that is ordered for `function`.
template <class Call>
BOOL evt_call(const char* function, Call call) noexcept {
    return evt_answer([&]() -> DWORD {
        const Fault fault = due_fault(function);
        if (fault.fails_first()) return fault.error;
        if (fault.pretends()) return NO_ERROR;
        const DWORD answer = call();
        return answer == NO_ERROR && fault.fails_after() ? fault.error : answer;
    });
}

/// The same for functions that give a handle: `call` fills `handle`.
template <class Call>
EVT_HANDLE evt_open(const char* function, Call call) noexcept {
    EVT_HANDLE handle = nullptr;
    const BOOL done = evt_call(function, [&] { return call(handle); });
    if (done) return handle;
    const DWORD error = GetLastError();
    if (handle) close_handle(handle);  // done, but told as failed
    SetLastError(error);
    return nullptr;
}

}  // namespace sstp::rras_host

#include "service/host/console_shell.h"

#include <atomic>

namespace sstp {

namespace {

// The handler runs on a thread of the system and is given no pointer of ours.
std::atomic<StopRequest*> console_stopping{nullptr};
/// Set when the wind-up is over. Never closed: the handler may still wait on it when the process ends.
HANDLE console_done = nullptr;

BOOL WINAPI on_console(DWORD control) noexcept {
    StopRequest* stopping = console_stopping.load();
    if (stopping == nullptr) return FALSE;
    stopping->request();
    // When the window is closed or the user logs off, the process ends as soon as this returns: wait for the wind-up as
    // long as Windows lets us (5 s; Microsoft, HandlerRoutine).
    if (control != CTRL_C_EVENT && control != CTRL_BREAK_EVENT) WaitForSingleObject(console_done, 4'500);
    return TRUE;
}

}  // namespace

ConsoleStop::ConsoleStop(StopRequest& stopping) {
    if (console_done == nullptr) console_done = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    console_stopping = &stopping;
    SetConsoleCtrlHandler(on_console, TRUE);
}

ConsoleStop::~ConsoleStop() {
    SetConsoleCtrlHandler(on_console, FALSE);
    console_stopping = nullptr;
    SetEvent(console_done);
}

WatchEnd run_in_console(WatchContext context) {
    StopRequest stopping;
    const ConsoleStop console{stopping};
    context.is_service = false;
    context.progressed = [] {};
    context.ready = [] {};
    return watch(context, stopping);
}

}  // namespace sstp

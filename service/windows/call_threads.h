#pragma once

#include <functional>

namespace sstp {

/// Runs `call`, which must not throw, on another thread, at once. Calls into Windows that may block for long are made so, dozens in a look:
/// a thread that has answered is used again for a moment, and then ends; one that hangs is left to its call. Not the system's thread pool:
/// providers of keys and of revocation run in these calls, and a pool ends the process when one leaves its thread impersonating or with
/// another priority. False: there is no thread to be had, and nothing was run.
bool run_on_another_thread(std::function<void()> call);

}  // namespace sstp

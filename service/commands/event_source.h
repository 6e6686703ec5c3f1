#pragma once

#include "core/model/result.h"

#include <string>

namespace sstp {

/// Where Windows finds the texts of our events: sstp-watchdog-messages.dll beside the program, else the program itself, which holds them
/// too. Event Viewer and log agents map the message file for as long as they please, and a mapped program cannot be exchanged: the DLL is
/// what the MSI registers.
std::string message_file_of(const std::string& program);
/// Registers the classic event source SstpWatchdog of the Application log. The MSI does the same with registry rows. Source: Microsoft,
/// "Event Sources".
Result<void> register_event_source(const std::string& message_file);
/// A missing one is success.
Result<void> remove_event_source();

}  // namespace sstp

#pragma once

#include "core/model/policy.h"

#include <memory>
#include <string>

namespace sstp {

/// What is to be logged when there is a log.
struct LogLine {
    LogLevel level = LogLevel::info;
    std::string text;
};

/// `logs\sstp-watchdog.log` in the data folder, rotated by size. For the administrator who wants to follow what happens;
/// what must not be lost is in the journal. Losing the log never stops anything: lines are dropped then.
///
/// A line: `2026-11-21T02:14:00.123Z warning  text`. Control characters in a text are spelled out, so that no outside
/// string makes a line of its own. Thread-safe.
class Log {
public:
    Log();   ///< says nothing until `open`
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// Opens, or opens anew with other limits. False when the file cannot be written: everything else goes on.
    bool open(const std::string& data_folder, const LogPolicy& policy);
    void write(LogLevel level, const std::string& text) noexcept;

private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace sstp

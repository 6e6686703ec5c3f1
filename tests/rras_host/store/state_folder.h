#pragma once

#include <optional>
#include <string>

#include <windows.h>

namespace sstp::rras_host {

/// `C:\rras_host`: what the doubles, the stand-ins, the control program and (from outside) the listener and the tests share.
std::wstring state_path(const std::wstring& relative);

/// Nothing when the file does not exist. Throws std::runtime_error when it exists and cannot be read.
std::optional<std::string> read_text(const std::wstring& path);
/// Another text whenever the file was replaced by write_text(); empty when there is none.
std::string state_of_file(const std::wstring& path);
/// Replaces the file in one step, so that a reader outside sees the old text or the new.
void write_text(const std::wstring& path, const std::string& text);
void append_text(const std::wstring& path, const std::string& text);

std::wstring to_wide(const std::string& utf8);
std::string to_utf8(const std::wstring& text);
std::string to_utf8(const wchar_t* text, std::size_t length);

std::string to_hex(const void* bytes, std::size_t count);
/// Throws std::runtime_error for an odd number of digits or another character.
std::string from_hex(const std::string& digits);

/// File name of this process's image, such as `sstp-watchdog.exe`.
std::string process_name();

std::uint64_t now_filetime();

/// A lock across processes. Taken twice by one thread it counts.
class NamedLock {
public:
    explicit NamedLock(const wchar_t* name);
    ~NamedLock();
    NamedLock(const NamedLock&) = delete;
    NamedLock& operator=(const NamedLock&) = delete;

private:
    HANDLE mutex_;
};

/// Everything shared but the event log is read and written under this one.
struct HostLock : NamedLock {
    HostLock() : NamedLock(L"Global\\rras_host") {}
};

/// The event log's own: in a storm its writer holds it most of the time, and on Windows nobody who reads records of HTTP.SYS waits for
/// that. Whoever needs both takes the host's first.
struct LogLock : NamedLock {
    LogLock() : NamedLock(L"Global\\rras_host_event_log") {}
};

}  // namespace sstp::rras_host

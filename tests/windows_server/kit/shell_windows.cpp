#include "tests/windows_server/kit/shell_windows.h"

#include "service/windows/text.h"
#include "service/windows/unique_handle.h"
#include "service/windows/windows_headers.h"

#include <fmt/format.h>

#include <atomic>
#include <stdexcept>
#include <utility>
#include <vector>

namespace sstp::kit {

namespace {

std::atomic<bool> interrupted_by_operator{false};

/// What cmd.exe and its children wrote: the console's code page, or UTF-8 where it is that.
std::string utf8_of(const std::string& bytes) {
    if (bytes.empty()) return {};
    UINT page = GetOEMCP();
    const int length = static_cast<int>(bytes.size());
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, bytes.data(), length, nullptr, 0) > 0) page = CP_UTF8;
    std::wstring wide(bytes.size(), L'\0');
    wide.resize(static_cast<std::size_t>(MultiByteToWideChar(page, 0, bytes.data(), length, wide.data(), length)));
    std::string text = to_utf8_lossy(wide);
    std::erase(text, '\r');
    return text;
}

/// A file that is gone with its handle. Not a pipe: a service that a command starts inherits the handle and would keep a pipe open.
UniqueKernelHandle output_file() {
    wchar_t folder[MAX_PATH + 1]{};
    wchar_t name[MAX_PATH + 1]{};
    GetTempPathW(MAX_PATH, folder);
    GetTempFileNameW(folder, L"kit", 0, name);
    SECURITY_ATTRIBUTES inherited{sizeof inherited, nullptr, TRUE};
    return UniqueKernelHandle{CreateFileW(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                          &inherited, CREATE_ALWAYS, FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, nullptr)};
}

std::string content_of(HANDLE file) {
    std::string bytes;
    LARGE_INTEGER start{};
    SetFilePointerEx(file, start, nullptr, FILE_BEGIN);
    char piece[4096];
    for (DWORD read = 0; ReadFile(file, piece, sizeof piece, &read, nullptr) && read > 0;) bytes.append(piece, read);
    return bytes;
}

class RunningCommand final : public Beside {
public:
    RunningCommand(const std::string& line, Seconds limit) : began_{GetTickCount64()}, limit_{limit}, output_{output_file()} {
        // /s: cmd takes off the outer quotes alone, whatever is between them.
        std::wstring command = L"cmd.exe /d /s /c \"" + to_wide_lossy(line) + L"\"";
        STARTUPINFOW start{};
        start.cb = sizeof start;
        start.dwFlags = STARTF_USESTDHANDLES;
        start.hStdOutput = start.hStdError = output_.get();
        PROCESS_INFORMATION process{};
        job_.reset(CreateJobObjectW(nullptr, nullptr));
        if (!CreateProcessW(nullptr, command.data(), nullptr, nullptr, TRUE, CREATE_SUSPENDED, nullptr, nullptr, &start, &process)) {
            failed_ = GetLastError();
            return;
        }
        process_.reset(process.hProcess);
        const UniqueKernelHandle thread{process.hThread};
        AssignProcessToJobObject(job_.get(), process.hProcess);   // its children end with it
        ResumeThread(thread.get());
    }

    Ran finish() override {
        Ran ran;
        if (failed_ != 0) {
            ran.exit_code = static_cast<int>(failed_);
            ran.output = fmt::format("cmd.exe could not be started ({})", failed_);
            return ran;
        }
        const auto end = began_ + static_cast<ULONGLONG>(limit_.count()) * 1000;
        const ULONGLONG now = GetTickCount64();
        const auto left = static_cast<DWORD>(now < end ? end - now : 0);
        if (WaitForSingleObject(process_.get(), left) != WAIT_OBJECT_0) {
            ran.timed_out = true;
            TerminateJobObject(job_.get(), ERROR_TIMEOUT);
            WaitForSingleObject(process_.get(), 10'000);
        }
        DWORD code = 0;
        GetExitCodeProcess(process_.get(), &code);
        ran.exit_code = static_cast<int>(code);
        ran.seconds = static_cast<double>(GetTickCount64() - began_) / 1000.0;
        ran.output = utf8_of(content_of(output_.get()));
        return ran;
    }

private:
    ULONGLONG began_;
    Seconds limit_;
    UniqueKernelHandle output_;
    UniqueKernelHandle job_;
    UniqueKernelHandle process_;
    DWORD failed_ = 0;
};

class WindowsShell final : public Shell {
public:
    explicit WindowsShell(std::string file) : file_{std::move(file)} {}

    Ran run(const std::string& line, Seconds limit) override { return RunningCommand{line, limit}.finish(); }

    std::unique_ptr<Beside> begin(const std::string& line, Seconds limit) override { return std::make_unique<RunningCommand>(line, limit); }

    void save(const std::string& answers) override {
        const std::wstring file = to_wide_lossy(file_);
        const std::wstring made = file + L".new";
        UniqueKernelHandle handle{CreateFileW(made.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr)};
        DWORD written = 0;
        if (!handle || !WriteFile(handle.get(), answers.data(), static_cast<DWORD>(answers.size()), &written, nullptr) ||
            !FlushFileBuffers(handle.get()))
            throw std::runtime_error(fmt::format("could not write {} ({}): nothing more is asked", file_, GetLastError()));
        handle.reset();
        if (!MoveFileExW(made.c_str(), file.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
            throw std::runtime_error(fmt::format("could not put {} in its place ({}): nothing more is asked", file_, GetLastError()));
    }

    std::string now() override {
        SYSTEMTIME t{};
        GetSystemTime(&t);
        return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", t.wYear, t.wMonth, t.wDay, t.wHour, t.wMinute, t.wSecond);
    }

    bool interrupted() override { return interrupted_by_operator; }

private:
    std::string file_;
};

BOOL WINAPI on_console_event(DWORD event) {
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) return FALSE;
    interrupted_by_operator = true;
    return TRUE;
}

}  // namespace

std::unique_ptr<Shell> make_windows_shell(std::string file) { return std::make_unique<WindowsShell>(std::move(file)); }

void keep_ctrl_c_away() { SetConsoleCtrlHandler(on_console_event, TRUE); }

}  // namespace sstp::kit

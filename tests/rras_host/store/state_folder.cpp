#include "store/state_folder.h"

#include <stdexcept>

namespace sstp::rras_host {

namespace {

constexpr const wchar_t* kFolder = L"C:\\rras_host\\";
constexpr DWORD kLockTimeout = 60'000;

[[noreturn]] void fail(const char* operation, const std::wstring& path) {
    const DWORD error = GetLastError();
    throw std::runtime_error(std::string(operation) + " " + to_utf8(path) + ": error " + std::to_string(error));
}

class File {
public:
    File(const std::wstring& path, DWORD access, DWORD disposition)
        : handle_(CreateFileW(path.c_str(), access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, disposition,
                              FILE_ATTRIBUTE_NORMAL, nullptr)) {}

    ~File() {
        if (*this) CloseHandle(handle_);
    }

    explicit operator bool() const { return handle_ != INVALID_HANDLE_VALUE; }

    HANDLE get() const { return handle_; }

    File(const File&) = delete;
    File& operator=(const File&) = delete;

private:
    HANDLE handle_;
};

void write_all(const File& file, const std::string& text, const std::wstring& path) {
    DWORD written = 0;
    if (!WriteFile(file.get(), text.data(), static_cast<DWORD>(text.size()), &written, nullptr) || written != text.size())
        fail("write", path);
}

}  // namespace

std::wstring state_path(const std::wstring& relative) { return kFolder + relative; }

std::optional<std::string> read_text(const std::wstring& path) {
    const File file(path, GENERIC_READ, OPEN_EXISTING);
    if (!file) {
        const DWORD error = GetLastError();
        if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) return std::nullopt;
        fail("open", path);
    }
    std::string text;
    char block[16384];
    DWORD count = 0;
    while (ReadFile(file.get(), block, sizeof block, &count, nullptr) && count != 0) text.append(block, count);
    return text;
}

std::string state_of_file(const std::wstring& path) {
    const File file(path, GENERIC_READ, OPEN_EXISTING);
    BY_HANDLE_FILE_INFORMATION is{};
    if (!file || !GetFileInformationByHandle(file.get(), &is)) return {};
    return to_hex(&is, sizeof is);
}

void write_text(const std::wstring& path, const std::string& text) {
    const std::wstring temporary = path + L".new";
    CreateDirectoryW(kFolder, nullptr);   // whoever comes first
    {
        const File file(temporary, GENERIC_WRITE, CREATE_ALWAYS);
        if (!file) fail("create", temporary);
        write_all(file, text, temporary);
    }
    if (!MoveFileExW(temporary.c_str(), path.c_str(), MOVEFILE_REPLACE_EXISTING)) fail("replace", path);
}

void append_text(const std::wstring& path, const std::string& text) {
    const File file(path, FILE_APPEND_DATA, OPEN_ALWAYS);
    if (!file) fail("open", path);
    write_all(file, text, path);
}

std::wstring to_wide(const std::string& utf8) {
    const int length = MultiByteToWideChar(CP_UTF8, 0, utf8.data(), static_cast<int>(utf8.size()), nullptr, 0);
    std::wstring text(static_cast<std::size_t>(length), L'\0');
    MultiByteToWideChar(CP_UTF8, 0, utf8.data(), static_cast<int>(utf8.size()), text.data(), length);
    return text;
}

std::string to_utf8(const wchar_t* text, std::size_t length) {
    const int count = WideCharToMultiByte(CP_UTF8, 0, text, static_cast<int>(length), nullptr, 0, nullptr, nullptr);
    std::string utf8(static_cast<std::size_t>(count), '\0');
    WideCharToMultiByte(CP_UTF8, 0, text, static_cast<int>(length), utf8.data(), count, nullptr, nullptr);
    return utf8;
}

std::string to_utf8(const std::wstring& text) { return to_utf8(text.data(), text.size()); }

std::string to_hex(const void* bytes, std::size_t count) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        const auto byte = static_cast<const unsigned char*>(bytes)[i];
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::string from_hex(const std::string& digits) {
    if (digits.size() % 2 != 0) throw std::runtime_error("odd number of hexadecimal digits");
    const auto value = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        throw std::runtime_error("not a hexadecimal digit");
    };
    std::string bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2) bytes += static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1]));
    return bytes;
}

std::string process_name() {
    wchar_t path[1024];
    const DWORD length = GetModuleFileNameW(nullptr, path, 1024);
    const std::wstring text(path, length);
    return to_utf8(text.substr(text.find_last_of(L"\\/") + 1));
}

std::uint64_t now_filetime() {
    FILETIME time;
    GetSystemTimeAsFileTime(&time);
    return (static_cast<std::uint64_t>(time.dwHighDateTime) << 32) | time.dwLowDateTime;
}

NamedLock::NamedLock(const wchar_t* name) : mutex_(CreateMutexW(nullptr, FALSE, name)) {
    if (!mutex_) fail("create the lock", name);
    // Abandoned is as good as owned: files are replaced in one step, so a process that died left nothing half done.
    CreateDirectoryW(kFolder, nullptr);
    const DWORD outcome = WaitForSingleObject(mutex_, kLockTimeout);
    if (outcome != WAIT_OBJECT_0 && outcome != WAIT_ABANDONED) {
        CloseHandle(mutex_);
        throw std::runtime_error("the lock of the test host is held for over a minute");
    }
}

NamedLock::~NamedLock() {
    ReleaseMutex(mutex_);
    CloseHandle(mutex_);
}

}  // namespace sstp::rras_host

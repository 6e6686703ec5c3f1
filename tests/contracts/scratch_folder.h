#pragma once

#include "service/windows/text.h"
#include "service/windows/unique_handle.h"
#include "tests/contracts/unique_name.h"

#include <string>
#include <vector>

namespace sstp::contracts {

/// A new folder below the account's temporary folder, deleted with everything in it.
class ScratchFolder {
public:
    ScratchFolder() {
        wchar_t temporary[MAX_PATH]{};
        GetTempPathW(MAX_PATH, temporary);
        path_ = std::wstring{temporary} + unique_name();
        CreateDirectoryW(path_.c_str(), nullptr);
    }

    ~ScratchFolder() { erase(path_); }

    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] const std::wstring& wide() const { return path_; }

    [[nodiscard]] std::string path(const std::string& name) const { return to_utf8_lossy(path_) + "\\" + name; }

    [[nodiscard]] std::vector<std::string> listing() const {
        std::vector<std::string> names;
        for (const std::wstring& name : entries(path_)) names.push_back(to_utf8_lossy(name));
        return names;
    }

private:
    static std::vector<std::wstring> entries(const std::wstring& folder) {
        std::vector<std::wstring> names;
        WIN32_FIND_DATAW entry{};
        const UniqueFind find{FindFirstFileW((folder + L"\\*").c_str(), &entry)};
        while (find) {
            const std::wstring name = entry.cFileName;
            if (name != L"." && name != L"..") names.push_back(name);
            if (!FindNextFileW(find.get(), &entry)) break;
        }
        return names;
    }

    static void erase(const std::wstring& folder) {
        for (const std::wstring& name : entries(folder)) {
            const std::wstring path = folder + L"\\" + name;
            if (!DeleteFileW(path.c_str())) erase(path);
        }
        RemoveDirectoryW(folder.c_str());
    }

    std::wstring path_;
};

}  // namespace sstp::contracts

#pragma once

#include "core/ports/files.h"

namespace sstp {

/// Files on NTFS. Links of any kind are refused: a service that runs as LocalSystem and follows one writes where
/// somebody else points. Source: Microsoft, MoveFileExW, FILE_FLAG_OPEN_REPARSE_POINT.
class NtfsFiles final : public Files {
public:
    Result<std::string> read(const std::string& path, std::size_t most) override;
    Result<void> replace(const std::string& path, const std::string& content) override;
};

/// What `replace` names its temporary files: `<name>.<hex>.new`, always in the folder of the file. What a dead process left
/// of them is deleted when the data folder is prepared.
inline constexpr wchar_t kTemporaryFileEnd[] = L".new";

}  // namespace sstp

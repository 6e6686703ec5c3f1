#pragma once

#include "core/model/time.h"
#include "core/ports/files.h"

#include <optional>
#include <string>

namespace sstp {

/// Who asked the service for a heal (DESIGN 5.1: an administrator's heal names the account). A control of a service carries no account
/// (ControlServiceEx), so the command leaves it in a file of the data folder just before it sends the control; who may write there is an
/// administrator anyway. Somebody who sends the control by other means stays nameless.
struct AskedBy {
    WallTime at;
    std::string account;   ///< "EXAMPLE\\admin"
};

inline constexpr char kAskedByFile[] = "heal-asked.txt";

std::string to_text(const AskedBy& asked);
/// Nothing for what `to_text` does not write.
std::optional<AskedBy> asked_by_from_text(const std::string& text);

/// Reads the file when a heal was asked for.
class Asking {
public:
    /// The account, once; empty when the file is not there, says nothing, is of an earlier request, or more than a minute from `now`.
    std::string account(Files& files, const std::string& path, WallTime now);

private:
    std::optional<WallTime> taken_;
};

}  // namespace sstp

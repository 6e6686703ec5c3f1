#pragma once

#include "core/model/policy.h"
#include "core/ports/files.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// What a look at the policy file changed.
struct PolicyChange {
    std::optional<std::string> loaded;     ///< text of a valid policy that is in force from now on and was not before
    std::optional<std::string> rejected;   ///< why the file, new since the last look, is not in force
};

/// The policy by which the watchdog acts: the file's when it is valid, else the last good one, else the defaults in observe
/// mode (DESIGN 7.5). The file is looked at in each cycle and parsed when its text is new.
class PolicyInForce {
public:
    PolicyInForce(Files& files, std::string path);

    /// `last_good`: the text that the record keeps; used while there is no valid policy yet.
    PolicyChange refresh(const std::optional<std::string>& last_good);

    [[nodiscard]] const Policy& policy() const { return policy_; }
    /// It is somebody's policy, and not the defaults that stand in while there is none.
    [[nodiscard]] bool has_policy() const { return in_force_.has_value(); }
    /// Why the file on disk is not in force; nothing when it is.
    [[nodiscard]] const std::optional<std::string>& problem() const { return problem_; }

    static constexpr std::size_t kMostBytes = 1024 * 1024;

private:
    void fall_back_on(const std::optional<std::string>& last_good);

    Files& files_;
    std::string path_;
    Policy policy_;
    std::optional<std::string> in_force_;  ///< the valid text that `policy_` came from; nothing: the defaults
    std::optional<std::string> seen_;      ///< text of the file as last read
    std::optional<std::string> problem_;
};

}  // namespace sstp

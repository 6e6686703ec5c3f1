#pragma once

#include "core/model/policy.h"
#include "core/model/state.h"
#include "core/policy/group_policy.h"
#include "core/policy/read_policy.h"
#include "core/ports/files.h"

#include <optional>
#include <string>
#include <vector>

namespace sstp {

/// What held last, as the record keeps it: the file's text, and Group Policy's values (`kept_text`).
struct LastGoodPolicy {
    std::optional<std::string> file;
    std::optional<std::string> group_policy;
};

inline LastGoodPolicy last_good_policy(const RecordContents& contents) {
    return {contents.last_good_policy, contents.last_good_group_policy};
}

/// What a look at the policy file and at Group Policy changed.
struct PolicyChange {
    std::optional<std::string> loaded;     ///< text of a valid policy that is in force from now on and was not before
    std::optional<std::string> rejected;   ///< why the file, new since the last look, is not in force
    bool accepted = false;                 ///< the file is in force again after it was rejected
    std::optional<std::string>
        group_policy;   ///< the values that Group Policy decides, where these are others than before, or looked at first; empty: none
};

/// The policy by which the watchdog acts: the file's when it is valid, else the last good one, else the defaults in observe mode
/// (DESIGN 7.5); over it Group Policy's values (DESIGN 5). The file is looked at in each cycle and parsed when its text is new.
class PolicyInForce {
public:
    PolicyInForce(Files& files, std::string path);

    /// `last_good`: the file's is used while this process has seen no valid one; Group Policy's values where those of now cannot be used,
    /// so that a record which is read late still tells them. `group`: as believed.
    PolicyChange refresh(const LastGoodPolicy& last_good, const GroupPolicyValues& group);

    [[nodiscard]] const Policy& policy() const { return policy_; }
    /// `policy_fingerprint` of it, made when the policy changes: asked for in each cycle, and made from the whole document.
    [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }
    /// It is somebody's policy, and not the defaults that stand in while there is none.
    [[nodiscard]] bool has_policy() const { return in_force_.has_value(); }
    /// Why the file on disk is not in force; nothing when it is.
    [[nodiscard]] const std::optional<std::string>& problem() const { return problem_; }
    /// An invalid file does not say heal: until it is valid nothing new is changed (promise 7).
    [[nodiscard]] bool must_observe() const { return problem_.has_value() && said_ != SaidMode::heal; }
    /// For LastGoodPolicy::group_policy.
    [[nodiscard]] std::optional<std::string> kept_group_policy() const { return kept_text(group_); }
    [[nodiscard]] const std::vector<GroupPolicyProblem>& group_problems() const { return group_problems_; }

    static constexpr std::size_t kMostBytes = 1024 * 1024;

private:
    void fall_back_on(const std::optional<std::string>& last_good);
    void look_at_file(const std::optional<std::string>& last_good, PolicyChange& change);
    void reject(std::string why, SaidMode said, PolicyChange& change);

    Files& files_;
    std::string path_;
    Policy file_;  ///< the file's, the last good one's, or the defaults
    Policy policy_;  ///< with Group Policy over it
    std::string fingerprint_;  ///< of `policy_`
    GroupPolicyValues group_;  ///< that hold
    std::optional<std::string> group_decides_;
    std::vector<GroupPolicyProblem> group_problems_;
    std::optional<std::string> in_force_;  ///< the valid text that `file_` came from; nothing: the defaults
    std::optional<std::string> seen_;  ///< text of the file as last read
    std::optional<std::string> problem_;
    SaidMode said_ = SaidMode::heal;
};

}  // namespace sstp

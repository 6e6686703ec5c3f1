#include "core/healing/restore.h"

#include "core/healing/standing.h"

#include <fmt/format.h>

#include <algorithm>

namespace sstp {

namespace {

/// Where the system has no atomic update, a crash of ours can have left no record at all.
Result<void> put_back(Ports& ports, const BindStep& step, Standing standing) {
    if (!step.before) return ports.bindings.remove(step.after.endpoint);
    return ports.bindings.put(*step.before, standing == Standing::in_between ? std::nullopt : std::optional{step.after});
}

Result<void> put_back(Ports& ports, const WriteValueStep& step, Standing) {
    return step.before ? ports.parameters.write(step.value, *step.before) : ports.parameters.remove(step.value);
}

/// HTTP.SYS takes no record whose certificate is gone or has lost its key (error 1312). A record that named such a one
/// cannot be had back by anybody; deleting ours instead would only be a third state.
bool can_never_return(HealRun& run, const BindStep& step) {
    const auto thumbprint = step.before ? step.before->thumbprint() : std::nullopt;
    if (!step.before) return false;
    if (!thumbprint) return true;   // no SHA-1 at all: HTTP.SYS would not take it either
    const auto listed = run.ports.certificates.list(step.before->store.value_or("MY"), RevocationPolicy::off, run.policy.verify.timeout);
    if (!listed) return false;
    return std::none_of(listed->begin(), listed->end(),
                        [&](const Certificate& each) { return each.thumbprint == *thumbprint && each.key == KeyState::usable; });
}

bool can_never_return(HealRun&, const WriteValueStep&) { return false; }

template <class AnyStep>
Restored restore_step(HealRun& run, const AnyStep& step, const std::string& subject) {
    const auto standing = look_at(run.ports, step);
    if (!standing)
        return {false, false, fmt::format("{} could not be put back: {}.", subject, standing.error().message()), standing.error()};
    if (*standing == Standing::as_found) return {true, true, fmt::format("{} is as it was.", subject), std::nullopt};
    if (*standing == Standing::foreign) {
        return {true, false, fmt::format("{} was changed by somebody else in the meantime and is left as they made it.", subject),
                std::nullopt};
    }
    const auto put = put_back(run.ports, step, *standing);
    const auto now = look_at(run.ports, step);
    if (now && *now == Standing::as_found) return {true, true, fmt::format("{} was put back as it was.", subject), std::nullopt};
    const Error why = !put ? put.error()
                      : !now
                          ? now.error()
                          : Error{ErrorKind::verification_failed, "put back", subject, 0, "it was reported as done but does not read back"};
    if (why.kind == ErrorKind::no_usable_key && can_never_return(run, step)) {
        return {true, false,
                fmt::format("{} cannot be put back: the certificate that it named is gone or has no usable key, and HTTP.SYS takes no "
                            "such record. It stays as the heal made it.",
                            subject),
                why};
    }
    return {false, false, fmt::format("{} could not be put back: {}.", subject, why.message()), why};
}

}  // namespace

Restored restore(HealRun& run, std::size_t index) {
    const Step step = run.ledger.heal().steps[index].step;
    if (const auto* bind = std::get_if<BindStep>(&step)) return restore_step(run, *bind, subject_of(step));
    return restore_step(run, std::get<WriteValueStep>(step), subject_of(step));
}

}  // namespace sstp

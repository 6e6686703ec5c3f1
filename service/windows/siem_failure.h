#pragma once

#include "core/ports/siem_transport.h"

#include <string>
#include <utility>

namespace sstp {

/// A failure that says which destination it is about. Our own stop stays one, whatever it interrupted.
inline Handover handover_failed(HandoverFailure failure, std::string reason, Error error) {
    Handover handover;
    handover.failure = error.kind == ErrorKind::stopped ? HandoverFailure::stopped : failure;
    handover.reason = error.kind == ErrorKind::stopped ? "stopped" : std::move(reason);
    handover.error = std::move(error);
    return handover;
}

}  // namespace sstp

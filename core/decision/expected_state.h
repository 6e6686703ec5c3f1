#pragma once

#include "core/decision/heal_plan.h"
#include "core/diagnosis/diagnose.h"

#include <vector>

namespace sstp {

/// What the server should look like once `steps` are done: records and values as written, and, because that is what the
/// heal is for, running services and both listeners serving `target`. A plan cures what a diagnosis of this no longer finds.
ServerState expected_after(const Diagnosis& diagnosis, const std::vector<Step>& steps, const Certificate& target);

}  // namespace sstp

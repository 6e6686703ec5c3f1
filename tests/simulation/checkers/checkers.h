#pragma once

#include "tests/simulation/checker.h"

#include <memory>

namespace sstp::simulation {

// One file each, named like the function.
std::unique_ptr<Checker> fit_or_nothing(const Scene& scene);
std::unique_ptr<Checker> one_unit(const Scene& scene);
std::unique_ptr<Checker> never_worse(const Scene& scene);
std::unique_ptr<Checker> not_ours(const Scene& scene);
std::unique_ptr<Checker> few_restarts(const Scene& scene);
std::unique_ptr<Checker> falling_rate(const Scene& scene);
std::unique_ptr<Checker> same_certificate(const Scene& scene);
std::unique_ptr<Checker> hands_off(const Scene& scene);
std::unique_ptr<Checker> told(const Scene& scene);
std::unique_ptr<Checker> time_to_repair(const Scene& scene);
std::unique_ptr<Checker> services_as_found(const Scene& scene);
std::unique_ptr<Checker> keys_stay(const Scene& scene);
std::unique_ptr<Checker> idempotent(const Scene& scene);
std::unique_ptr<Checker> useless_restarts(const Scene& scene);
std::unique_ptr<Checker> in_the_window(const Scene& scene);
std::unique_ptr<Checker> no_flapping(const Scene& scene);
std::unique_ptr<Checker> truthful(const Scene& scene);
std::unique_ptr<Checker> told_once(const Scene& scene);

}  // namespace sstp::simulation

#include "tests/simulation/checkers/checkers.h"

namespace sstp::simulation {

std::vector<std::unique_ptr<Checker>> all_checkers(const Scene& scene) {
    std::vector<std::unique_ptr<Checker>> all;
    for (const auto make :
         {fit_or_nothing, one_unit, never_worse, not_ours, few_restarts, falling_rate, same_certificate, hands_off, told, time_to_repair,
          services_as_found, keys_stay, idempotent, useless_restarts, in_the_window, no_flapping, truthful, told_once}) {
        all.push_back(make(scene));
    }
    return all;
}

}  // namespace sstp::simulation

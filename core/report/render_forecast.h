#pragma once

#include "core/report/cycle_report.h"
#include "core/report/forecast.h"

#include <cstddef>
#include <string>

namespace sstp {

/// What `forecast` prints, in lines of at most `columns`: each thing to come with its day, what is wrong already, the windows, the sum.
std::string render_forecast_text(const Forecast& forecast, std::size_t columns);
/// The same as one JSON object in ASCII; its members are documented in service/commands/README.md. Never throws.
std::string render_forecast_json(const Forecast& forecast, const ReportHead& head);

/// Restarts that the forecast has.
std::size_t restarts_in(const Forecast& forecast);

}  // namespace sstp

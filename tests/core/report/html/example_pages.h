#pragma once

#include "core/report/html/report_page.h"

#include <string>

namespace sstp::example {

// The pages of servers that example_reports.h knows.
ReportPage page_of_ended();  ///< clients get an expired certificate; the budget is spent; one destination is down
ReportPage page_of_healthy();
ReportPage page_of_successor();  ///< a successor is planned; beside it one of another CA, and a computer certificate
ReportPage page_with_forecast();  ///< the same server, and what comes in 120 days
ReportPage page_of_not_elevated();
ReportPage page_of_load_balancer();
ReportPage page_without_rras();

/// `page_of_ended` with this text wherever a text comes from outside.
ReportPage page_with(const std::string& text);

}  // namespace sstp::example

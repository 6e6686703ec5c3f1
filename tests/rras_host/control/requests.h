#pragma once

#include <functional>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

namespace sstp::rras_host {

using Json = nlohmann::json;

/// Requests by name, such as `binding.list`. A request takes the whole request object and gives a value; it throws
/// std::exception for what it could not do.
using Requests = std::map<std::string, std::function<Json(const Json&)>>;

void add_log_requests(Requests& requests);
void add_binding_requests(Requests& requests);
void add_certificate_requests(Requests& requests);
void add_file_requests(Requests& requests);
void add_registry_requests(Requests& requests);
void add_service_requests(Requests& requests);

}  // namespace sstp::rras_host

#pragma once

#include <string>
#include <vector>

// What no tool of every Windows Server says, or says only in the server's language. Each probe prints lines of `name=value` words and
// changes nothing but what its name says.
namespace sstp::kit {

using Arguments = std::vector<std::string>;

struct Probe {
    const char* name;
    const char* usage;
    const char* does;
    int (*run)(const Arguments& arguments);   ///< the exit code; throws std::runtime_error
};

const std::vector<Probe>& probes();

// probe_service_windows.cpp
int probe_service(const Arguments& arguments);
int probe_dependants(const Arguments& arguments);
int probe_watch(const Arguments& arguments);
int probe_when(const Arguments& arguments);
int probe_hold(const Arguments& arguments);
// probe_process_windows.cpp
int probe_process(const Arguments& arguments);
// probe_every_windows.cpp
int probe_every(const Arguments& arguments);
// probe_http_windows.cpp
int probe_records(const Arguments& arguments);
// probe_certificates_windows.cpp
int probe_keys(const Arguments& arguments);
int probe_renewal_link(const Arguments& arguments);
int probe_offset(const Arguments& arguments);

/// A whole number of at least 0, or an exception that names `what`.
int number_of(const std::string& text, const char* what);
/// A line of the output, at once.
void print_line(const std::string& line);
/// `arguments` from `first` on as one command line, run by cmd.exe.
int run_words(const Arguments& arguments, std::size_t first);

}  // namespace sstp::kit

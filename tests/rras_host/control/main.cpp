/// `rras_host.exe`: changes and shows the state of the test host from inside the prefix.
///   rras_host.exe serve             one JSON request per line on standard input, one JSON answer per line on standard output
///   rras_host.exe '{"do": …}'       the same for one request
/// An answer is {"ok": true, "value": …} or {"ok": false, "error": "…"}.

#include <iostream>

#include "control/requests.h"
#include "store/state_folder.h"

namespace sstp::rras_host {

namespace {

Requests all_requests() {
    Requests requests;
    add_log_requests(requests);
    add_binding_requests(requests);
    add_certificate_requests(requests);
    add_file_requests(requests);
    add_registry_requests(requests);
    add_service_requests(requests);
    return requests;
}

Json answer(const Requests& requests, const std::string& line) {
    try {
        const Json request = Json::parse(line);
        const std::string name = request.at("do").get<std::string>();
        const auto found = requests.find(name);
        if (found == requests.end()) return {{"ok", false}, {"error", "there is no request " + name}};
        return {{"ok", true}, {"value", found->second(request)}};
    } catch (const std::exception& trouble) {
        return {{"ok", false}, {"error", trouble.what()}};
    }
}

}  // namespace

}  // namespace sstp::rras_host

int wmain(int argc, wchar_t** argv) {
    using namespace sstp::rras_host;
    const auto print = [](const Json& value) { std::cout << value.dump(-1, ' ', true, Json::error_handler_t::replace) << std::endl; };
    const Requests requests = all_requests();
    const std::wstring first = argc == 2 ? argv[1] : L"";
    if (first.empty()) {
        std::cerr << "usage: rras_host.exe serve | rras_host.exe REQUEST\n";
        return 2;
    }
    if (first != L"serve") {
        const Json result = answer(requests, to_utf8(first));
        print(result);
        return result.at("ok").get<bool>() ? 0 : 1;
    }
    for (std::string line; std::getline(std::cin, line);) print(answer(requests, line));
    return 0;
}

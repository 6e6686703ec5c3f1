#include "tests/contracts/siem_receivers.h"

#include "service/tls/tcp_stream.h"
#include "service/windows/system_clock.h"

#include <cstdlib>
#include <map>
#include <sstream>
#include <stdexcept>

namespace sstp::contracts {

namespace {

struct Told {
    std::uint16_t port = 0;
    std::string extra;
};

const Told& told(const std::string& name) {
    static const auto all = [] {
        std::map<std::string, Told> found;
        const char* companion = std::getenv("COMPANION");
        std::istringstream words(companion != nullptr ? companion : "");
        for (std::string word; words >> word;) {
            const auto equals = word.find('=');
            const auto comma = word.find(',');
            found[word.substr(0, equals)] = {static_cast<std::uint16_t>(std::stoi(word.substr(equals + 1))), word.substr(comma + 1)};
        }
        return found;
    }();
    const auto found = all.find("siem_" + name);
    if (found == all.end())
        throw std::runtime_error("start tests/contracts/tls_server.py first and put its line into COMPANION: there is no receiver " + name);
    return found->second;
}

/// One line to the ledger; its whole answer.
std::string ask_ledger(const std::string& line) {
    const StopSignal stop;
    const MonotonicTime deadline = monotonic_now() + Duration{15000};
    TcpStream connection(stop);
    if (const auto connected = connection.connect("127.0.0.1", receiver_port("ledger"), deadline); !connected)
        throw std::runtime_error(connected.error().message());
    const std::string question = line + "\n";
    if (const auto sent = connection.write({reinterpret_cast<const std::uint8_t*>(question.data()), question.size()}, deadline); !sent)
        throw std::runtime_error(sent.error().message());
    std::string answer;
    Bytes buffer(65536);
    for (;;) {
        const auto count = connection.read_some(buffer, deadline);
        if (!count) throw std::runtime_error(count.error().message());
        if (*count == 0) return answer;
        answer.append(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*count));
    }
}

}  // namespace

std::uint16_t receiver_port(const std::string& name) { return told(name).port; }

std::string receiver_file(const std::string& name) {
    std::string path = "Z:" + told(name + "_file").extra;
    for (char& each : path) each = each == '/' ? '\\' : each;
    return path;
}

Taken take(const std::string& receiver) {
    const std::string answer = ask_ledger("take " + receiver);
    const auto blank = answer.find(' ');
    const auto bytes = from_hex(answer.substr(blank + 1));
    return {std::stoi(answer), bytes ? std::string(bytes->begin(), bytes->end()) : std::string{}};
}

void accept_clients_of(const std::string& pem) {
    ask_ledger("trust " + to_hex({reinterpret_cast<const std::uint8_t*>(pem.data()), pem.size()}));
}

SiemDestination destination_at(const std::string& receiver, const std::string& host) {
    SiemDestination destination;
    destination.name = receiver;
    destination.hosts = {{host, receiver_port(receiver)}};
    destination.ca_file = receiver_file("root");
    destination.client_certificate = NoClientCertificate{};
    return destination;
}

}  // namespace sstp::contracts

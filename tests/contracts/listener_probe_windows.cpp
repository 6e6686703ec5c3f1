// The probe against real TLS listeners: tls_server.py, which runs beside the tests and tells its ports in COMPANION.

#include "service/tls/pem_certificates.h"
#include "service/windows/crypto_handles.h"
#include "service/windows/late_bound.h"
#include "service/windows/schannel_listener_probe.h"
#include "service/windows/system_clock.h"
#include "service/windows/text.h"
#include "tests/contracts/listener_probe_contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <map>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace sstp::contract {
namespace {

using testing::HasSubstr;

constexpr Duration kLong{15000};
constexpr Duration kShort{700};

struct Running {
    std::uint16_t port = 0;
    std::optional<CertificateHash> serves;
};

/// `name=port,hash ...`
std::map<std::string, Running> running_listeners() {
    std::map<std::string, Running> found;
    const char* companion = std::getenv("COMPANION");
    std::istringstream words(companion ? companion : "");
    for (std::string word; words >> word;) {
        const auto equals = word.find('=');
        const auto comma = word.find(',');
        found[word.substr(0, equals)] = {static_cast<std::uint16_t>(std::stoi(word.substr(equals + 1))),
                                         CertificateHash::parse(word.substr(comma + 1))};
    }
    return found;
}

/// A file that the companion made, as a path of this system.
std::string companion_file(const std::string& name) {
    const char* companion = std::getenv("COMPANION");
    std::istringstream words(companion ? companion : "");
    for (std::string word; words >> word;) {
        if (!word.starts_with(name + "=")) continue;
        std::string path = "Z:" + word.substr(word.find(',') + 1);
        for (char& each : path) each = each == '/' ? '\\' : each;
        return path;
    }
    throw std::runtime_error("start tests/contracts/tls_server.py first and put its line into COMPANION: there is no file " + name);
}

Listener running(const std::string& name, AddressFamily family, Duration timeout = kLong) {
    static const auto all = running_listeners();
    const auto found = all.find(name);
    if (found == all.end())
        throw std::runtime_error("start tests/contracts/tls_server.py first and put its line into COMPANION: there is no listener " + name);
    return {{IpAddress::loopback(family), found->second.port, "vpn.example.com", "/sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/", timeout},
            found->second.serves};
}

/// A port on which nobody listens: bound and let go.
std::uint16_t closed_port() {
    WSADATA data{};
    WSAStartup(MAKEWORD(2, 2), &data);
    const SOCKET socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int size = sizeof address;
    ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
    getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    closesocket(socket);
    WSACleanup();
    return ntohs(address.sin_port);
}

class WindowsListenerWorld final : public ListenerWorld {
public:
    ListenerProbe& probe() override { return probe_; }

    Listener listener(Scene scene, AddressFamily family) override {
        switch (scene) {
            case Scene::fit: return running("fit", family);
            case Scene::expired: return running("expired", family);
            case Scene::not_found: return running("not_found", family);
            case Scene::no_session: return running("resets_at_once", family);
            case Scene::chain_cut: return running("chain_cut", family);
            case Scene::chain_ended: return running("chain_ended", family);
            case Scene::nobody_listens: break;
        }
        auto nobody = running("fit", family);
        nobody.target.port = closed_port();
        return nobody;
    }

    /// A socket of this very process. Where the system names no owners at all (Wine shows native processes as nobody), none is blamed.
    std::optional<std::pair<std::string, std::uint16_t>> taken_port() override {
        // Wine's server process holds every socket: nobody's id stands in the table.
        if (export_of(L"ntdll.dll", "wine_get_version") != nullptr) return std::nullopt;
        std::uint16_t port = 0;
        for (const int family : {AF_INET, AF_INET6}) {
            const SOCKET socket = ::socket(family, SOCK_STREAM, 0);
            SOCKADDR_STORAGE address{};
            address.ss_family = static_cast<ADDRESS_FAMILY>(family);
            reinterpret_cast<sockaddr_in&>(address).sin_port = htons(port);
            int size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
            EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
            EXPECT_EQ(::listen(socket, 1), 0);
            getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
            port = ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);
            sockets_.push_back(socket);
        }
        std::array<wchar_t, 1024> path{};
        GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
        const std::string program = to_utf8_lossy(path.data());
        return std::pair{program.substr(program.rfind('\\') + 1) + " (" + std::to_string(GetCurrentProcessId()) + ")", port};
    }

    WindowsListenerWorld() {
        WSADATA data{};
        WSAStartup(MAKEWORD(2, 2), &data);
        has_intermediate();
    }
    ~WindowsListenerWorld() override {
        for (const SOCKET each : sockets_) closesocket(each);
        WSACleanup();
    }

private:
    /// What a machine has whose own CA issued: the intermediate among the intermediates.
    static void has_intermediate() {
        const auto file = certificates_from_file(companion_file("chain_intermediate_file"));
        ASSERT_TRUE(file) << file.error().message();
        const UniqueCertificateContext certificate{CertEnumCertificatesInStore(file->get(), nullptr)};
        const UniqueStore open{CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE, L"CA")};
        ASSERT_TRUE(CertAddCertificateContextToStore(open.get(), certificate.get(), CERT_STORE_ADD_REPLACE_EXISTING, nullptr));
        CertControlStore(open.get(), 0, CERT_STORE_CTRL_COMMIT, nullptr);
    }

    std::vector<SOCKET> sockets_;
    StopSignal stop_;
    SchannelListenerProbe probe_{stop_};
};

class SchannelProbe : public testing::TestWithParam<AddressFamily> {
protected:
    ProbeOutcome probe(const std::string& listener, Duration timeout = kLong) {
        return probe_.probe(running(listener, GetParam(), timeout).target);
    }

    /// TLS was fine: what became of the request.
    Observed<int> status(const std::string& listener, Duration timeout = kLong) {
        const auto outcome = probe(listener, timeout);
        if (const auto* served = std::get_if<Served>(&outcome)) {
            EXPECT_EQ(served->leaf.hash, running(listener, GetParam()).serves);
            return served->uri_status;
        }
        const auto& unreachable = std::get<Unreachable>(outcome);
        ADD_FAILURE() << listener << ": " << unreachable.stage << ": " << unreachable.why.message();
        return Absent{};
    }
    Error request_error(const std::string& listener, Duration timeout = kLong) {
        const auto observed = status(listener, timeout);
        const Error* why = why_unreadable(observed);
        if (!why) ADD_FAILURE() << listener << " gave a status";
        return why ? *why : Error{};
    }
    Unreachable unreachable(const std::string& listener, Duration timeout = kLong) {
        const auto outcome = probe(listener, timeout);
        const auto* found = std::get_if<Unreachable>(&outcome);
        if (!found) ADD_FAILURE() << listener << " was reached";
        return found ? *found : Unreachable{};
    }

    StopSignal stop_;
    SchannelListenerProbe probe_{stop_};
};

TEST_P(SchannelProbe, AsksForExactlyTheServerUriOfTheNamedServer) {
    const auto seen = status("checked");
    ASSERT_TRUE(value_of<int>(seen));
    EXPECT_EQ(*value_of<int>(seen), 401) << "400: the listener did not like request or SNI";
}

TEST_P(SchannelProbe, TheLeafIsReadWholeAsOneOfTheStoreIs) {
    const auto outcome = probe("fit");
    ASSERT_TRUE(std::holds_alternative<Served>(outcome));
    const Certificate& leaf = std::get<Served>(outcome).leaf;
    EXPECT_NE(leaf.thumbprint, Thumbprint{});
    EXPECT_EQ(to_rfc3339(leaf.not_after), "2099-12-31T23:59:59.000Z");
    EXPECT_EQ(leaf.subject_cn, "vpn.example.com");
    EXPECT_EQ(leaf.dns_names, (std::vector<std::string>{"vpn.example.com", "vpn2.example.com"}));
    EXPECT_EQ(leaf.key_bits, 2048U);
    EXPECT_TRUE(leaf.self_signed);
    EXPECT_FALSE(leaf.archived);
}

TEST_P(SchannelProbe, ASubjectMayBeEmpty) {
    const auto outcome = probe("nameless");
    ASSERT_TRUE(std::holds_alternative<Served>(outcome));
    EXPECT_EQ(std::get<Served>(outcome).leaf.subject, "");
    EXPECT_EQ(std::get<Served>(outcome).leaf.dns_names.front(), "vpn.example.com");
}

TEST_P(SchannelProbe, AnAnswerMayComeByteByByteBehindAnInterimOneOrWithoutAnEnd) {
    for (const char* listener : {"in_pieces", "interim", "held_open"}) {
        const auto seen = status(listener);
        ASSERT_TRUE(value_of<int>(seen)) << listener;
        EXPECT_EQ(*value_of<int>(seen), 401) << listener;
    }
}

TEST_P(SchannelProbe, AListenerThatWouldLikeACertificateGetsNone) {
    EXPECT_TRUE(value_of<int>(status("asks_for_certificate")));
    const auto refused = unreachable("demands_certificate");
    EXPECT_EQ(refused.stage, "handshake");
}

TEST_P(SchannelProbe, AListenerThatFallsSilentIsTimedOutAndItsCertificateToldAllTheSame) {
    const auto before = monotonic_now();
    const Error why = request_error("silent", kShort);
    EXPECT_EQ(why.kind, ErrorKind::timed_out);
    EXPECT_THAT(why.message(), HasSubstr("ServerURI"));
    EXPECT_GE(monotonic_now() - before, kShort - Duration(50));
}

TEST_P(SchannelProbe, AListenerThatStallsInTheHandshakeIsTimedOut) {
    for (const char* listener : {"stalls", "stalls_in_record"}) {
        const auto stalled = unreachable(listener, kShort);
        EXPECT_EQ(stalled.stage, "handshake") << listener;
        EXPECT_EQ(stalled.why.kind, ErrorKind::timed_out) << listener;
    }
}

TEST_P(SchannelProbe, WhatIsNoTlsFailsInTheHandshakeAndSaysWhatItIs) {
    for (const char* listener : {"plain_http", "alert", "ends_at_once"}) {
        const auto failed = unreachable(listener);
        EXPECT_EQ(failed.stage, "handshake") << listener;
        EXPECT_FALSE(failed.why.text.empty()) << listener;
        EXPECT_EQ(failed.why.operation, "make a TLS session with") << listener;
        EXPECT_THAT(failed.why.subject, HasSubstr(GetParam() == AddressFamily::ipv4 ? "127.0.0.1:" : "[::1]:"));
        EXPECT_NE(failed.why.kind, ErrorKind::timed_out) << listener;
    }
}

TEST_P(SchannelProbe, AnAnswerThatIsNoHttpIsMalformed) {
    for (const char* listener : {"garbage", "endless_line", "huge"}) {
        EXPECT_EQ(request_error(listener).kind, ErrorKind::malformed) << listener;
    }
}

TEST_P(SchannelProbe, AConnectionThatEndsWithoutAnAnswerIsToldAsSuch) {
    EXPECT_THAT(request_error("closes").text, HasSubstr("without an answer"));
    // Under Wine a reset that comes while a read is outstanding may look like an orderly end (10054 or 0); on Windows it never does.
    const Error reset = request_error("resets");
    EXPECT_TRUE(reset.code == static_cast<std::uint32_t>(WSAECONNRESET) ||
                (reset.code == 0 && reset.text.find("without an answer") != std::string::npos))
        << reset.message();
    EXPECT_NE(request_error("broken_record").code, 0u);
}

TEST_P(SchannelProbe, AHandshakeCutAtAnyPlaceFailsAndAWholeOneSucceeds) {
    // Each connection lets 37 bytes more through. The first ones break the handshake, the next the answer, at last all is well.
    int broken_handshakes = 0, broken_answers = 0;
    for (int i = 0; i < 300; ++i) {
        const auto outcome = probe("cut");
        if (const auto* failed = std::get_if<Unreachable>(&outcome)) {
            EXPECT_EQ(failed->stage, "handshake") << failed->why.message();
            EXPECT_EQ(broken_answers, 0) << "more bytes, and yet a worse outcome";
            ++broken_handshakes;
        } else if (value_of<int>(std::get<Served>(outcome).uri_status)) {
            EXPECT_GT(broken_handshakes + broken_answers, 20);
            return;
        } else {
            ++broken_answers;
        }
    }
    FAIL() << "never all was well: " << broken_handshakes << ' ' << broken_answers;
}

TEST_P(SchannelProbe, AServerUriThatWouldBreakOutOfItsLineIsNotSent) {
    auto target = running("held_open", GetParam()).target;
    target.uri = "/sra HTTP/1.1\r\nX: y";
    const auto outcome = probe_.probe(target);
    ASSERT_TRUE(std::holds_alternative<Served>(outcome));
    const Error* why = why_unreadable(std::get<Served>(outcome).uri_status);
    ASSERT_TRUE(why);
    EXPECT_EQ(why->kind, ErrorKind::malformed);
}

TEST_P(SchannelProbe, WithoutANameTheAddressIsTheHost) {
    auto target = running("fit", GetParam()).target;
    target.server_name.clear();
    const auto outcome = probe_.probe(target);
    ASSERT_TRUE(std::holds_alternative<Served>(outcome));
    EXPECT_TRUE(value_of<int>(std::get<Served>(outcome).uri_status));
}

TEST_P(SchannelProbe, AStopBeforeItEndsItAtOnce) {
    stop_.request();
    const auto stopped = unreachable("fit");
    EXPECT_EQ(stopped.why.kind, ErrorKind::stopped);
}

TEST_P(SchannelProbe, AStopWhileWaitingEndsItLongBeforeItsTime) {
    constexpr Duration kForever{600000};   // were the stop not heard, the test would run into the limit of the whole run
    for (const char* listener : {"stalls", "silent"}) {
        const auto target = running(listener, GetParam(), kForever).target;
        StopSignal stop;
        SchannelListenerProbe probe(stop);
        std::thread stopper([&stop] {
            Sleep(200);
            stop.request();
        });
        const auto outcome = probe.probe(target);
        stopper.join();
        ASSERT_TRUE(std::holds_alternative<Unreachable>(outcome)) << listener;
        EXPECT_EQ(std::get<Unreachable>(outcome).why.kind, ErrorKind::stopped) << listener;
    }
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, SchannelProbe, testing::Values(AddressFamily::ipv4, AddressFamily::ipv6),
                         [](const auto& family) { return std::string(word(family.param)); });

}  // namespace

std::unique_ptr<ListenerWorld> make_listener_world() { return std::make_unique<WindowsListenerWorld>(); }

}  // namespace sstp::contract

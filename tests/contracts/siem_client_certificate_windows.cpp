// Which certificate we show, chosen from the machine's store at each connection, and what becomes of it at a receiver that looks.

#include "service/tls/client_certificate.h"
#include "service/tls/pem_certificates.h"
#include "service/windows/siem_transports.h"
#include "tests/contracts/certificate_maker.h"
#include "tests/contracts/siem_receivers.h"
#include "tests/contracts/windows_proper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace sstp::contracts {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const Payload kPayload{{"one", "two"}, {}};
constexpr char kClientAuthentication[] = "1.3.6.1.5.5.7.3.2";

std::string pem_of(PCCERT_CONTEXT certificate) {
    DWORD size = 0;
    CryptBinaryToStringA(certificate->pbCertEncoded, certificate->cbCertEncoded, CRYPT_STRING_BASE64HEADER, nullptr, &size);
    std::string text(size, '\0');
    CryptBinaryToStringA(certificate->pbCertEncoded, certificate->cbCertEncoded, CRYPT_STRING_BASE64HEADER, text.data(), &size);
    text.resize(size);
    return text;
}

/// A certificate in LocalMachine\MY while it lives.
class Installed {
public:
    Installed(const TestAuthority& authority, CertificateToAdd wanted, std::uint64_t serial, bool with_key = true)
        : certificate_(authority.issue(wanted, key_, serial)) {
        if (with_key) link_key(certificate_.get(), key_.container(), CRYPT_MACHINE_KEYSET);
        const UniqueStore store{CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE, L"MY")};
        CertAddCertificateContextToStore(store.get(), certificate_.get(), CERT_STORE_ADD_REPLACE_EXISTING, nullptr);
        CertControlStore(store.get(), 0, CERT_STORE_CTRL_COMMIT, nullptr);
    }
    ~Installed() { delete_for_good(L"MY", certificate_.get()); }
    Installed(const Installed&) = delete;
    Installed& operator=(const Installed&) = delete;

    [[nodiscard]] Thumbprint thumbprint() const { return thumbprint_of(certificate_.get()); }

private:
    TestKey key_;
    UniqueCertificateContext certificate_;
};

/// The receivers' root is one of this machine's roots while it lives.
class TrustedReceivers {
public:
    TrustedReceivers() {
        const auto read = certificates_from_file(*destination_at("https_demands_certificate").ca_file);
        root_ = UniqueCertificateContext{CertEnumCertificatesInStore(read->get(), nullptr)};
        const UniqueStore store{CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_LOCAL_MACHINE, L"ROOT")};
        CertAddCertificateContextToStore(store.get(), root_.get(), CERT_STORE_ADD_REPLACE_EXISTING, nullptr);
        CertControlStore(store.get(), 0, CERT_STORE_CTRL_COMMIT, nullptr);
    }
    ~TrustedReceivers() { delete_for_good(L"ROOT", root_.get()); }
    TrustedReceivers(const TrustedReceivers&) = delete;
    TrustedReceivers& operator=(const TrustedReceivers&) = delete;

private:
    UniqueCertificateContext root_;
};

CertificateToAdd client_of(const std::string& name) {
    CertificateToAdd wanted;
    wanted.dns_names = {name};
    wanted.purposes = {{kClientAuthentication}};
    return wanted;
}

class SiemClientCertificate : public testing::Test {
protected:
    SelectClientCertificate by_issuer() { return {authority_.name(), std::nullopt}; }
    Thumbprint chosen(const SelectClientCertificate& selector, const std::vector<Bytes>& issuers = {}) {
        const auto found = choose_client_certificate(selector, issuers);
        if (!found) ADD_FAILURE() << found.error().message();
        return found ? thumbprint_of(found->certificate.get()) : Thumbprint{};
    }
    std::string why_none(const SelectClientCertificate& selector, const std::vector<Bytes>& issuers = {}) {
        const auto found = choose_client_certificate(selector, issuers);
        EXPECT_FALSE(found);
        return found ? std::string{} : found.error().message();
    }
    Handover hand_over(const std::string& receiver, ClientCertificate which) {
        SiemDestination destination = destination_at(receiver);
        destination.client_certificate = std::move(which);
        take(receiver);
        return make_siem_transport(destination, stop_)->hand_over(0, kPayload);
    }

    static SiemDestination over_https(ClientCertificate which) {
        SiemDestination destination = destination_at("https_demands_certificate");
        destination.type = DestinationType::https;
        destination.hosts.clear();
        destination.url = "https://localhost:" + std::to_string(receiver_port("https_demands_certificate")) + "/200";
        destination.client_certificate = std::move(which);
        take("https_demands_certificate");
        return destination;
    }

    TestAuthority authority_{true};
    StopSignal stop_;
};

TEST_F(SiemClientCertificate, IsTheOneThatLastsLongest) {
    const Installed first(authority_, client_of("vpn01.example.com"), 11);
    Sleep(1100);   // validity counts in seconds, and begins to count at the making
    const Installed second(authority_, client_of("vpn01.example.com"), 12);
    EXPECT_EQ(chosen(by_issuer()), second.thumbprint());
}

TEST_F(SiemClientCertificate, IsSelectedByIssuerOrName) {
    const Installed one(authority_, client_of("vpn01.example.com"), 21);
    const Installed other(authority_, client_of("vpn02.example.com"), 22);
    EXPECT_EQ(chosen({authority_.name(), "VPN01.example.com"}), one.thumbprint());
    EXPECT_EQ(chosen({"cn=" + authority_.name(), "vpn02.example.com"}), other.thumbprint()) << "the whole name of the issuer will do too";
    EXPECT_THAT(why_none({"Some other CA", std::nullopt}),
                AllOf(HasSubstr("issued by Some other CA"), HasSubstr("is not the one asked for")));
}

TEST_F(SiemClientCertificate, WhatCannotBeUsedIsNotChosenAndTheReasonTold) {
    CertificateToAdd expired = client_of("expired.example.com");
    expired.expired = true;
    CertificateToAdd server = client_of("server.example.com");
    server.purposes = {{kServerAuthentication}};
    const Installed a(authority_, expired, 31);
    const Installed b(authority_, server, 32);
    const Installed c(authority_, client_of("keyless.example.com"), 33, false);
    const std::string why = why_none(by_issuer());
    EXPECT_THAT(why, HasSubstr("CN=expired.example.com ended"));
    EXPECT_THAT(why, HasSubstr("CN=server.example.com is not for client authentication"));
    EXPECT_THAT(why, HasSubstr("CN=keyless.example.com has no private key"));
    CertificateToAdd anything = client_of("any.example.com");
    anything.purposes.reset();
    const Installed d(authority_, anything, 34);
    EXPECT_EQ(chosen(by_issuer()), d.thumbprint()) << "no purpose named means every purpose";
}

TEST_F(SiemClientCertificate, MustHaveAnIssuerThatTheServerLists) {
    const Installed one(authority_, client_of("vpn01.example.com"), 41);
    const CERT_NAME_BLOB& own = authority_.certificate()->pCertInfo->Subject;
    const Bytes listed(own.pbData, own.pbData + own.cbData);
    EXPECT_EQ(chosen(by_issuer(), {Bytes{0x30, 0x00}, listed}), one.thumbprint());
    EXPECT_THAT(why_none(by_issuer(), {Bytes{0x30, 0x00}}), HasSubstr("has an issuer that the server does not list"));
}

TEST_F(SiemClientCertificate, IsAcceptedByAReceiverThatDemandsOne) {
    const Installed one(authority_, client_of("vpn01.example.com"), 51);
    accept_clients_of(pem_of(authority_.certificate()));
    const auto handover = hand_over("demands_certificate", by_issuer());
    ASSERT_TRUE(handover.receipt) << handover.error.message();
    EXPECT_EQ(take("demands_certificate").bytes, "onetwo");
    EXPECT_TRUE(hand_over("asks_for_certificate", by_issuer()).receipt);
    EXPECT_TRUE(hand_over("asks_for_certificate", NoClientCertificate{}).receipt);
}

TEST_F(SiemClientCertificate, OfACaThatTheReceiverDoesNotKnowIsRefusedAndNothingIsSent) {
    const TestAuthority unknown{true};
    const Installed one(unknown, client_of("vpn01.example.com"), 61);
    const auto handover = hand_over("demands_certificate", SelectClientCertificate{unknown.name(), std::nullopt});
    ASSERT_FALSE(handover.receipt);
    EXPECT_EQ(take("demands_certificate").bytes, "");
    EXPECT_EQ(handover.failure, HandoverFailure::untrusted) << handover.error.message();
    EXPECT_EQ(handover.reason, "client_certificate") << "the finding client_certificate_unfit rests on that word";
    EXPECT_THAT(handover.error.message(), HasSubstr("Our client certificate was CN=vpn01.example.com"));
}

TEST_F(SiemClientCertificate, WhereOneIsRefusedTheNextIsTriedOnceAndShownFirstFromThenOn) {
    const SelectClientCertificate by_name{std::nullopt, "vpn07.example.com"};
    const Installed known(authority_, client_of("vpn07.example.com"), 71);
    accept_clients_of(pem_of(authority_.certificate()));
    Sleep(1100);   // so that the one that the receiver does not know lasts longer
    const TestAuthority unknown{true};
    const Installed stranger(unknown, client_of("vpn07.example.com"), 72);
    ASSERT_EQ(chosen(by_name), stranger.thumbprint());

    SiemDestination destination = destination_at("demands_certificate");
    destination.client_certificate = by_name;
    take("demands_certificate");
    const auto transport = make_siem_transport(destination, stop_);
    const auto first = transport->hand_over(0, kPayload);
    ASSERT_TRUE(first.receipt) << first.error.message();
    EXPECT_EQ(take("demands_certificate").bytes, "onetwo");
    ASSERT_TRUE(transport->hand_over(0, kPayload).receipt);
    const Taken again = take("demands_certificate");
    EXPECT_EQ(again.bytes, "onetwo");
    EXPECT_EQ(again.connections, 1) << "what was refused is not shown again while the other is taken";
}

TEST_F(SiemClientCertificate, WhereBothAreRefusedNothingIsSentAndBothAreNamed) {
    const SelectClientCertificate by_name{std::nullopt, "vpn08.example.com"};
    accept_clients_of(pem_of(authority_.certificate()));
    const TestAuthority unknown{true};
    const Installed one(unknown, client_of("vpn08.example.com"), 81);
    const TestAuthority unknown_too{true};
    const Installed other(unknown_too, client_of("vpn08.example.com"), 82);
    const auto handover = hand_over("demands_certificate", by_name);
    ASSERT_FALSE(handover.receipt);
    EXPECT_EQ(take("demands_certificate").bytes, "");
    EXPECT_EQ(handover.failure, HandoverFailure::untrusted);
    EXPECT_THAT(handover.error.message(), AllOf(HasSubstr(unknown.name()), HasSubstr(unknown_too.name()), HasSubstr("refused as well")));
}

// --- HTTPS ---

TEST_F(SiemClientCertificate, OverHttpsTheNextIsTriedOnceTooAndShownFirstFromThenOn) {
    const SelectClientCertificate by_name{std::nullopt, "vpn09.example.com"};
    const Installed known(authority_, client_of("vpn09.example.com"), 91);
    accept_clients_of(pem_of(authority_.certificate()));
    Sleep(1100);   // so that the one that the receiver does not know lasts longer
    const TestAuthority unknown{true};
    const Installed stranger(unknown, client_of("vpn09.example.com"), 92);
    ASSERT_EQ(chosen(by_name), stranger.thumbprint());

    const SiemDestination destination = over_https(by_name);
    const auto transport = make_siem_transport(destination, stop_);
    const auto first = transport->hand_over(0, kPayload);
    ASSERT_TRUE(first.receipt) << first.error.message();
    EXPECT_THAT(take("https_demands_certificate").bytes, AllOf(testing::StartsWith("POST /200 "), testing::EndsWith("onetwo")));
    ASSERT_TRUE(transport->hand_over(0, kPayload).receipt);
    const Taken again = take("https_demands_certificate");
    EXPECT_THAT(again.bytes, testing::EndsWith("onetwo"));
    EXPECT_LE(again.connections, 2) << "one to look at the server and one to post: what was refused is not shown again";
}

TEST_F(SiemClientCertificate, OverHttpsWhereBothAreRefusedNothingIsSentAndBothAreNamed) {
    const SelectClientCertificate by_name{std::nullopt, "vpn10.example.com"};
    accept_clients_of(pem_of(authority_.certificate()));
    const TestAuthority unknown{true};
    const Installed one(unknown, client_of("vpn10.example.com"), 101);
    const TestAuthority unknown_too{true};
    const Installed other(unknown_too, client_of("vpn10.example.com"), 102);
    const auto handover = make_siem_transport(over_https(by_name), stop_)->hand_over(0, kPayload);
    ASSERT_FALSE(handover.receipt);
    EXPECT_EQ(take("https_demands_certificate").bytes, "");
    EXPECT_EQ(handover.failure, HandoverFailure::untrusted);
    EXPECT_EQ(handover.reason, "client_certificate");
    EXPECT_THAT(handover.error.message(), AllOf(HasSubstr(unknown.name()), HasSubstr(unknown_too.name()), HasSubstr("refused as well")));
}

TEST_F(SiemClientCertificate, WhereNoneIsShownADemandingReceiverIsUnderstood) {
    const auto handover = hand_over("demands_certificate", NoClientCertificate{});
    ASSERT_FALSE(handover.receipt);
    EXPECT_EQ(take("demands_certificate").bytes, "");
    EXPECT_EQ(handover.failure, HandoverFailure::untrusted) << handover.error.message();
    EXPECT_THAT(handover.error.message(),
                HasSubstr(R"(No client certificate was shown, because "client_certificate" of this destination is "none")"));
}

TEST_F(SiemClientCertificate, WhereNoneFitsNothingIsEvenConnected) {
    const auto handover = hand_over("demands_certificate", SelectClientCertificate{"No such CA", std::nullopt});
    ASSERT_FALSE(handover.receipt);
    EXPECT_EQ(handover.failure, HandoverFailure::untrusted);
    EXPECT_EQ(handover.reason, "client_certificate");
    EXPECT_EQ(take("demands_certificate").bytes, "");
}

/// Where the machine's own roots count nobody looks before WinHTTP: its session is the one that breaks.
class SiemClientCertificateByMachineRoots : public SiemClientCertificate, public testing::WithParamInterface<bool> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SiemClientCertificateByMachineRoots);

TEST_P(SiemClientCertificateByMachineRoots, OverHttpsTheNextIsTriedOnceToo) {
    const TrustedReceivers trusted;
    const SelectClientCertificate by_name{std::nullopt, "vpn11.example.com"};
    const Installed known(authority_, client_of("vpn11.example.com"), 111);
    accept_clients_of(pem_of(authority_.certificate()));
    Sleep(1100);
    const TestAuthority unknown{true};
    const Installed stranger(unknown, client_of("vpn11.example.com"), 112);
    SiemDestination destination = over_https(by_name);
    destination.ca_file.reset();
    const auto handover = make_siem_transport(destination, stop_)->hand_over(0, kPayload);
    ASSERT_TRUE(handover.receipt) << handover.error.message();
    EXPECT_THAT(take("https_demands_certificate").bytes, testing::EndsWith("onetwo"));
}

INSTANTIATE_TEST_SUITE_P(Https, SiemClientCertificateByMachineRoots, on_windows_proper(true));

}  // namespace
}  // namespace sstp::contracts

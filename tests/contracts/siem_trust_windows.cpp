// Whether a server is trusted, with Windows' own chain engine and policy; and that nothing is sent to one that is not.

#include "core/policy/spelling.h"
#include "service/tls/pem_certificates.h"
#include "service/windows/certificate_reading.h"
#include "service/windows/siem_transports.h"
#include "tests/contracts/siem_receivers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sstp::contracts {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const Payload kPayload{{"a secret"}, {}};

CertificateHash hash_of_good() {
    const auto store = certificates_from_file(receiver_file("good"));
    const UniqueCertificateContext first{CertEnumCertificatesInStore(store->get(), nullptr)};
    return read_certificate(first.get())->hash;
}

class SiemTrust : public testing::Test {
protected:
    Handover hand_over(const SiemDestination& destination) {
        take(destination.name);
        return make_siem_transport(destination, stop_)->hand_over(0, kPayload);
    }
    /// Refused, with nothing sent; gives the reason.
    std::string refusal(const SiemDestination& destination) {
        const auto handover = hand_over(destination);
        EXPECT_FALSE(handover.receipt) << destination.name;
        EXPECT_EQ(handover.failure, HandoverFailure::untrusted) << handover.error.message();
        EXPECT_EQ(handover.reason, "certificate");
        EXPECT_EQ(take(destination.name).bytes, "");
        EXPECT_THAT(handover.peer, testing::StartsWith("CN="));
        return handover.error.message();
    }

    StopSignal stop_;
};

TEST_F(SiemTrust, AServerUnderTheConfiguredRootIsTrustedByNameAndByAddress) {
    for (const char* host : {"localhost", "127.0.0.1", "::1"}) {
        const auto handover = hand_over(destination_at("answers", host));
        EXPECT_TRUE(handover.receipt) << host << ": " << handover.error.message();
    }
}

TEST_F(SiemTrust, AnIntermediateThatIsSentAlongIsUsedAndOneThatIsMissingNamed) {
    EXPECT_TRUE(hand_over(destination_at("chain")).receipt);
    EXPECT_THAT(refusal(destination_at("alone")),
                AllOf(HasSubstr("CN=Example SIEM Issuing CA"), HasSubstr("the server must send its certificate along")));
}

TEST_F(SiemTrust, AWrongNameIsRefusedAndTheRightOnesAreTold) {
    EXPECT_THAT(refusal(destination_at("wrong_name")),
                AllOf(HasSubstr("not for localhost"), HasSubstr("other.example.com, more.example.com")));
}

TEST_F(SiemTrust, AnAddressIsNoNameUnlessTheCertificateHasIt) {
    EXPECT_THAT(refusal(destination_at("name_as_text", "127.0.0.1")), HasSubstr("not for 127.0.0.1"));
}

TEST_F(SiemTrust, DatesAreTold) {
    EXPECT_THAT(refusal(destination_at("expired")), HasSubstr("it ended 2021-02-03 04:05 UTC"));
    EXPECT_THAT(refusal(destination_at("not_yet")), HasSubstr("it is valid from 2098-01-01 00:00 UTC only"));
}

TEST_F(SiemTrust, AnotherRootIsRefusedAndNamed) {
    EXPECT_THAT(refusal(destination_at("other_ca")), AllOf(HasSubstr("CN=Another Root"), HasSubstr("siem-root.pem")));
    EXPECT_THAT(refusal(destination_at("self_signed")), HasSubstr("self-signed"));
}

TEST_F(SiemTrust, WithoutACaFileTheMachinesRootsCount) {
    SiemDestination destination = destination_at("answers");
    destination.ca_file.reset();
    EXPECT_THAT(refusal(destination), AllOf(HasSubstr("CN=Example SIEM Root"), HasSubstr("not known to this machine")));
}

TEST_F(SiemTrust, ACertificateForClientsIsNoServers) {
    EXPECT_THAT(refusal(destination_at("for_clients")),
                AllOf(HasSubstr("it is not for TLS servers: its extended key usage lacks server authentication"),
                      Not(HasSubstr("an issuer may not"))));
}

TEST_F(SiemTrust, EverythingThatIsWrongIsToldAtOnce) {
    SiemDestination destination = destination_at("expired", "localhost");
    destination.ca_file = receiver_file("good");
    EXPECT_THAT(refusal(destination), AllOf(HasSubstr("it ended"), HasSubstr("its issuer CN=Example SIEM Root is not in")));
}

TEST_F(SiemTrust, AFingerprintReplacesChainDatesAndName) {
    SiemDestination destination = destination_at("answers", "127.0.0.1");
    destination.ca_file.reset();
    destination.server_fingerprint = hash_of_good();
    EXPECT_TRUE(hand_over(destination).receipt);
}

TEST_F(SiemTrust, AnotherFingerprintIsRefusedAndTheOneShownToldInThePolicysWords) {
    SiemDestination destination = destination_at("answers");
    destination.ca_file.reset();
    destination.server_fingerprint = CertificateHash{};
    EXPECT_THAT(refusal(destination), HasSubstr(fingerprint_to_text(hash_of_good())));
}

TEST_F(SiemTrust, ACaFileThatIsNotThereOrHoldsNothingSendsNothing) {
    SiemDestination destination = destination_at("answers");
    destination.ca_file = "C:\\no\\such.pem";
    EXPECT_THAT(refusal(destination), HasSubstr("C:\\no\\such.pem"));
}

TEST(PemCertificates, AreFoundBetweenAnythingElse) {
    EXPECT_THAT(certificates_from_pem("hello", "x").error().text, HasSubstr("no certificate in PEM form"));
    EXPECT_THAT(certificates_from_pem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "x").error().text,
                HasSubstr("damaged"));
    EXPECT_THAT(certificates_from_pem("-----BEGIN CERTIFICATE-----\nAAAA", "x").error().text, HasSubstr("no end"));
}

}  // namespace
}  // namespace sstp::contracts

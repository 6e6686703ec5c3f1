// Which of several certificates a receiver is shown: what an administrator's CA issued for this host, not what lasts longest.

#include "core/selection/client_choice.h"

#include "tests/core/certificate_builder.h"

#include <gtest/gtest.h>

#include <ostream>

namespace sstp {
namespace {

using namespace std::chrono_literals;

ClientCandidate lasting(int days) { return {.not_after = WallTime{24h * days}}; }

ClientCandidate self_signed(ClientCandidate each) {
    each.self_signed = true;
    return each;
}
ClientCandidate trusted(ClientCandidate each) {
    each.trusted = true;
    return each;
}
ClientCandidate under_ca_file(ClientCandidate each) {
    each.under_ca_file = true;
    return each;
}
ClientCandidate of_this_host(ClientCandidate each) {
    each.names_this_host = true;
    return each;
}
ClientCandidate made_later(ClientCandidate each) {
    each.not_before += 24h;
    return each;
}

ClientCandidate refused(ClientCandidate each) {
    each.refused = true;
    return each;
}

struct Choice {
    const char* sentence;
    ClientCandidate shown;
    ClientCandidate other;
};
void PrintTo(const Choice& choice, std::ostream* out) { *out << choice.sentence; }

class ClientChoices : public testing::TestWithParam<Choice> {};

TEST_P(ClientChoices, AreMadeInThisOrder) {
    EXPECT_TRUE(is_shown_rather(GetParam().shown, GetParam().other));
    EXPECT_FALSE(is_shown_rather(GetParam().other, GetParam().shown));
}

INSTANTIATE_TEST_SUITE_P(
    Table, ClientChoices,
    testing::Values(
        Choice{"a CA's one-year certificate before an agent's own of ten years", trusted(lasting(365)), self_signed(lasting(3650))},
        Choice{"even one that nobody here trusts before one that signed itself", lasting(365), self_signed(of_this_host(lasting(3650)))},
        Choice{"a trusted chain before an unknown one", trusted(lasting(365)), of_this_host(lasting(3650))},
        Choice{"one under the ca_file before another trusted one", under_ca_file(lasting(30)), trusted(of_this_host(lasting(3650)))},
        Choice{"this host's name before a device certificate of ten years", trusted(of_this_host(lasting(365))), trusted(lasting(3650))},
        Choice{"what the receiver has just refused last of all", self_signed(lasting(1)),
               refused(under_ca_file(of_this_host(lasting(365))))},
        Choice{"else the one that lasts longest", trusted(lasting(400)), trusted(made_later(lasting(365)))},
        Choice{"of one end the later one", trusted(made_later(lasting(365))), trusted(lasting(365))}));

struct Asked {
    const char* sentence;
    SelectClientCertificate selector;
    bool is_asked_for;
};
void PrintTo(const Asked& asked, std::ostream* out) { *out << asked.sentence; }

class AskedFor : public testing::TestWithParam<Asked> {};

TEST_P(AskedFor, IsWhatTheSelectorNames) {
    const Certificate certificate = test::certificate(1).names({"ras.example.com", "vpn1.example.com"});
    EXPECT_EQ(is_asked_for(certificate, GetParam().selector), GetParam().is_asked_for);
}

INSTANTIATE_TEST_SUITE_P(Table, AskedFor,
                         testing::Values(Asked{"an issuer by its CN", {"Example Issuing CA", {}}, true},
                                         Asked{"an issuer by its whole name", {"CN=Example Issuing CA,O=Example", {}}, true},
                                         Asked{"an issuer in other letters", {"EXAMPLE issuing ca", {}}, true},
                                         Asked{"another issuer", {"Corp Issuing CA", {}}, false},
                                         Asked{"any of its names", {{}, "VPN1.example.com"}, true},
                                         Asked{"another name", {{}, "vpn2.example.com"}, false},
                                         Asked{"issuer and name", {"Example Issuing CA", "vpn1.example.com"}, true},
                                         Asked{"the issuer, but another name", {"Example Issuing CA", "vpn2.example.com"}, false},
                                         Asked{"the name, but another issuer", {"Corp Issuing CA", "vpn1.example.com"}, false},
                                         Asked{"whichever", {}, true}));

TEST(ClientChoice, NobodyIsShownRatherThanItself) { EXPECT_FALSE(is_shown_rather(lasting(1), lasting(1))); }

}  // namespace
}  // namespace sstp

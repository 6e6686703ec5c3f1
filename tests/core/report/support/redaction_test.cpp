#include "core/report/support/redaction.h"
#include "tests/core/report/example_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <set>
#include <string>

namespace sstp::test {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Shape {
    const char* name;
    std::string text;
    std::string redacted;
};

std::string redacted(const std::string& text) {
    TellingWords words;
    add_telling_words(words, text);
    return Redaction{words}.apply(text);
}

class TextOfUnknownOrigin : public testing::TestWithParam<Shape> {};

TEST_P(TextOfUnknownOrigin, IsRedactedByShape) { EXPECT_EQ(GetParam().redacted, redacted(GetParam().text)); }

std::string words_as_name(const testing::TestParamInfo<Shape>& tested) {
    std::string name = tested.param.name;
    for (char& c : name)
        if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
    return name;
}

INSTANTIATE_TEST_SUITE_P(
    Replaced, TextOfUnknownOrigin,
    testing::Values(
        Shape{"a name with dots", "could not connect to siem.contoso.com: no such host", "could not connect to n1.n2.n3: no such host"},
        Shape{"the same name twice, in another case, at the end of a sentence", "vpn.contoso.com is VPN.CONTOSO.COM.",
              "n1.n2.n3 is n1.n2.n3."},
        Shape{"a wildcard covers what it covered", "*.contoso.com covers vpn.contoso.com", "*.n1.n2 covers n3.n1.n2"},
        Shape{"an A-label", "(xn--bcher-kva.xn--p1ai)", "(n1.n2)"},
        Shape{"an address", "from 10.1.2.3, then 10.1.2.3:443", "from 192.0.2.1, then 192.0.2.1:443"},
        Shape{"an IPv6 address with a port", "[2001:4860::8888]:6514", "[2001:db8::1]:6514"},
        Shape{"a link-local address with its zone", "fe80::1%12 answers", "2001:db8::1%12 answers"},
        Shape{"a thumbprint", "names 0123456789ABCDEF0123456789ABCDEF01234567 now", "names 0001000000000000000000000000000000000001 now"},
        Shape{"the short form of a thumbprint that stands there in full", "0123456789abcdef0123456789abcdef01234567 is 0123..67",
              "0001000000000000000000000000000000000001 is 0001..01"},
        Shape{"a fingerprint with colons", "SHA-1 01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67",
              "SHA-1 00:01:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:01"},
        Shape{"a serial number", "serial 0A1B2C3D4E5F60718293", "serial 0000000000000001"},
        Shape{"an account", "CORP\\alice asked", "DOMAIN\\user1 asked"},
        Shape{"a user principal name", "alice@contoso.com asked", "user1 asked"},
        Shape{"the SID of a person", "S-1-5-21-1-2-3-1105 asked", "S-1-5-21-0-0-0-1 asked"},
        Shape{"a folder of a user", "C:\\Users\\alice.smith\\policy.json", "C:\\Users\\user1\\policy.json"},
        Shape{"a share", "\\\\files01\\share\\x", "\\\\n1\\share\\x"},
        Shape{"a URL, beyond what may be shown", "https://hec.contoso.com:8088/services/collector?token=tt-1-2",
              "https://n1.n2.n3:8088/services/..."},
        Shape{"who signs in by URL", "https://joe:pw@hec.contoso.com/x/y", "https://n1.n2.n3/x/..."},
        Shape{"what stands behind the word token", "got token=abc123; ended", "got token=removed; ended"},
        Shape{"a bearer's token", "Authorization: Bearer eyJ0.x", "Authorization: Bearer removed"}),
    words_as_name);

INSTANTIATE_TEST_SUITE_P(
    Kept, TextOfUnknownOrigin,
    testing::Values(Shape{"names of files", "could not read C:\\ProgramData\\SSTP Watchdog\\policy.json and state.db",
                          "could not read C:\\ProgramData\\SSTP Watchdog\\policy.json and state.db"},
                    Shape{"keys of the policy", "certificate.thumbprint ends it; limits.quiet_period",
                          "certificate.thumbprint ends it; limits.quiet_period"},
                    Shape{"what every server has", "0.0.0.0:443, [::]:443, 127.0.0.1, ::1", "0.0.0.0:443, [::]:443, 127.0.0.1, ::1"},
                    Shape{"versions and numbers", "1.0.0 took 12.5 s, RFC 4514 section 2.1", "1.0.0 took 12.5 s, RFC 4514 section 2.1"},
                    Shape{"times", "2026-11-21T02:19:10.862Z warning  x", "2026-11-21T02:19:10.862Z warning  x"},
                    Shape{"what is the same on every Windows",
                          "NT AUTHORITY\\SYSTEM S-1-5-18 LocalMachine\\MY {ba195980-cd49-458b-9e23-c84ee0adcd75}",
                          "NT AUTHORITY\\SYSTEM S-1-5-18 LocalMachine\\MY {ba195980-cd49-458b-9e23-c84ee0adcd75}"},
                    Shape{"what stands in every event of Windows", "xmlns='http://schemas.microsoft.com/win/2004/08/events/event'",
                          "xmlns='http://schemas.microsoft.com/win/2004/08/events/event'"},
                    Shape{"channels", "Microsoft-Windows-RasSstp in System", "Microsoft-Windows-RasSstp in System"}),
    words_as_name);

JournalEvent event(std::map<std::string, std::string> fields, const std::string& text = {}) {
    JournalEvent made;
    made.text = text;
    made.fields = std::move(fields);
    return made;
}

TEST(RedactionByKey, what_fields_of_events_hold_is_found_without_a_shape) {
    TellingWords words;
    add_telling_words(words, event({{"computer", "EDGE7"},
                                    {"previous_names", "vpn,gate"},
                                    {"user", "alice"},
                                    {"destination", "soc"},
                                    {"certificate_subject", "O=Contoso GmbH"},
                                    {"certificate_issuer", "CN=Contoso CA"}}));
    EXPECT_EQ("n1: user1 of CN=private-2 by CN=private-1, n2 n3 n4",
              Redaction{words}.apply("EDGE7: alice of O=Contoso GmbH by CN=Contoso CA, gate soc vpn"));
}

Snapshot with_policy(const std::string& policy) {
    Snapshot snapshot;
    snapshot.policy_file = policy;
    return snapshot;
}

TEST(RedactionByKey, what_the_policy_holds_is_found_even_where_it_is_not_valid) {
    const Snapshot snapshot = with_policy(R"({ "mode": "cure", // ask Joe
        "certificate": {"issuer": "Contoso CA", "thumbprint": "01 23 45 67 89 ab cd ef 01 23 45 67 89 ab cd ef 01 23 45 67", "dns_names": ["vpn"]},
        "siem": {"destinations": [{"name": "soc", "hosts": ["edge7:6514", "[2001:4860::1]:514"], "url": "https://hec/services/x?token=t0ken"}]}})");
    const std::string text = Redaction{snapshot}.apply(*snapshot.policy_file);
    for (const char* secret : {"Contoso", "01 23", "\"vpn\"", "soc", "edge7", "4860", "t0ken", "//hec"})
        EXPECT_THAT(text, Not(HasSubstr(secret)));
    EXPECT_THAT(text, HasSubstr("[2001:db8::1]:514"));
}

TEST(RedactionByKey, a_public_ca_keeps_its_name_in_events_too) {
    Snapshot snapshot;
    Certificate certificate = example::renewed_certificate();
    snapshot.state.certificates = std::vector<Certificate>{certificate};
    TellingWords words = telling_words_of(snapshot);
    if (!words.public_authorities.empty()) {
        add_telling_words(words, event({{"certificate_issuer", certificate.issuer}}));
        EXPECT_FALSE(words.others.contains(certificate.issuer));
    } else {
        FAIL() << "the example is of a public CA";
    }
}

TEST(RedactionByKey, more_addresses_than_are_documented_stay_apart) {
    TellingWords words;
    for (int each = 0; each < 600; ++each)
        add_telling_words(words, "10.0." + std::to_string(each / 250) + "." + std::to_string(each % 250 + 1));
    const Redaction redaction{words};
    std::set<std::string> made;
    for (const IpAddress& each : words.addresses) made.insert(redaction.apply(each.to_string()));
    EXPECT_EQ(600U, made.size());
}

}  // namespace
}  // namespace sstp::test

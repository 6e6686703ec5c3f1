#include "service/windows/portable/https_answer.h"

#include <gtest/gtest.h>

#include <ostream>

namespace sstp {
namespace {

using enum HandoverFailure;

struct Answer {
    const char* sentence;
    int status;
    HttpsProfile profile;
    const char* body;
    HandoverFailure failure;
};
void PrintTo(const Answer& answer, std::ostream* out) { *out << answer.sentence; }

class HttpsAnswers : public testing::TestWithParam<Answer> {};

TEST_P(HttpsAnswers, MeanWhatTheReceiverSays) {
    const HttpsMeaning meaning = meaning_of(GetParam().status, GetParam().profile, GetParam().body);
    EXPECT_STREQ(word(meaning.failure), word(GetParam().failure));
    EXPECT_FALSE(meaning.words.empty());
    EXPECT_EQ(meaning.about_our_certificate, std::string_view{GetParam().body}.find("SSL certificate") != std::string_view::npos);
}

constexpr auto kHec = HttpsProfile::hec;
constexpr auto kJson = HttpsProfile::json;

INSTANTIATE_TEST_SUITE_P(
    Table, HttpsAnswers,
    testing::Values(
        Answer{"a wrong index is the token's affair, not the event's", 400, kHec,
               R"({"text":"Incorrect index","code":7,"invalid-event-number":1})", refused_us},
        Answer{"a missing channel too", 400, kHec, R"({"text": "Data channel is missing", "code" : 10})", refused_us},
        Answer{"an invalid channel too", 400, kHec, R"({"text":"Invalid data channel","code":11})", refused_us},
        Answer{"acknowledgement that is switched off too", 400, kHec, R"({"text":"ACK is disabled","code":14})", refused_us},
        Answer{"a token in the URL that is not taken too", 400, kHec, R"({"text":"Query string authorization is not enabled","code":16})",
               refused_us},
        Answer{"no data is about the events", 400, kHec, R"({"text":"No data","code":5})", refused_content},
        Answer{"invalid data are about the events", 400, kHec, R"({"text":"Invalid data format","code":6,"invalid-event-number":0})",
               refused_content},
        Answer{"a blank event is about the events", 400, kHec, R"({"text":"Event field cannot be blank","code":13})", refused_content},
        Answer{"a code that is not whole counts for nothing", 400, kHec, R"({"text":"Incorrect index","code":)", refused_content},
        Answer{"a proxy's page in place of the collector's answer", 400, kHec, "<html>Bad Request</html>", refused_content},
        Answer{"nginx does not take our certificate: every batch would fare so", 400, kJson,
               "<html><head><title>400 The SSL certificate error</title></head><body><center>nginx</center></body></html>", refused_us},
        Answer{"nginx was shown none", 400, kHec, "<html><head><title>400 No required SSL certificate was sent</title></head></html>",
               refused_us},
        Answer{"another receiver's code 7 means nothing here", 400, kJson, R"({"code":7})", refused_content},
        Answer{"a token that is disabled", 403, kHec, R"({"text":"Token disabled","code":1})", refused_us},
        Answer{"a token that is not accepted", 401, kHec, R"({"text":"Invalid authorization","code":3})", refused_us},
        Answer{"a batch that is too large", 413, kJson, "", refused_content},
        Answer{"a server that is busy", 503, kHec, R"({"text":"Server is busy","code":9})", overloaded},
        Answer{"too many requests", 429, kJson, "", overloaded}, Answer{"a path that is not there", 404, kJson, "", refused_us},
        Answer{"a redirection", 302, kJson, "", refused_us}));

}  // namespace
}  // namespace sstp

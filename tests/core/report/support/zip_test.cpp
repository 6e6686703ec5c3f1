#include "core/report/support/zip.h"
#include "tests/core/record/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace sstp::test {
namespace {

using namespace std::chrono_literals;

WallTime morning() { return from_rfc3339("2026-11-21T02:19:11Z").value(); }

/// What a program that is not ours says of the file. Its exit code is the last line.
std::string said(const std::string& command) {
    std::string text;
    std::FILE* pipe = popen((command + " 2>&1; echo $?").c_str(), "r");
    std::array<char, 4096> piece{};
    while (const std::size_t read = std::fread(piece.data(), 1, piece.size(), pipe)) text.append(piece.data(), read);
    pclose(pipe);
    return text;
}

struct ZipCase {
    const char* name;
    std::vector<ZipMember> members;
};

class Zip : public testing::TestWithParam<ZipCase> {};

std::string noise(std::size_t bytes) {
    std::string text;
    for (std::uint32_t state = 1; text.size() < bytes; state = state * 1664525 + 1013904223) text += static_cast<char>(state >> 24);
    return text;
}

TEST_P(Zip, IsReadBackByPythonAsItWasPacked) {
    const TemporaryFolder folder;
    const std::string file = folder.file("made.zip");
    const auto made = zip_of(GetParam().members, morning());
    ASSERT_TRUE(made) << made.error().message();
    std::ofstream{file, std::ios::binary} << *made;
    std::string expected;
    for (const ZipMember& each : GetParam().members) {
        std::uint32_t sum = 0;
        for (const char c : each.content) sum = sum * 31 + static_cast<unsigned char>(c);
        expected += each.name + " " + std::to_string(each.content.size()) + " " + std::to_string(sum) + " (2026, 11, 21, 2, 19, 10)\n";
    }
    const std::string script =
        "import sys, zipfile\n"
        "with zipfile.ZipFile(sys.argv[1]) as z:\n"
        "    assert z.testzip() is None\n"
        "    for i in z.infolist():\n"
        "        s = 0\n"
        "        for b in z.read(i): s = (s * 31 + b) & 0xffffffff\n"
        "        sys.stdout.buffer.write(f'{i.filename} {i.file_size} {s} {i.date_time}\\n'.encode())\n";
    EXPECT_EQ(expected + "0\n", said("/usr/bin/python3 -c \"" + script + "\" '" + file + "'"));
}

std::string words_as_name(const testing::TestParamInfo<ZipCase>& tested) {
    std::string name = tested.param.name;
    for (char& c : name)
        if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
    return name;
}

INSTANTIATE_TEST_SUITE_P(Of, Zip,
                         testing::Values(ZipCase{"nothing", {}}, ZipCase{"an empty file", {{"empty.txt", ""}}},
                                         ZipCase{"text, which shrinks, and a folder",
                                                 {{"a.txt", std::string(100'000, 'x')}, {"logs/b.log", "one\r\ntwo\n"}}},
                                         ZipCase{"noise, which does not shrink", {{"noise", noise(300'000)}}},
                                         ZipCase{"a name that is not ASCII", {{"Prüfung/größe.txt", "ä"}}}),
                         words_as_name);

TEST(ZipFile, text_takes_a_fraction_of_its_bytes) {
    const auto made = zip_of({{"log", std::string(1'000'000, 'x')}}, morning());
    EXPECT_LT(made->size(), 10'000U);
}

TEST(ZipFile, a_time_before_that_of_dos_is_its_first) {
    const auto made = zip_of({{"a", "b"}}, from_rfc3339("1970-01-01T00:00:00Z").value());
    EXPECT_EQ(made->substr(10, 4), std::string("\0\0\x21\0", 4)) << "1980-01-01 00:00";
}

}  // namespace
}  // namespace sstp::test

#pragma once

#include <string>
#include <string_view>

namespace sstp::example {

/// What a certificate, an event of Windows or an administrator may put into a field.
struct Hostile {
    const char* name;
    std::string raw;
    std::string text = raw;   ///< with what is not UTF-8 replaced
};

inline std::string repeated(std::string_view what, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += what;
    return text;
}

inline std::string all_controls() {
    std::string text;
    for (char c = 1; c < 32; ++c) text += c;
    return text + '\x7F';
}

#define FFFD "\xEF\xBF\xBD"

inline const Hostile kHostile[] = {
    {"every syntax at once", R"("quoted" \ back\\ ] [ = ^ | {} , ; : ' ` <&> %n %s %1 ${x} $(y) #)"},
    {"looks like fields", R"(x reason="forged" id=forged externalId=forged ^sev=10^ cs1=forged|CEF:0|a|b|c|d|e|9| "} {"a":1)"},
    {"looks like a message", "a\r\nb\n\rc\r<13>1 - - - - - -\n12 <13>1 - - - - - - x\n"},
    {"every C0 control character", all_controls()},
    {"a NUL in the middle", std::string("a\0b", 3)},
    {"C1 controls and separators",
     "a\xC2\x80"
     "b\xC2\x85"
     "c\xC2\x9F"
     "d\xE2\x80\xA8"
     "e\xE2\x80\xA9"
     "f"},
    {"bytes that are never UTF-8",
     "a\xFF\xFE\xC0\xAF"
     "b\xF5z",
     "a" FFFD FFFD FFFD FFFD "b" FFFD "z"},
    {"characters that end too soon",
     "\xE2\x82x\xF0\x9F\x98"
     "y\xC3",
     FFFD "x" FFFD "y" FFFD},
    {"surrogates without a partner", "\xED\xA0\x80x\xED\xBF\xBF", FFFD "x" FFFD},
    {"right to left, overriding",
     "\xE2\x80\xAE"
     "exe.cod\xE2\x80\xAC \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D"},
    {"beyond the basic plane", "\xF0\x9F\x98\x80 \xF4\x8F\xBF\xBF \xEF\xBF\xBE"},
    {"looks like escapes of ours", R"(\u0041 \\u00e9 \ud83d\ude00 \u005Cu0041 C:\users\udead \u12)"},
    {"blanks alone", "   "},
    {"blanks around", "  x  "},
    {"ends with a backslash", R"(C:\)"},
    {"ends with a quote behind a backslash", R"(\")"},
    {"a byte order mark", "\xEF\xBB\xBFx"},
    {"begins with an equals sign", "=1+1"},
    {"commas alone", ",,"},
    {"an IPv6 address", "fe80::1%4"},
    {"ten kilobytes of ASCII, some of it escaped", repeated("01234\"]\\=9", 1024)},
    {"ten kilobytes beyond ASCII", repeated("\xC3\xA9", 5120)},
};

#undef FFFD

}  // namespace sstp::example

#pragma once

/// SSTP_RARE("what happens here"): marks a branch that matters and is seldom taken. In native builds, which no product comes from, the
/// search counts how often it was run and says which were never reached (`dev simulate`); in the service it is nothing.
///
/// A statement of its own, in a function that is not a template and not inline. The text is unique and says what has come about.
#ifdef SSTP_COUNTS_RARE

#include <atomic>
#include <cstdint>

namespace sstp {

struct RareBranch {
    const char* what;
    const char* file;
    unsigned line;
    std::atomic<std::uint64_t> times{0};
};

}  // namespace sstp

// The linker puts the pointers of all files side by side (a section whose name is an identifier has a begin and an end): nothing is
// registered at start, and a branch that was never run is listed all the same. Pointers, since sanitizers pad what they watch.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): __LINE__, and nothing at all in the service.
#define SSTP_RARE(text)                                                                             \
    do {                                                                                            \
        static ::sstp::RareBranch branch{text, __FILE__, __LINE__};                                 \
        [[gnu::section("sstp_rare"), gnu::used]] static ::sstp::RareBranch* const listed = &branch; \
        listed->times.fetch_add(1, std::memory_order_relaxed);                                      \
    } while (false)

#else

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): as above.
#define SSTP_RARE(text) static_cast<void>(0)

#endif

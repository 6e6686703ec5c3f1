#include "service/windows/portable/key_opening.h"

#include <gtest/gtest.h>

#include <ostream>

namespace sstp {
namespace {

struct Opening {
    const char* sentence;
    std::uint32_t code;
    KeyState state;
};
void PrintTo(const Opening& opening, std::ostream* out) { *out << opening.sentence; }

class KeyOpenings : public testing::TestWithParam<Opening> {};

TEST_P(KeyOpenings, SayOfTheKeyWhatWasReallyAnswered) { EXPECT_EQ(key_state_after(GetParam().code), GetParam().state); }

INSTANTIATE_TEST_SUITE_P(
    Table, KeyOpenings,
    testing::Values(Opening{"13: there is no such container", 0x80090016, KeyState::unusable},
                    Opening{"13: the container has no key", 0x8009000D, KeyState::unusable},
                    Opening{"the key set is not defined", 0x80090019, KeyState::unusable},
                    Opening{"the key is another certificate's", 0x80090015, KeyState::unusable},
                    Opening{"it asks for a PIN that nobody can give", 0x80090022, KeyState::unusable},
                    Opening{"14: the provider's module failed to start (NTE_PROVIDER_DLL_FAIL)", 0x8009001D, KeyState::unknown},
                    Opening{"14: the provider's module is not found (NTE_PROV_DLL_NOT_FOUND)", 0x8009001E, KeyState::unknown},
                    Opening{"14: a module that the provider needs is not found", 126, KeyState::unknown},
                    Opening{"14: KeyIso is not there yet (1722)", 1722, KeyState::unknown},
                    Opening{"RPC without an end point (1753)", 1753, KeyState::unknown},
                    Opening{"the HSM is not ready (NTE_DEVICE_NOT_READY)", 0x80090030, KeyState::unknown},
                    Opening{"a smart card service that is not there (SCARD_E_NO_SERVICE)", 0x8010001D, KeyState::unknown},
                    Opening{"access is denied, which may be our account's affair alone", 5, KeyState::unknown},
                    Opening{"a code that nobody knows", 0x80004005, KeyState::unknown}));

}  // namespace
}  // namespace sstp

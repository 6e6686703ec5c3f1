#include "tests/contracts/service_stand_in.h"

#include "service/windows/unique_handle.h"

#include <gmock/gmock.h>
#include <shellapi.h>

// GoogleTest's main, and before it the one question whether the SCM has started this program as a service of a test.
int main(int count, char** arguments) {
    int wide_count = 0;
    const sstp::UniqueLocal<wchar_t*> wide{CommandLineToArgvW(GetCommandLineW(), &wide_count)};
    if (const auto exit_code = sstp::contracts::run_as_stand_in(wide_count, wide.get())) return *exit_code;
    testing::InitGoogleMock(&count, arguments);
    return RUN_ALL_TESTS();
}

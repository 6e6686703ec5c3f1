/// `elevated.exe PROGRAM [ARGUMENT...]`: runs it as an administrator's elevated console does, with this process's standard handles, and
/// ends with its exit code. From Wine 9 on a program has a limited token unless its manifest asks for more or who starts it has more.
/// Whoever ends this process ends it too.

#include <windows.h>

#include <cstdio>
#include <string>

namespace {

/// Behind the name of this program, as it was written: what was quoted stays quoted.
const wchar_t* rest_of(const wchar_t* line) {
    bool quoted = false;
    for (; *line != L'\0' && (quoted || (*line != L' ' && *line != L'\t')); ++line) quoted ^= *line == L'"';
    while (*line == L' ' || *line == L'\t') ++line;
    return line;
}

int failed(const char* what) {
    std::fprintf(stderr, "elevated.exe: %s: error %lu\n", what, GetLastError());
    return 125;
}

}  // namespace

int wmain() {
    std::wstring line = rest_of(GetCommandLineW());
    const HANDLE job = CreateJobObjectW(nullptr, nullptr);
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION ends_with_us{};
    ends_with_us.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    if (job == nullptr || !SetInformationJobObject(job, JobObjectExtendedLimitInformation, &ends_with_us, sizeof ends_with_us))
        return failed("make a job");
    STARTUPINFOW how{};
    how.cb = sizeof how;
    how.dwFlags = STARTF_USESTDHANDLES;
    how.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    how.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    how.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    PROCESS_INFORMATION started{};
    if (!CreateProcessW(nullptr, line.data(), nullptr, nullptr, TRUE, CREATE_SUSPENDED, nullptr, nullptr, &how, &started))
        return failed("start the program");
    if (!AssignProcessToJobObject(job, started.hProcess)) return failed("put the program into the job");
    ResumeThread(started.hThread);
    WaitForSingleObject(started.hProcess, INFINITE);
    DWORD code = 125;
    GetExitCodeProcess(started.hProcess, &code);
    return static_cast<int>(code);
}

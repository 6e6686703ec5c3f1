// A program that does what ours never does, so that the observer of test_small_target can be seen to see it.

#include <winsock2.h>

int main() {
    WSADATA data;
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) return 1;
    const SOCKET listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    sockaddr_in anywhere{};   // any free port of loopback
    anywhere.sin_family = AF_INET;
    anywhere.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool listens = listener != INVALID_SOCKET && bind(listener, reinterpret_cast<const sockaddr*>(&anywhere), sizeof anywhere) == 0 &&
                         listen(listener, 1) == 0;
    closesocket(listener);
    WSACleanup();
    return listens ? 0 : 1;
}

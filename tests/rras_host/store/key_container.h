#pragma once

#include <string>

namespace sstp::rras_host {

/// Puts an RSA private key (PRIVATEKEYBLOB) into a key container of its own.
///
/// Wine 8 ignores the machine flag of a certificate's key link and always looks in the user's key set. So a machine key is
/// put into both key sets under one name: a program that honours the flag finds it, and so does
/// CryptAcquireCertificatePrivateKey. The account is the same for all services of a prefix, so both work across processes.
/// Throws std::runtime_error.
void put_private_key(const std::wstring& container, const std::string& blob);

/// Takes the container away from both key sets. No error when there is none.
void delete_private_key(const std::wstring& container);

/// A new exportable RSA key as a PRIVATEKEYBLOB.
std::string generate_private_key(unsigned bits);

}  // namespace sstp::rras_host

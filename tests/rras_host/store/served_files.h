#pragma once

namespace sstp::rras_host {

/// HTTP.SYS serves a deleted certificate from memory until RRAS or the machine starts again: this is that moment. The files of certificates
/// that no store has any more leave `served`, where the listener finds what it can serve.
void forget_deleted_certificates();

}  // namespace sstp::rras_host

#pragma once

#include "core/record/described.h"

namespace sstp::stored {

template <class A>
void describe(A& archive, Is<ChainRoot> auto& root) {
    archive("subject", root.subject);
    archive("public_key", root.public_key);
    archive("in_root_programme", root.in_root_programme);
}

template <class A>
void describe(A& archive, Is<ChainVerdict> auto& verdict) {
    archive("trust", verdict.trust);
    archive("revocation", verdict.revocation);
    archive("explanation", verdict.explanation);
}

template <class A>
void describe(A& archive, Is<Error> auto& error) {
    archive("kind", error.kind);
    archive("operation", error.operation);
    archive("subject", error.subject);
    archive("code", error.code);
    archive("text", error.text);
}

template <class A>
void describe(A& archive, Is<Certificate> auto& certificate) {
    archive("thumbprint", certificate.thumbprint);
    archive.required("hash", certificate.hash);
    archive("subject", certificate.subject);
    archive("subject_cn", certificate.subject_cn);
    archive("issuer", certificate.issuer);
    archive("issuer_cn", certificate.issuer_cn);
    archive("serial", certificate.serial);
    archive("not_before", certificate.not_before);
    archive("not_after", certificate.not_after);
    archive("dns_names", certificate.dns_names);
    archive("ip_addresses", certificate.ip_addresses);
    archive("purposes", certificate.purposes);
    archive("key", certificate.key);
    archive("key_explanation", certificate.key_explanation);
    archive("key_algorithm", certificate.key_algorithm);
    archive("key_bits", certificate.key_bits);
    archive("archived", certificate.archived);
    archive("renewed_by", certificate.renewed_by);
    archive("self_signed", certificate.self_signed);
    archive("issuer_key", certificate.issuer_key);
    archive("roots", certificate.roots);
    archive("chain_names", certificate.chain_names);
    archive("chain_ends", certificate.chain_ends);
    archive("chain", certificate.chain);
}

template <class A>
void describe(A& archive, Is<CertificateAuthority> auto& authority) {
    archive("kind", authority.kind);
    archive("roots", authority.roots);
    archive("issuer", authority.issuer);
    archive("issuer_key", authority.issuer_key);
    archive("self", authority.self);
}

}  // namespace sstp::stored

"""Certificates of a receiver and what it demands of senders."""

import dataclasses
import sys

from wine_prefix import SOURCE_DIR

sys.path.append(str(SOURCE_DIR / "tests" / "rras_host"))
from certificate_authority import CLIENT, CertificateAuthority  # noqa: E402,F401

SERVER_NAME = "localhost"       # what the sender's policy names and the certificate must cover
SENDER_NAME = "vpn.example.com"


@dataclasses.dataclass
class Identity:
    """Files of a receiver: its certificate with chain, its key, and the roots that it trusts for senders. `put` replaces what a running one
    will read at its next start, or reload."""

    folder: object
    certificate: object
    trusted_pem: str

    def __post_init__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.put(self.certificate)

    def put(self, certificate):
        self.certificate = certificate
        for path, text in ((self.certificate_file, certificate.pem + certificate.chain_pem), (self.key_file, certificate.key_pem), (self.trusted_file, self.trusted_pem)):
            path.write_text(text)
            path.chmod(0o600)

    @property
    def certificate_file(self):
        return self.folder / "receiver.pem"

    @property
    def key_file(self):
        return self.folder / "receiver.key"

    @property
    def trusted_file(self):
        return self.folder / "trusted.pem"

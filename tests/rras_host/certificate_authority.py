"""A certificate authority for tests, and the leaves that scenarios need. Made with the openssl program; keys are throw-away."""

import dataclasses
import datetime
import hashlib
import os
import pathlib
import shutil
import ssl
import subprocess
import tempfile

CONFIGURATION = """
[ca]
default_ca = test
[test]
dir = .
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any_name
unique_subject = no
[any_name]
commonName = optional
[req]
distinguished_name = nothing
prompt = no
[nothing]
"""

SERVER = ("serverAuth",)
CLIENT = ("clientAuth",)
ANY_PURPOSE = ("anyExtendedKeyUsage",)
KEYS = 24
NO_EKU = ()  # no extended key usage extension at all


@dataclasses.dataclass(frozen=True)
class Certificate:
    """One certificate with its private key. Thumbprints are upper-case hexadecimal, as certmgr and netsh print them."""

    der: bytes
    pem: str
    key_pem: str
    key_blob: bytes  # PRIVATEKEYBLOB; empty for a key that is not RSA
    chain_pem: str

    @property
    def thumbprint(self):
        return hashlib.sha1(self.der).hexdigest().upper()

    @property
    def sha256(self):
        return hashlib.sha256(self.der).hexdigest().upper()


def days(count):
    return datetime.timedelta(days=count)


class CertificateAuthority:
    """Issues certificates from a folder of its own. `valid_from` and `valid_to` are offsets from now.

    `key_of` is another authority, whose key it takes over, as a root does that is renewed; `under` one that has issued its certificate.

    Making RSA keys takes longer than all else, so they are kept in `keys` for the next run. One authority never uses a key twice
    before it has used all KEYS of its size."""

    def __init__(self, folder, keys, name="SSTP Test CA", key_of=None, under=None):
        self.folder = pathlib.Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.keys = pathlib.Path(keys).resolve()
        self.keys.mkdir(parents=True, exist_ok=True)
        self._keys_used = 0
        (self.folder / "ca.cnf").write_text(CONFIGURATION)
        (self.folder / "index.txt").touch()
        if not (self.folder / "ca.pem").exists():
            if key_of is None:
                self._openssl("genrsa", "-out", "ca.key", "2048")
            else:
                shutil.copyfile(key_of.folder / "ca.key", self.folder / "ca.key")
            issuer = ["-selfsign", "-keyfile", "ca.key"] if under is None else ["-cert", under.folder / "ca.pem", "-keyfile", under.folder / "ca.key"]
            self._sign("ca.key", f"/CN={name}", ["basicConstraints=critical,CA:true", "keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash"],
                       days(-3650), days(3650), "ca.pem", issuer)
        self.pem = (self.folder / "ca.pem").read_text()
        self.der = ssl.PEM_cert_to_DER_cert(self.pem)

    @property
    def thumbprint(self):
        return hashlib.sha1(self.der).hexdigest().upper()

    def issue(self, *dns_names, subject=None, valid_from=days(-1), valid_to=days(90), purposes=SERVER, bits=2048, curve=None, self_signed=False, like=None,
              more_extensions=()):
        """A leaf for `dns_names` (SAN). `subject` is its CN, by default the first name; "" makes an empty subject. `curve` makes an EC
        key instead of RSA. `like` takes over another certificate's key, as a renewal with the same key does."""
        if subject is None:
            subject = dns_names[0] if dns_names else "nameless"
        with tempfile.TemporaryDirectory(dir=self.folder) as work:
            relative = pathlib.Path(work).relative_to(self.folder)
            key, leaf = relative / "leaf.key", relative / "leaf.pem"
            if like is not None:
                (self.folder / key).write_text(like.key_pem)
            elif curve is not None:
                self._openssl("ecparam", "-name", curve, "-genkey", "-noout", "-out", key)
            else:
                self._take_key(bits, key)
            extensions = ["basicConstraints=critical,CA:false", "subjectKeyIdentifier=hash"]
            if dns_names:
                critical = "" if subject else "critical,"
                extensions.append("subjectAltName=" + critical + ",".join(f"DNS:{name}" for name in dns_names))
            extensions.extend(more_extensions)
            if purposes:
                extensions.append("extendedKeyUsage=" + ",".join(purposes))
            issuer = ["-selfsign", "-keyfile", key] if self_signed else ["-cert", "ca.pem", "-keyfile", "ca.key"]
            self._sign(key, f"/CN={subject}" if subject else "/", extensions, valid_from, valid_to, leaf, issuer)
            pem = (self.folder / leaf).read_text()
            return Certificate(ssl.PEM_cert_to_DER_cert(pem), pem, (self.folder / key).read_text(),
                               b"" if curve else self._openssl("rsa", "-in", key, "-outform", "MSBLOB"), "" if self_signed else self.pem)

    # What tests ask for by name. All but `good` differ from it in one thing.
    def good(self, *names, **more):
        return self.issue(*(names or ("vpn.example.com",)), **more)

    def renewed(self, *names, **more):
        """Same names, starts later, ends later."""
        return self.good(*names, **{"valid_from": -datetime.timedelta(hours=1), "valid_to": days(180), **more})

    def expired(self, *names, **more):
        return self.good(*names, valid_from=days(-90), valid_to=days(-1), **more)

    def not_yet_valid(self, *names, **more):
        return self.good(*names, valid_from=days(2), valid_to=days(90), **more)

    def expiring(self, *names, in_days=5, **more):
        return self.good(*names, valid_from=days(-60), valid_to=days(in_days), **more)

    def for_clients_only(self, *names, **more):
        return self.good(*names, purposes=CLIENT, **more)

    def without_eku(self, *names, **more):
        return self.good(*names, purposes=NO_EKU, **more)

    def any_purpose(self, *names, **more):
        return self.good(*names, purposes=ANY_PURPOSE, **more)

    def without_subject(self, *names, **more):
        return self.good(*names, subject="", **more)

    def wildcard(self, domain="example.com", **more):
        return self.good(f"*.{domain}", **more)

    def self_signed(self, *names, **more):
        return self.good(*names, self_signed=True, **more)

    def weak(self, *names, **more):
        return self.good(*names, bits=1024, **more)

    def elliptic(self, *names, **more):
        return self.good(*names, curve="prime256v1", **more)

    def _take_key(self, bits, target):
        kept = self.keys / f"rsa-{bits}-{self._keys_used % KEYS}.pem"
        self._keys_used += 1
        if not kept.exists():
            new = kept.with_suffix(f".{os.getpid()}")
            self._openssl("genrsa", "-out", new, str(bits))
            new.replace(kept)
        shutil.copyfile(kept, self.folder / target)

    def _sign(self, key, subject, extensions, valid_from, valid_to, out, issuer):
        now = datetime.datetime.now(datetime.timezone.utc)
        name = pathlib.Path(out).with_suffix("")
        request, sections = name.with_suffix(".csr"), name.with_suffix(".ext")
        (self.folder / sections).write_text("\n".join(extensions) + "\n")
        self._openssl("req", "-new", "-config", "ca.cnf", "-key", key, "-subj", subject, "-out", request)
        self._openssl("ca", "-config", "ca.cnf", "-batch", "-notext", "-in", request, "-out", out, "-extfile", sections, *issuer,
                      "-startdate", (now + valid_from).strftime("%Y%m%d%H%M%SZ"), "-enddate", (now + valid_to).strftime("%Y%m%d%H%M%SZ"))

    def _openssl(self, *arguments):
        done = subprocess.run(["openssl", *map(str, arguments)], cwd=self.folder, capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.decode(errors='replace')}")
        return done.stdout

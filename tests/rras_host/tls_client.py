"""A TLS client of its own making: what the listener serves is looked at without the product's code."""

import hashlib
import socket
import ssl

TIMEOUT = 5  # seconds for a step


def _connect(address, port, server_name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # weak keys are what some scenarios are about
    return context.wrap_socket(socket.create_connection((address, port), timeout=TIMEOUT), server_hostname=server_name)


def accepts(address, port):
    """Whether something listens there."""
    try:
        socket.create_connection((address, port), timeout=TIMEOUT).close()
        return True
    except ConnectionRefusedError:
        return False


def served_certificate(address, port, server_name):
    """SHA-256 of the leaf (upper-case hexadecimal) that a client is given, or None when it gets no session."""
    try:
        with _connect(address, port, server_name) as session:
            return hashlib.sha256(session.getpeercert(binary_form=True)).hexdigest().upper()
    except (OSError, ssl.SSLError):
        return None


def http_status(address, port, server_name, method, uri, headers=""):
    """Status of one request, or None when there is no session or no answer. `headers` are whole lines."""
    try:
        with _connect(address, port, server_name) as session:
            session.sendall(f"{method} {uri} HTTP/1.1\r\nHost: {server_name}\r\n{headers}\r\n".encode())
            words = session.recv(4096).split(b" ")
            return int(words[1][:3]) if len(words) > 1 else None
    except (OSError, ssl.SSLError):
        return None

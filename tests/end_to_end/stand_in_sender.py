"""A sender as RFC 5424, 5425 and 6587 want it, to try the receivers themselves: what they keep, what they answer, and whom they refuse."""

import dataclasses
import socket
import ssl

from receivers.identity import SERVER_NAME

PATIENCE = 5    # seconds for each wait; whoever is alive answers in milliseconds


@dataclasses.dataclass
class Answer:
    """How a session ended. `end`: "close_notify", "fin" (an orderly end without one), "reset", "alert"."""

    end: str
    detail: str = ""


def octet_counted(messages):
    return b"".join(b"%d %s" % (len(message), message) for message in messages)


def send_datagrams(port, messages):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for message in messages:
            sender.sendto(message, ("127.0.0.1", port))


def send_stream(port, messages):
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.sendall(octet_counted(messages))
        connection.shutdown(socket.SHUT_WR)
        return Answer("fin") if connection.recv(1) == b"" else Answer("data")


def send_tls(port, messages, roots, certificate_file=None, key_file=None, version=None):
    context = ssl.create_default_context(cafile=roots)
    if version is not None:
        context.minimum_version = context.maximum_version = version
    if certificate_file is not None:
        context.load_cert_chain(certificate_file, key_file)
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as plain:
        try:
            with context.wrap_socket(plain, server_hostname=SERVER_NAME, suppress_ragged_eofs=False) as session:
                session.sendall(octet_counted(messages))
                session.unwrap().close()    # sends close_notify and waits for the peer's
            return Answer("close_notify")
        except ssl.SSLEOFError as why:
            return Answer("fin", str(why))
        except ssl.SSLError as why:
            return Answer("alert", str(why))
        except (ConnectionResetError, BrokenPipeError) as why:
            return Answer("reset", str(why))

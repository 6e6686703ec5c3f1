"""An HTTPS collector for the HEC and JSON profiles. Stores what came before it answers; its answers can be scripted.

Run as a program it is the collector: https.py FOLDER PORT CERTIFICATE KEY [TRUSTED]
"""

import base64
import dataclasses
import http.server
import json
import os
import pathlib
import ssl
import sys
import threading

STORED = "requests.jsonl"
ANSWERS = "answers.json"


@dataclasses.dataclass
class Request:
    """One request as it came, and what was answered."""

    path: str
    headers: dict
    body: bytes
    status: int
    client: str     # subject of the sender's certificate, empty without one


class HttpsFolder:
    """What the collector left in its folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def requests(self):
        path = self.folder / STORED
        if not path.exists():
            return []
        whole = path.read_bytes().split(b"\n")[:-1]
        return [Request(**{**entry, "body": base64.b64decode(entry["body"])}) for entry in map(json.loads, whole)]


def collector(folder, port, certificate, key, trusted):
    storing, answers = threading.Lock(), folder / ANSWERS

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with storing:
                answer = next_answer(body)
                if not self.store(body, answer["status"]):
                    answer = {"status": 503, "body": '{"text":"no room","code":9}'}
            text = answer.get("body", '{"text":"Success","code":0}' if answer["status"] == 200 else "{}").encode()
            self.send_response(answer["status"])
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(text)), **answer.get("headers", {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def store(self, body, status):
            """False when the disk is full: nothing of it is left then."""
            subject = dict(part[0] for part in (self.connection.getpeercert() or {}).get("subject", ()))
            entry = {"path": self.path, "headers": {name.lower(): value for name, value in self.headers.items()}, "body": base64.b64encode(body).decode(),
                     "status": status, "client": subject.get("commonName", "")}
            line = json.dumps(entry).encode() + b"\n"
            file = os.open(folder / STORED, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            before = os.fstat(file).st_size
            try:
                if os.write(file, line) != len(line):
                    raise OSError("written in part")
                os.fsync(file)
                return True
            except OSError as why:
                os.ftruncate(file, before)
                print(f"not stored: {why}", flush=True)
                return False
            finally:
                os.close(file)

        def log_message(self, *_):
            pass    # what came is in the folder

    def next_answer(body):
        """The first of the script; `refuses` is a text whose bearer is refused however often it comes."""
        script = json.loads(answers.read_text()) if answers.exists() else []
        for each in script:
            if "refuses" in each and each["refuses"].encode() in body:
                return each
        for position, each in enumerate(script):
            if "refuses" not in each:
                new = answers.with_suffix(".new")
                new.write_text(json.dumps(script[:position] + script[position + 1:]))
                new.replace(answers)
                return each
        return {"status": 200}

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, request, client_address):
            print(f"{client_address}: {sys.exc_info()[1]}", flush=True)     # a session that ended early is no trouble of ours

        def finish_request(self, request, client_address):
            request.settimeout(60)
            with context.wrap_socket(request, server_side=True) as session:     # in the session's own thread
                super().finish_request(session, client_address)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if trusted:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(trusted)
    Server(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    folder_, port_, *files = sys.argv[1:]
    collector(pathlib.Path(folder_), int(port_), *files, *([None] * (3 - len(files))))
else:
    from receivers.process import Process, free_port

    class HttpsCollector(Process, HttpsFolder):
        """`demands_certificate`: of senders, chained to the identity's trusted roots."""

        name = "HTTPS collector"

        def __init__(self, folder, identity, demands_certificate=False):
            self.port = free_port()
            command = ["/usr/bin/python3", pathlib.Path(__file__), folder, self.port, identity.certificate_file, identity.key_file]
            super().__init__(folder, command + ([identity.trusted_file] if demands_certificate else []), [("tcp", self.port)])

        def url(self, path="/services/collector/event"):
            return f"https://localhost:{self.port}{path}"

        def answer(self, *answers):
            """Replaces the script: the next requests get these, then all get 200. {"status": 503, "headers": {"Retry-After": "1"}}, or
            {"status": 400, "refuses": "some text"} for every request that holds the text."""
            new = self.folder / (ANSWERS + ".new")
            new.write_text(json.dumps(list(answers)))
            new.replace(self.folder / ANSWERS)

        def bodies(self):
            """Of the requests that were taken."""
            return [request.body for request in self.requests() if request.status == 200]

        def stored_file(self):
            return self.folder / STORED

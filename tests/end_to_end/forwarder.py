"""The shipped executable as a forwarder: its destinations, its journal seen from outside, its life and death."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

from product import Product, merged
from receivers.identity import SENDER_NAME, SERVER_NAME

START_SECONDS = 120
STOP_SECONDS = 30


class Row:
    """One event of the journal, as stored."""

    def __init__(self, installation_id, sequence, word, milliseconds, text, fields):
        self.id = f"{installation_id}-{sequence}"
        self.sequence, self.word, self.milliseconds, self.text = sequence, word, milliseconds, text
        self.fields = {name: value for name, value in json.loads(fields).items() if value}    # one without a value is not told


class Forwarder(Product):
    """Runs in a console (`run`); nothing listens on port 443 and RRAS need not be there: this is about what is told."""

    def __init__(self, host, roots_pem):
        self.running = None
        self._roots_pem = roots_pem
        super().__init__(host)

    def fresh(self, policy=None):
        super().fresh(policy)
        (self.policy_file.parent / "siem-ca.pem").write_text(self._roots_pem)

    # Wine's Schannel does not say that a server asks for a certificate, so that the default, "chosen when the server asks", shows none here.
    OUR_CERTIFICATE = {"dns_name": SENDER_NAME}

    @classmethod
    def tls(cls, name, port, **more):
        return {"name": name, "transport": "tls", "hosts": [f"{SERVER_NAME}:{port}"], "ca_file": r"C:\data\siem-ca.pem", "client_certificate": cls.OUR_CERTIFICATE, **more}

    @staticmethod
    def plain(name, transport, port, **more):
        return {"name": name, "transport": transport, "hosts": [f"127.0.0.1:{port}"], **more}

    @staticmethod
    def https(name, url, profile, **more):
        return {"name": name, "type": "https", "url": url, "profile": profile, "ca_file": r"C:\data\siem-ca.pem", **more}

    # Life and death

    def begin(self):
        """In a group of its own, so that Ctrl+C reaches it alone."""
        self.output = open(self.policy_file.with_suffix(".out"), "ab")
        self.running = subprocess.Popen(self.host.prefix.as_administrator(self.arguments("run")), env=self.host.prefix.environment(), stdin=subprocess.DEVNULL,
                                        stdout=self.output, stderr=self.output, start_new_session=True)

    def kill(self):
        """As power loss would: no farewell."""
        if self.running is not None:
            self.running.kill()
            self.running.wait(STOP_SECONDS)
            self.running = None
            self.output.close()

    def end(self):
        """Ctrl+C. Returns the seconds that it took."""
        began = time.monotonic()
        self.running.send_signal(signal.SIGINT)
        try:
            self.running.wait(STOP_SECONDS)
        finally:
            self.kill()
        return time.monotonic() - began

    def rewrite_policy(self, policy):
        """A change of the policy wakes every destination that waits to try again."""
        new = self.policy_file.with_suffix(".new")
        new.write_text(json.dumps(merged({}, policy)))
        new.replace(self.policy_file)

    # The state database

    @property
    def database(self):
        return self.data / "state.db"

    @contextlib.contextmanager
    def looking(self):
        """A copy of the database with its write-ahead log: ours must not be in the way of theirs."""
        with tempfile.TemporaryDirectory(prefix="looking-") as folder:
            for suffix in ("", "-wal"):
                source = self.database.with_name("state.db" + suffix)
                if source.exists():
                    shutil.copyfile(source, os.path.join(folder, "state.db" + suffix))
            with contextlib.closing(sqlite3.connect(os.path.join(folder, "state.db"))) as connection:
                yield connection

    def ask_database(self, question, *values, patience=START_SECONDS):
        """Rows of a SELECT. A copy that was taken in the middle of a write is taken again."""
        deadline = time.monotonic() + patience
        while True:
            try:
                with self.looking() as connection:
                    return connection.execute(question, values).fetchall()
            except (sqlite3.DatabaseError, FileNotFoundError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def queues_are_empty(self):
        """Every destination has confirmed, or counted as lost, whatever the journal has."""
        return self.ask_database("SELECT count(*) FROM positions WHERE cursor < (SELECT COALESCE(max(sequence), 1) FROM journal)") == [(0,)]

    def knows(self, count):
        """So many destinations have a position."""
        return self.ask_database("SELECT count(*) FROM positions") == [(count,)]

    def installation_id(self):
        """Empty until the first commit."""
        rows = self.ask_database("SELECT value FROM state WHERE name='installation_id'")
        return json.loads(rows[0][0]) if rows else ""

    def journal(self, after=0):
        installation = self.installation_id()
        return [Row(installation, *row) for row in self.ask_database("SELECT sequence, type, time, text, fields FROM journal WHERE sequence > ? ORDER BY sequence", after)]

    def append(self, events):
        """Events behind the newest, while the program is not running: (word, milliseconds, text, fields). Only the journal's own rows and its
        last number are written, as a commit of the program writes them."""
        assert self.running is None
        with contextlib.closing(sqlite3.connect(self.database)) as connection, connection:
            last = int(connection.execute("SELECT value FROM meta WHERE name='last_sequence'").fetchone()[0])
            for number, (word, milliseconds, text, fields) in enumerate(events, last + 1):
                connection.execute("INSERT INTO journal(sequence, type, time, text, fields) VALUES(?, ?, ?, ?, ?)",
                                   (number, word, milliseconds, text, json.dumps(fields)))
            connection.execute("UPDATE meta SET value=? WHERE name='last_sequence'", (str(last + len(events)),))
        return last

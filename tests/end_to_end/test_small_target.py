"""small-target, the twelfth promise: judged on the shipped executable, by what it is linked to and by what it does while it watches, heals and tells.

Elsewhere: the import table (installer/check-imports), descriptors of the data folder (tests/contracts/files_windows.cpp; Wine only pretends to keep
them), lines of the log (tests/contracts/log_windows.cpp), escaping for each destination (tests/core/siem)."""

import contextlib
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from observed import Observed
from product import PROGRAM, Product, create_host
from rras_host import wait_until
from wine_prefix import SOURCE_DIR, WINDOWS_BUILD

SYSTEM32 = "c:\\windows\\system32\\"
# In the import table, which installer/check-imports compares: all of Windows' list of KnownDLLs, whatever lies beside the program.
# Source: Microsoft, Dynamic-link library search order.
KNOWN_DLLS = {"advapi32.dll", "kernel32.dll", "msvcrt.dll", "ole32.dll", "shell32.dll", "ws2_32.dll"}
# Taken at the first call, from System32 alone.
LATE_DLLS = {"bcrypt.dll", "crypt32.dll", "httpapi.dll", "iphlpapi.dll", "kernelbase.dll", "mprapi.dll", "ncrypt.dll", "secur32.dll", "wevtapi.dll", "winhttp.dll"}
# Registered for those who show our events (EventMessageFile); this program does not load it.
REGISTERED_DLLS = {"sstp-watchdog-messages.dll"}
STARTS_A_PROCESS = re.compile(r"CreateProcess\w*|ShellExecute\w*|WinExec|_?w?system|_?w?popen|_?w?(spawn|exec)[lv]p?e?", re.IGNORECASE)
WITHIN = 120   # seconds; nothing waits for it when all is well


def setUpModule():
    global folder, host, product
    folder = pathlib.Path(tempfile.mkdtemp(prefix="small-target-"))
    host = create_host(folder)
    product = Product(host)


def tearDownModule():
    host.delete()
    shutil.rmtree(folder, ignore_errors=True)


def imported_functions(program):
    table = subprocess.run(["x86_64-w64-mingw32-objdump", "-p", program], capture_output=True, text=True, check=True).stdout
    # An address, a hint, a name; since binutils 2.41 an ordinal stands between the first two.
    return re.findall(r"^\t[0-9a-f]+\s+(?:<none>\s+)?[0-9a-f]+\s+(\w+)$", table, re.MULTILINE)


def dll_names(program):
    """Every name of a DLL that stands in the file, in either width."""
    content = program.read_bytes()
    narrow = re.findall(rb"[A-Za-z0-9_-]{2,40}\.dll\b", content, re.IGNORECASE)
    wide = []
    for found in re.finditer(rb"(?:[A-Za-z0-9_-]\0){2,40}\.\0d\0l\0l\0", content, re.IGNORECASE):
        # The last letter of a narrow string, and its end, look like a wide letter: more of that string stands before it.
        lent = found.start() > 0 and content[found.start() - 1] != 0
        wide.append(found[0][2:] if lent else found[0])
    return {name.decode().lower() for name in narrow} | {name.decode("utf-16-le").lower() for name in wide}


def not_from_system32(paths, program):
    return [path for path in paths if not path.lower().startswith(SYSTEM32) and not path.lower().endswith("\\" + program.lower())]


class Linked(unittest.TestCase):
    program = WINDOWS_BUILD / "bin" / PROGRAM

    def test_every_DLL_that_is_named_is_one_of_System32(self):
        self.assertLessEqual(dll_names(self.program) - {PROGRAM}, KNOWN_DLLS | LATE_DLLS | REGISTERED_DLLS)

    def test_nothing_imported_starts_a_process(self):
        functions = imported_functions(self.program)
        self.assertIn("CreateFileW", functions)
        self.assertEqual([name for name in functions if STARTS_A_PROCESS.fullmatch(name)], [])

    def test_formats_are_literals_that_the_compiler_has_checked(self):
        unchecked = re.compile(r"fmt::runtime|\bvformat|\b\w*printf\s*\(")
        sources = [path for part in ("core", "service") for path in (SOURCE_DIR / part).rglob("*") if path.suffix in (".cpp", ".h")]
        self.assertGreater(len(sources), 100)
        found = [f"{path.relative_to(SOURCE_DIR)}: {line.strip()}" for path in sources for line in path.read_text().splitlines() if unchecked.search(line)]
        self.assertEqual(found, [])
        # Windows' own texts of error codes are formats, too, unless it is told otherwise.
        of_windows = [path for path in sources if "FormatMessage" in path.read_text()]
        self.assertEqual([path.name for path in of_windows if "FORMAT_MESSAGE_IGNORE_INSERTS" not in path.read_text()], [])


class AtWork(unittest.TestCase):
    def setUp(self):
        host.reset()
        host.make_healthy(host.authority.good())
        product.fresh()

    @contextlib.contextmanager
    def watching(self):
        """`run` in a console, observed, from its first healthy cycle on."""
        seen = Observed(host.prefix, folder / f"{self.id()}.trace")
        with seen.running(*product.arguments("run")) as process:
            product.wait_for_status(lambda status: status["healthy"], WITHIN, "the first healthy cycle")
            yield seen
            process.send_signal(signal.SIGINT)
            process.wait(WITHIN)

    def test_watching_healing_and_telling_listens_nowhere_starts_nothing_and_loads_from_System32_alone(self):
        planted = [product.program.with_name(f"{name}.dll") for name in ("httpapi", "mprapi", "wevtapi")]    # Wine prefers these wherever it looks first
        for path in planted:
            shutil.copyfile(WINDOWS_BUILD / "bin" / f"{path.stem}_double.dll", path)
            self.addCleanup(path.unlink)
        receiver = socket.create_server(("127.0.0.1", 0))
        receiver.settimeout(WITHIN)
        product.write_policy({"siem": {"destinations": [{"name": "here", "transport": "tcp", "hosts": [f"127.0.0.1:{receiver.getsockname()[1]}"]},
                                                        {"name": "nowhere", "type": "https", "url": "https://127.0.0.1:9/", "profile": "json"}]}})
        with receiver, self.watching() as seen:
            host.unbind("[::]")
            product.wait_for_status(lambda status: status["healthy"] and host.bound("ipv6") is not None, WITHIN, "the heal")
            connection, _ = receiver.accept()
            with connection:
                connection.settimeout(WITHIN)
                self.assertTrue(connection.recv(1))
        self.assertTrue(seen.used_sockets)
        self.assertEqual(seen.listening, [])
        self.assertEqual(seen.started, [])
        self.assertLessEqual({SYSTEM32 + "httpapi.dll", SYSTEM32 + "mprapi.dll", SYSTEM32 + "wevtapi.dll", SYSTEM32 + "winhttp.dll"}, {path.lower() for path in seen.loaded})
        self.assertEqual(not_from_system32(seen.loaded, PROGRAM), [])

    def test_an_event_cannot_forge_a_line_of_the_history(self):
        forged = "2026-01-01T00:00:00Z all is lost"
        with self.watching():
            host.write_event(13, [f"a\r\n{forged}\x1b[2J", ""])
            wait_until(lambda: "all is lost" in product.run("history").output, WITHIN, "the event to be told")
        told = product.run("history").output
        self.assertNotIn("\x1b", told)
        self.assertNotIn(forged, [line.strip()[:len(forged)] for line in told.splitlines()])


class Observer(unittest.TestCase):
    """It sees what it is to see."""

    def observed(self):
        return Observed(host.prefix, folder / f"{self.id()}.trace")

    def test_a_listening_socket(self):
        seen = self.observed()
        self.assertEqual(seen.run(WINDOWS_BUILD / "bin" / "listens_briefly.exe"), 0)
        self.assertNotEqual(seen.listening, [])

    def test_a_child_process(self):
        seen = self.observed()
        seen.run("cmd", "/c", product.program, "version")
        self.assertTrue(any(PROGRAM in each for each in seen.started), seen.started)

    def test_a_DLL_beside_the_program(self):
        program = host.prefix.drive_c / "planted" / "rras_host.exe"
        program.parent.mkdir()
        shutil.copyfile(WINDOWS_BUILD / "bin" / "rras_host.exe", program)
        shutil.copyfile(WINDOWS_BUILD / "bin" / "wevtapi_double.dll", program.with_name("wevtapi.dll"))
        seen = self.observed()
        seen.run(program)
        self.assertEqual(not_from_system32(seen.loaded, "rras_host.exe"), [r"C:\planted\wevtapi.dll"])


if __name__ == "__main__":
    unittest.main()

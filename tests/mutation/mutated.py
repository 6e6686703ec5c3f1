"""A copy of the tree, built once, and its programs with one file changed: only that file is compiled anew, and linked before all others.

Libraries and mutants are compiled with -O1: tests run in a third of the time, and a file takes no longer than without. The copy's own sources stay
as they are, so that a run that is broken off leaves nothing half changed.
"""
import os
import pathlib
import re
import resource
import shlex
import shutil
import subprocess

FAILED = re.compile(r"^\[  FAILED  \] (\S+?)(?:, where .*|\.)?(?: \(\d+ ms\))?$", re.MULTILINE)
COMPILER = re.compile(r"(c\+\+|g\+\+|clang\+\+)(-\d+)?$")
LIBRARIES = ("core/libwatchdog_core.a", "tests/libsimulated_windows.a")
MEMORY = 4 << 30   # of a program that may not end, and allocate on its way


class Broken(Exception):
    """The copy itself is not as it should be: no fate of a mutant."""


class Tree:
    def __init__(self, root: pathlib.Path):
        self.root = root
        self.binary = root / "build" / "mutated"   # as deep as other build folders: ccache takes what it has compiled for them
        self.scratch = self.binary / "mutant"
        self.seconds = 600.0   # of the processor, for one run of a program
        self.spent = {"compiling": 0.0, "linking": 0.0, "testing": 0.0}

    def build(self, programs: list) -> None:
        if not (self.binary / "build.ninja").exists():
            self._run(["cmake", "-S", self.root, "-B", self.binary, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DSSTP_UNITY=OFF",
                       "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -w", *(["-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld"] if shutil.which("ld.lld") else [])])
        self._run(["cmake", "--build", self.binary, "--target", *programs])
        self.scratch.mkdir(exist_ok=True)

    def compile(self, file: str, text: str) -> bool:
        """The changed file, with the command that compiles the one it is a copy of; false: it does not compile."""
        command = self._command(self._object_of(file))
        command = command[next(at for at, word in enumerate(command) if COMPILER.search(word)):]   # without a cache: there is no second time
        for option, value in (("-o", "changed.o"), ("-c", "changed.cpp"), ("-MF", "changed.d")):
            command[command.index(option) + 1] = str(self.scratch / value)
        (self.scratch / "changed.cpp").write_text(text)
        return self._timed("compiling", command).returncode == 0

    def link(self, program: str, changed: str = "") -> None:
        """With the changed file in place of its own. The libraries' files come first: of what several files bring (all of std::string) the
        linker takes the first, and that of the tests, which are compiled for speed of compilation, makes everything three times as slow."""
        own = self._object_of(changed) if changed else None
        objects = [str(self.scratch / "changed.o") if each == own else each for library in LIBRARIES for each in self._command(library) if each.endswith(".o")]
        command = [word for word in self._command(f"bin/{program}") if word not in (":", "&&")]
        command[command.index("-o") + 1] = str(self.scratch / program)
        done = self._timed("linking", [command[0], *objects, *command[1:]])
        if done.returncode != 0:
            raise Broken(f"{program} does not link:\n{done.stderr[-2000:]}")

    def run(self, arguments: list):
        """One of the linked programs, in the copy."""
        # A loop that never ends must not hold up the rest, nor fill the machine's memory.
        limits = lambda: (resource.setrlimit(resource.RLIMIT_CPU, (int(self.seconds), int(self.seconds) + 5)),   # noqa: E731
                          resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)), resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))
        return self._timed("testing", [str(self.scratch / arguments[0]), *arguments[1:]], cwd=self.root, preexec_fn=limits,
                           env={**os.environ, "SSTP_SOURCE_DIR": str(self.root)})

    def killers(self, arguments: list) -> list:
        """The tests that fail, or how else the program ended than well; nothing: it ended well."""
        done = self.run(arguments)
        return [] if done.returncode == 0 else sorted(set(FAILED.findall(done.stdout))) or [f"ended with {done.returncode}"]

    @staticmethod
    def _object_of(file: str) -> str:
        return f"core/CMakeFiles/watchdog_core.dir/{pathlib.PurePath(file).relative_to('core')}.o"

    def _command(self, made: str) -> list:
        """How ninja makes this, as words."""
        commands = self._run(["ninja", "-C", self.binary, "-t", "commands", "-s", made])
        return shlex.split(commands.strip().splitlines()[-1])

    def _timed(self, what: str, command: list, **more):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", **{"cwd": self.binary, **more})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.spent[what] += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return done

    @staticmethod
    def _run(command: list) -> str:
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise Broken(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

"""The disk of one folder, which is full while a test says so: nothing in it grows, and Windows programs get ERROR_DISK_FULL (112)."""

import contextlib
import pathlib


class Disk:
    """Concerns the processes that are started with `environment` (HostPrefix.run, .popen), as `disk/full_disk.cpp` stands before them."""

    def __init__(self, folder, native_build):
        self._folder = pathlib.Path(folder).resolve()
        library = pathlib.Path(native_build) / "bin" / "rras_full_disk.so"
        if not library.exists():   # a library that is not there is passed over by the loader, and no disk would ever be full
            raise FileNotFoundError(library)
        self.environment = {"LD_PRELOAD": str(library), "RRAS_DISK": str(self._folder)}

    @contextlib.contextmanager
    def full(self):
        full = self._folder.with_name(self._folder.name + ".full")
        full.touch()
        try:
            yield
        finally:
            full.unlink()

"""A host for one module of tests, with a listener, in a prefix of the build folder."""

import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from ports import free_port  # noqa: E402  (the path has to be known first)
from rras_host import RrasHost, build_folder  # noqa: E402


def create(name, **options):
    folder = build_folder("SSTP_WINDOWS_BUILD", "windows") / "wine" / name
    shutil.rmtree(folder, ignore_errors=True)
    return RrasHost.create(folder, port=free_port(), **options)

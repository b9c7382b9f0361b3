"""Comes with --py-files: what Python a container really has."""

import os
import shutil
import subprocess
import sys


def check_versions(name: str, major: int) -> None:
    """The Python that runs this, and the one that PYSPARK_PYTHON or the given name finds in the environment."""
    print(f"Python runtime version check is: {sys.version_info[0] == major}")
    program = shutil.which(os.environ.get("PYSPARK_PYTHON", name))
    shown = "" if program is None else subprocess.check_output([program, "--version"], text=True)
    print(f"Python environment version check is: {shown.startswith(f'Python {major}.')}")

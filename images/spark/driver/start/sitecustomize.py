"""Runs before a program's first line: tells which threads keep it when its main has been done for ten seconds."""

import os
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))


def step_aside():
    """Neither the program nor what it starts finds this file, and a sitecustomize of the user's own runs as always."""
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != HERE]
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    rest = os.pathsep.join(path for path in paths if path and os.path.abspath(path) != HERE)
    if rest:
        os.environ["PYTHONPATH"] = rest
    else:
        os.environ.pop("PYTHONPATH", None)
    this = sys.modules.pop("sitecustomize")
    try:
        import sitecustomize  # noqa: F401
    except ImportError as missing:
        if missing.name != "sitecustomize":
            raise
    finally:
        sys.modules.setdefault("sitecustomize", this)


def holding():
    return [one.name for one in threading.enumerate() if not one.daemon and one is not threading.main_thread()]


def tell():
    names = ", ".join(holding())
    if names:
        print("spark-dev: the program is done, but these threads keep it running: " + names, file=sys.stderr, flush=True)


shutdown = threading._shutdown


def shut_down():
    if holding():
        clock = threading.Timer(10, tell)
        clock.daemon = True
        clock.start()
    shutdown()


threading._shutdown = shut_down
modules = os.environ.pop("SPARK_DEV_PY_FILES", "")
asked = os.environ.pop("SPARK_DEV_WAITS", None)
if asked:
    __import__("waiting_context").offer([path for path in modules.split(",") if path], asked)
step_aside()

"""Reads [files, names] from stdin: which of the files Python cannot read, and which names it has itself. Writes nothing."""

import json
import sys


def find_error(path):
    try:
        with open(path, "rb") as file:
            compile(file.read(), path, "exec", dont_inherit=True)
    except SyntaxError as error:
        return {"path": path, "line": error.lineno or 1, "message": error.msg, "text": (error.text or "").strip()}
    except (OSError, ValueError, RecursionError, MemoryError):
        return None
    return None


files, names = json.load(sys.stdin)
own = getattr(sys, "stdlib_module_names", sys.builtin_module_names)
answer = {
    "minor": sys.version_info[1],
    "errors": [error for error in map(find_error, files) if error],
    "hidden": [name for name in names if name in own and name not in ("test", "this")],
}
json.dump(answer, sys.stdout)

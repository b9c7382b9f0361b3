"""Python reads its start-up file only for a terminal; for piped lines this runs it, and an error ends the shell."""

import contextlib, os, sys

with contextlib.redirect_stdout(sys.stderr):
    exec(open(os.environ["PYTHONSTARTUP"]).read())
exec(compile(sys.stdin.read(), "<stdin>", "exec"))

"""Runs the code cells of a notebook; spark-dev adds the call, with the cells, as the last line."""


def _run_notebook(name, cells):
    import ast
    import builtins
    import linecache
    import symtable
    import sys
    import traceback

    scope = sys.modules["__main__"].__dict__
    # Python 3.12 and older read source lines from files only
    sys.excepthook = lambda kind, error, frames: traceback.print_exception(kind, error, _own(frames, name))

    used, defined, parsed = set(), set(), []
    for number, source in cells:
        file = f"{name}, code cell {number}"
        linecache.cache[file] = (len(source), None, source.splitlines(True), file)
        parsed.append((file, source, ast.parse(source, file)))
        _read_names(symtable.symtable(source, file, "exec"), used, defined)

    builtins.display = _display
    if not {"spark", "sc", "_sql"}.isdisjoint(used - defined):
        from pyspark.sql import SparkSession

        session = SparkSession.builder.getOrCreate()
        scope.update(spark=session, sc=session.sparkContext)

    for file, source, tree in parsed:
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, file, "exec"), scope)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), file, "eval"), scope)
            if value is not None and not source.rstrip().endswith(";"):
                print(repr(value))


def _read_names(table, used, defined):
    """The global names that a cell uses, and those that it defines."""
    is_module = table.get_type() == "module"
    for symbol in table.get_symbols():
        if is_module or symbol.is_global():
            if symbol.is_referenced():
                used.add(symbol.get_name())
            if symbol.is_assigned() or symbol.is_imported():
                defined.add(symbol.get_name())
    for child in table.get_children():
        _read_names(child, used, defined)


def _own(frames, name):
    """Without the frames above the first cell."""
    own = frames
    while own is not None and not own.tb_frame.f_code.co_filename.startswith(name):
        own = own.tb_next
    return own if own is not None else frames


def _display(*values, **_):
    """Like Databricks, it shows the rows of a DataFrame."""
    for value in values:
        if hasattr(value, "sparkSession") and hasattr(value, "show"):
            value.show()
        else:
            print(value)


def _sql(query):
    _display(spark.sql(query.strip().rstrip(";")))  # noqa: F821


def _shell(command):
    import subprocess

    subprocess.run(command, shell=True, executable="/bin/bash")

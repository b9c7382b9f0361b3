"""Gives a program the context that its driver has made for it, where the program asks for no other one."""

import importlib.abc
import importlib.util
import sys

# where SparkContext stands: in Spark 4, and before it
HOMES = ("pyspark.core.context", "pyspark.context")


class Finder(importlib.abc.MetaPathFinder):
    """Changes SparkContext when the program imports it: pyspark itself must not be imported for it."""

    def __init__(self, modules):
        self.modules = modules

    def find_spec(self, name, path, target=None):
        if name not in HOMES:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            if "_initialize_context" in vars(getattr(module, "SparkContext", object)):
                change(module.SparkContext, self.modules)
            else:
                sys.meta_path.insert(0, self)

        spec.loader.exec_module = exec_module
        return spec


asked_file = None


def offer(modules, asked):
    """`modules`: files that the workers import; `asked`: a file for `note_asked`."""
    global asked_file
    asked_file = asked
    sys.meta_path.insert(0, Finder(modules))


def note_asked():
    """A program that never asks for a context has started no Spark application."""
    open(asked_file, "w").close()


def change(context_class, modules):
    make = context_class._initialize_context

    def initialize(self, conf):
        context_class._initialize_context = make
        note_asked()
        waiting = self._jvm.org.apache.spark.SparkContext.getOrCreate()
        is_taken = take(self._jvm, waiting, conf)
        context = self._jvm.org.apache.spark.api.java.JavaSparkContext.fromSparkContext(waiting) if is_taken else make(self, conf)
        for path in modules:
            context.addFile(path)
        # where pyspark looks for those that it has to import
        context.sc().conf().set("spark.submit.pyFiles", ",".join(modules))
        return context

    context_class._initialize_context = initialize


def is_fixed(jvm, key):
    """Whether a context or its first session is made with it; the rest may change later."""
    if key == "spark.app.name" or key.startswith("spark.hadoop.") or not key.startswith("spark."):
        return False
    return not key.startswith("spark.sql.") or jvm.org.apache.spark.sql.internal.SQLConf.isStaticConfigKey(key)


def make_way(waiting, reasons):
    print("spark-dev: a new context, because the program " + ", ".join(sorted(reasons)), file=sys.stderr, flush=True)
    waiting.stop()


def begin_session(jvm):
    """A session of the program's own, without what it has not set, in the context that waits."""
    sessions = jvm.org.apache.spark.sql.classic.SparkSession
    fresh = sessions.getDefaultSession().get().newSession()
    sessions.setDefaultSession(fresh)
    sessions.setActiveSession(fresh)


def take(jvm, waiting, asked):
    """Whether the waiting context is what was asked for; if not, it has made way."""
    # what the driver was started with, which a program may also leave out
    given, asks, has = ({pair._1(): pair._2() for pair in conf.getAll()} for conf in (jvm.SparkConf(), asked, waiting.conf()))
    wanted = {key: value for key, value in asks.items() if value not in (has.get(key), given.get(key))}
    fixed = [key for key in given if key not in asks] + [key for key in wanted if is_fixed(jvm, key)]
    if fixed:
        make_way(waiting, ["sets " + key for key in fixed])
        prefix = "spark.kubernetes.executor.podNamePrefix"
        if asked.contains(prefix):
            # the names of the executors that are on their way out
            asked.set(prefix, asked.get(prefix) + "-2")
        return False
    for key, value in wanted.items():
        waiting.conf().set(key, value)
        if key.startswith("spark.hadoop."):
            waiting.hadoopConfiguration().set(key[len("spark.hadoop.") :], value)
    begin_session(jvm)
    return True

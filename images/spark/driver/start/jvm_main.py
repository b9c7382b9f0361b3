"""Calls the main method of a Java or Scala program in a driver that stands by: `jvm_main.py CLASS JAR… -- ARGUMENT…`."""

import os
import re
import sys

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.java_gateway import launch_gateway

import class_pool
import waiting_context

CONTEXTS = ("SparkContext", "api/java/JavaSparkContext", "streaming/StreamingContext", "streaming/api/java/JavaStreamingContext")


def asks_otherwise(jvm, context, calls, strings):
    """What the program's classes say that the waiting context is not."""
    made = {"org/apache/spark/" + name for name in CONTEXTS}
    if any(owner in made and name == "<init>" and "SparkContext;" not in how for owner, name, how in calls):
        yield "makes a context of its own"
    builder = {name for owner, name, _ in calls if owner.endswith("/SparkSession$Builder")}
    if "enableHiveSupport" in builder:
        yield "asks for Hive"
    if "master" in builder and any(MASTER.match(one) and one != context.master() for one in strings):
        yield "sets its master"
    yield from ("sets " + one for one in strings if one.startswith("spark.") and waiting_context.is_fixed(jvm, one))


MASTER = re.compile(r"(local(\[.*)?|(spark|k8s|yarn|mesos)(:.*)?)$")
cut = sys.argv.index("--")
main_class, jars, arguments = sys.argv[1], sys.argv[2:cut], sys.argv[cut + 1 :]
gateway = launch_gateway()
jvm = gateway.jvm
context = jvm.org.apache.spark.SparkContext.getOrCreate()
thread = jvm.java.lang.Thread.currentThread()
thread.setName("main")
loader = thread.getContextClassLoader()
calls, strings = class_pool.read_jar(jars[0])
if any(owner.startswith("org/apache/spark/") for owner, _, _ in calls):
    waiting_context.note_asked()
reasons = list(asks_otherwise(jvm, context, calls, strings))
if reasons:
    waiting_context.make_way(context, reasons)
else:
    waiting_context.begin_session(jvm)
    log = jvm.org.apache.logging.log4j
    # it would warn of settings of the builder, which have been looked at
    log.core.config.Configurator.setLevel("org.apache.spark.sql.classic.SparkSession", log.Level.ERROR)
for jar in jars:
    # the loader that SparkSubmit made: the threads of the warm-up keep it
    loader.addURL(jvm.java.io.File(jar).toURI().toURL())
    if not reasons:
        context.addJar(jar)
if reasons:
    # for the context that the program makes
    jvm.java.lang.System.setProperty("spark.jars", ",".join(jars))
stdin = "/proc/%d/fd/0" % os.getpid()
if os.path.exists(stdin):
    jvm.java.lang.System.setIn(jvm.java.io.FileInputStream(stdin))
words = gateway.new_array(jvm.String, len(arguments))
for at, word in enumerate(arguments):
    words[at] = word
given = gateway.new_array(jvm.Object, 1)
given[0] = words
types = gateway.new_array(jvm.java.lang.Class, 1)
types[0] = words.getClass()
try:
    jvm.java.lang.Class.forName(main_class, True, loader).getMethod("main", types).invoke(None, given)
except Py4JJavaError as failed:
    trouble = failed.java_exception
    trouble = trouble.getCause() or trouble
    jvm.java.lang.System.err.print('Exception in thread "main" ')
    trouble.printStackTrace()
    os._exit(1)
except Py4JError:
    # System.exit
    os._exit(1)

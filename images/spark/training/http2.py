"""Prints the classes with which the Kubernetes client of a Spark speaks HTTP/2, as a class list names them: `http2.py JARS`."""

import pathlib
import re
import sys
import zipfile

JARS = re.compile(r"(vertx-core|netty-codec-http2|okhttp)-[0-9].*\.jar")
CLASSES = re.compile(r"(.*http2?/.*(Http2|VertxHttp2|http2/).*)\.class")

for jar in sorted(pathlib.Path(sys.argv[1]).glob("*.jar")):
    if JARS.fullmatch(jar.name):
        for entry in sorted(zipfile.ZipFile(jar).namelist()):
            if match := CLASSES.fullmatch(entry):
                print(match[1])

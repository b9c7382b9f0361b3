"""Imports a module that came with --py-files, and compares the Python of driver and executors."""

import sys

from pyspark import SparkContext


def version(_: object = None) -> str:
    return "%d.%d" % sys.version_info[:2]


spark = SparkContext(appName="verify-python-files")

from container_checks import check_versions  # noqa: E402  it is there once Spark has started

check_versions(sys.argv[1], 3)
there = spark.parallelize(range(2), 2).map(version).distinct().collect()
print(f"Python runtime version check for executor is: {there == [version()]}")
spark.stop()

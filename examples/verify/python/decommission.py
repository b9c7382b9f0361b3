"""Shuffles, waits while somebody takes an executor away, and asks for the same once more: nothing may be computed twice."""

import gc
import os
import sys
import time

from pyspark import SparkContext

spark = SparkContext(appName="verify-decommission")
computed = spark.accumulator(0)


def count(number: int) -> tuple[int, int]:
    computed.add(1)
    return number, number


# the shuffle leaves blocks on the executors that must move when one goes
shuffled = spark.parallelize(range(100), 5).map(count).groupByKey()
shuffled.collect()
print(f"1st accumulator value is: {computed.value}")
if "cleanup" in sys.argv[1:]:
    # a shuffle that nobody can reach any more: Spark's cleaner removes its blocks while others move
    spark.parallelize(range(100), 5).map(lambda number: (number, number)).groupByKey().collect()
    gc.collect()
    spark._jvm.System.gc()
print("Waiting to give nodes time to finish migration, decom exec 1.", flush=True)
time.sleep(30)
# the program that removes the executor reports when its replacement was seen
release, deadline = os.environ.get("VERIFY_HOLD"), time.monotonic() + 180
while release is not None and not os.path.exists(release) and time.monotonic() < deadline:
    time.sleep(0.2)
shuffled.count()
shuffled.collect()
print(f"Final accumulator value is: {computed.value}")
print("Finished waiting, stopping Spark.", flush=True)
spark.stop()

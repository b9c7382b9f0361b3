"""Estimates pi with one task a slice."""

import random
import sys

from pyspark import SparkContext

POINTS_PER_SLICE = 20_000


def count_inside(slice_index: int) -> int:
    point = random.Random(slice_index)
    return sum(point.random() ** 2 + point.random() ** 2 <= 1.0 for _ in range(POINTS_PER_SLICE))


slices = int(sys.argv[1]) if len(sys.argv) > 1 else 2
spark = SparkContext(appName="verify-pi-python")
inside = spark.parallelize(range(slices), slices).map(count_inside).sum()
print(f"Pi is roughly {4.0 * inside / (slices * POINTS_PER_SLICE)}")
spark.stop()

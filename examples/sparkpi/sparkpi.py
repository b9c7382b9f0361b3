"""Estimates pi: the share of points of the unit square that lie within the quarter circle."""

import re
import sys

POINTS_PER_SLICE = 100_000
MAX_SLICES = 1_000_000

# Steps of the R2 sequence: points that fill the square evenly, so every run gives the same answer and
# two digits are right from the first slice on. http://extremelearning.com.au/unreasonable-effectiveness-of-quasirandom-sequences/
STEP_X = 0.7548776662466927
STEP_Y = 0.5698402909980532


def count_inside(slice_index: int) -> int:
    first = slice_index * POINTS_PER_SLICE
    return sum(
        ((i * STEP_X) % 1.0) ** 2 + ((i * STEP_Y) % 1.0) ** 2 <= 1.0
        for i in range(first, first + POINTS_PER_SLICE)
    )


def parse_slices(arguments: list[str]) -> int:
    if not arguments:
        return 2
    if len(arguments) > 1:
        raise ValueError(f"one argument at most (SLICES), not {len(arguments)}")
    text = arguments[0]
    if not re.fullmatch("[0-9]{1,7}", text) or not 1 <= int(text) <= MAX_SLICES:
        raise ValueError(f"SLICES must be a whole number from 1 to {MAX_SLICES}, not '{text}'")
    return int(text)


def main() -> int:
    try:
        slices = parse_slices(sys.argv[1:])
    except ValueError as complaint:
        print(f"sparkpi: {complaint}", file=sys.stderr)
        return 2

    from pyspark import SparkContext  # after the arguments: a wrong one need not wait for a JVM

    spark = SparkContext(appName="sparkpi")
    try:
        inside = spark.parallelize(range(slices), slices).map(count_inside).sum()
        print(f"Pi is roughly {4.0 * inside / (slices * POINTS_PER_SLICE)}")
    finally:
        spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

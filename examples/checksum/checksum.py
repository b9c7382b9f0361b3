"""A sum that any loss, repetition or change of an element would change, however the work is split."""

import sys

from pyspark import SparkContext

MODULUS = 2147483647


def mix(n: int) -> int:
    """Steps of two generators of Park and Miller: https://doi.org/10.1145/63039.63042"""
    return (n + 1) * 16807 % MODULUS * 48271 % MODULUS


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
    spark = SparkContext(appName="checksum")
    try:
        # a shuffle, so that executors must find one another
        pairs = spark.parallelize(range(count), 4).map(lambda n: (n % 7, mix(n)))
        sums = pairs.reduceByKey(lambda a, b: (a + b) % MODULUS).collect()
        whole = 1
        for _, part in sorted(sums):
            whole = (whole * 31 + part) % MODULUS
        print(f"Checksum of {count} is {whole}")
    finally:
        spark.stop()


if __name__ == "__main__":
    main()

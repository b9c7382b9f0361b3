"""Prints what the pod templates gave to driver and executors."""

import os
import sys


def seen(_index: int = 0) -> tuple[str, str]:
    return os.environ.get("NODE_NAME", "?"), os.environ.get("GREETING", "?")


def main() -> int:
    from pyspark import SparkContext

    spark = SparkContext(appName="pod-template")
    try:
        print("driver on {} says {}".format(*seen()))
        for node, greeting in sorted(set(spark.parallelize(range(4), 4).map(seen).collect())):
            print(f"executor on {node} says {greeting}")
    finally:
        spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

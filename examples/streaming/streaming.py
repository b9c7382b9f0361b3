"""A stream that ends: counts what a steady source makes, in windows of a second, for a number of seconds."""

import sys
import time


def main() -> int:
    text = sys.argv[1] if len(sys.argv) > 1 else "10"
    if not text.isdecimal() or not 1 <= int(text) <= 3600:
        print(f"streaming: SECONDS must be a whole number from 1 to 3600, not {text!r}", file=sys.stderr)
        return 2

    from pyspark.sql import SparkSession, functions as f  # after the arguments: a wrong one need not wait for a JVM

    spark = SparkSession.builder.appName("streaming").config("spark.sql.shuffle.partitions", 2).getOrCreate()
    try:
        source = spark.readStream.format("rate").option("rowsPerSecond", 100).load()
        windows = source.groupBy(f.window("timestamp", "1 second")).count()
        query = windows.writeStream.outputMode("complete").format("memory").queryName("windows").start()
        deadline = time.monotonic() + int(text)
        while time.monotonic() < deadline and query.isActive:
            time.sleep(0.5)
        query.processAllAvailable()
        query.stop()
        rows, seconds = spark.sql("SELECT sum(count), count(*) FROM windows").first()
        print(f"{rows} rows in {seconds} windows")
    finally:
        spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

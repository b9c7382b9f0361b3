"""Counts words in text files that lie on a mounted volume, and writes the counts beside them."""

import os
import sys

SAMPLE = "to be or not to be that is the question\n"


def main() -> int:
    if len(sys.argv) != 2:
        print("wordcount: takes one argument, FOLDER", file=sys.stderr)
        return 2
    folder = sys.argv[1]

    from pyspark.sql import SparkSession, functions as f  # after the arguments: a wrong one need not wait for a JVM

    spark = SparkSession.builder.appName("wordcount").getOrCreate()
    try:
        source = os.path.join(folder, "text")
        if not os.path.isdir(source):
            os.makedirs(source)
            with open(os.path.join(source, "sample.txt"), "w", encoding="utf-8") as sample:
                sample.write(SAMPLE * 1000)
        words = spark.read.text(source).select(f.explode(f.split("value", r"\s+")).alias("word")).where("word != ''")
        counts = words.groupBy("word").count().orderBy(f.desc("count"), "word")
        counts.coalesce(1).write.mode("overwrite").csv(os.path.join(folder, "counts"))
        for row in spark.read.csv(os.path.join(folder, "counts")).limit(3).collect():
            print(f"{row[1]} {row[0]}")
    finally:
        spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

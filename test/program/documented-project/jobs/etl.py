import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
source, out = sys.argv[1:]
spark.read.csv(source, header=True).write.mode("overwrite").csv(out)

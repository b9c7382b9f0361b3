import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
print("year", sys.argv[1], "rows", spark.range(3).count())

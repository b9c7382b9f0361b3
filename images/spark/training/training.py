"""A little of what most jobs do, in Spark's JVMs and in Python: shuffles and a query."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
context = spark.sparkContext
assert context.parallelize(range(100), 2).map(lambda n: (n % 7, n)).reduceByKey(int.__add__).count() == 7
# what a job in Scala or Java would call
assert context._jsc.parallelize([n % 7 for n in range(100)], 2).distinct().count() == 7
assert spark.range(0, 100, 1, 2).selectExpr("id % 7 as key", "id").groupBy("key").sum("id").count() == 7
spark.stop()
print("The training ended well")

"""Makes the context of a driver that stands by, and does once what costs time the first time; leaves the context open."""

import os

from pyspark.sql import SparkSession

session = SparkSession.builder.getOrCreate()
context = session.sparkContext
# how readers of the event log know these jobs
context.setLocalProperty("spark.job.description", "spark-dev: warm-up")
slices = max(2, context.defaultParallelism)
session.range(slices).selectExpr("sum(id)").collect()
context.parallelize(range(slices), slices).map(lambda one: (one % 2, one)).reduceByKey(max).collect()
# what waiting_context.py will ask
assert context._jvm.org.apache.spark.sql.internal.SQLConf.isStaticConfigKey("spark.sql.warehouse.dir")
os._exit(0)

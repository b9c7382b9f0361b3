"""A Python function on the executors through Spark Connect, whose server the driver itself starts."""

import sys

from pyspark.sql import SparkSession
from pyspark.sql.types import StringType

spark = SparkSession.builder.appName("verify-connect").master(sys.argv[1]).getOrCreate()
print(f"The session is of {type(spark).__module__}")
spark.udf.register("python_version", lambda: "%d.%d" % sys.version_info[:2], StringType())
[row] = spark.sql("SELECT python_version()").collect()
print(f"Python runtime version check for executor is: {row[0] == '%d.%d' % sys.version_info[:2]}")
spark.stop()

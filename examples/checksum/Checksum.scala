import org.apache.spark.{SparkConf, SparkContext}

/** A sum that any loss, repetition or change of an element would change, however the work is split. */
// serializable, because in spark-shell an object is no singleton of the JVM and travels with its functions
object Checksum extends Serializable {
  private val Modulus = 2147483647L

  def main(args: Array[String]): Unit = {
    val count = args.headOption.fold(100000)(_.toInt)
    val spark = new SparkContext(new SparkConf().setAppName("checksum"))
    try {
      // a shuffle, so that executors must find one another
      val sums = spark.parallelize(0 until count, 4).map(n => (n % 7, mix(n))).reduceByKey((a, b) => (a + b) % Modulus)
      val whole = sums.collect().sortBy(_._1).foldLeft(1L) { case (sum, (_, part)) => (sum * 31 + part) % Modulus }
      println(s"Checksum of $count is $whole")
    } finally spark.stop()
  }

  /** Steps of two generators of Park and Miller: https://doi.org/10.1145/63039.63042 */
  private def mix(n: Int): Long = ((n + 1L) * 16807 % Modulus) * 48271 % Modulus
}

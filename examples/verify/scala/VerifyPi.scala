import java.nio.file.{Files, Paths}
import org.apache.spark.{SparkConf, SparkContext}

/** Estimates π with one task a slice, and stays until it is released where somebody looks into its pods meanwhile. */
object VerifyPi {
  private val PointsPerSlice = 100000

  def main(args: Array[String]): Unit = {
    val slices = args.headOption.fold(2)(_.toInt)
    val spark = new SparkContext(new SparkConf().setAppName("verify-pi"))
    try {
      println(s"The master is ${spark.master}")
      val inside = spark.parallelize(0 until slices, slices).map(countInside).fold(0L)(_ + _)
      println(s"Pi is roughly ${4.0 * inside / (slices.toLong * PointsPerSlice)}")
      Hold.untilReleased()
    } finally spark.stop()
  }

  private def countInside(slice: Int): Long = {
    val random = new java.util.SplittableRandom(slice.toLong)
    (0 until PointsPerSlice).count { _ =>
      val (x, y) = (random.nextDouble(), random.nextDouble())
      x * x + y * y <= 1.0
    }
  }
}

/** VERIFY_HOLD names a file: its appearance ends the wait. */
object Hold {
  private val LongestSeconds = 180

  def untilReleased(): Unit =
    sys.env.get("VERIFY_HOLD").foreach { file =>
      println("Held until the probes are done")
      val release = Paths.get(file)
      val deadline = System.nanoTime() + LongestSeconds * 1000000000L
      while (!Files.exists(release) && System.nanoTime() < deadline) Thread.sleep(100)
    }
}

import org.apache.spark.{SparkConf, SparkContext}

/** Estimates π: the share of points of the unit square that lie within the quarter circle. */
object SparkPi {
  private val PointsPerSlice = 100000
  private val MaxSlices = 1000000

  // Steps of the R2 sequence: points that fill the square evenly, so every run gives the same answer and
  // two digits are right from the first slice on. http://extremelearning.com.au/unreasonable-effectiveness-of-quasirandom-sequences/
  private val StepX = 0.7548776662466927
  private val StepY = 0.5698402909980532

  def main(args: Array[String]): Unit =
    parseSlices(args) match {
      case Left(complaint) =>
        System.err.println(s"sparkpi: $complaint")
        System.exit(2)
      case Right(slices) => run(slices)
    }

  private def run(slices: Int): Unit = {
    // No SparkSession: nothing here is SQL, and its classes cost a third of the start.
    val spark = new SparkContext(new SparkConf().setAppName("sparkpi"))
    try {
      val inside = spark.parallelize(0 until slices, slices).map(countInside).fold(0L)(_ + _)
      println(s"Pi is roughly ${4.0 * inside / (slices.toLong * PointsPerSlice)}")
    } finally spark.stop()
  }

  private def countInside(slice: Int): Long = {
    val first = slice.toLong * PointsPerSlice
    (0 until PointsPerSlice).count { n =>
      val x = fraction((first + n) * StepX)
      val y = fraction((first + n) * StepY)
      x * x + y * y <= 1.0
    }
  }

  private def fraction(x: Double): Double = x - math.floor(x)

  private def parseSlices(args: Array[String]): Either[String, Int] = args match {
    case Array() => Right(2)
    case Array(text) =>
      Some(text).filter(_.matches("[0-9]{1,7}")).map(_.toInt).filter(n => n >= 1 && n <= MaxSlices)
        .toRight(s"SLICES must be a whole number from 1 to $MaxSlices, not '$text'")
    case more => Left(s"one argument at most (SLICES), not ${more.length}")
  }
}

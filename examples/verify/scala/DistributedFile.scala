import java.nio.file.{Files, Paths}
import org.apache.spark.{SparkConf, SparkContext, SparkFiles}

/** Whether a file of `spark.files` has come to the executors. */
object DistributedFile {
  def main(args: Array[String]): Unit = {
    val name = args.head
    val spark = new SparkContext(new SparkConf().setAppName("verify-distributed-file"))
    try {
      val arrived = spark.parallelize(1 to 4, 2).map(_ => Files.size(Paths.get(SparkFiles.get(name))) > 0).reduce(_ && _)
      println(s"Mounting of $name was $arrived")
    } finally spark.stop()
  }
}

import java.nio.file.{Files, Paths}
import org.apache.spark.{SparkConf, SparkContext}

/** Counts the words of FILE here, has the executors write them below FOLDER, and counts there again what they wrote. */
object SharedWordCount {
  def main(args: Array[String]): Unit = {
    val Array(file, folder) = args
    val spark = new SparkContext(new SparkConf().setAppName("verify-word-count"))
    try {
      val lines = new String(Files.readAllBytes(Paths.get(file)), "UTF-8").split("\n").toSeq
      val here = lines.map(countWords).sum
      val written = s"file://$folder/words-${spark.applicationId}"
      spark.parallelize(lines).saveAsTextFile(written)
      val there = spark.textFile(written).map(countWords).fold(0)(_ + _)
      val agreement = if (here == there) "agree" else "do not agree"
      println(s"${if (here == there) "Success" else "Failure"}! Local Word Count $here and DFS Word Count $there $agreement.")
      Hold.untilReleased()
    } finally spark.stop()
  }

  private def countWords(line: String): Int = line.split("\\s+").count(_.nonEmpty)
}

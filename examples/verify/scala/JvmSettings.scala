import java.lang.management.ManagementFactory
import com.sun.management.HotSpotDiagnosticMXBean
import org.apache.spark.{SparkConf, SparkContext}

/** Tells what the driver's JVM was started with: the properties that a test sets, and its garbage collector. */
object JvmSettings {
  def main(args: Array[String]): Unit = {
    val spark = new SparkContext(new SparkConf().setAppName("verify-jvm-settings"))
    try {
      println(s"Executors answered: ${spark.parallelize(1 to 2, 2).map(_ * 2).reduce(_ + _)}")
      sys.props.toSeq.filter(_._1.startsWith("spark.test.")).foreach(println)
      val jvm = ManagementFactory.getPlatformMXBean(classOf[HotSpotDiagnosticMXBean])
      println(s"JVM G1GC Flag: ${jvm.getVMOption("UseG1GC").getValue}")
    } finally spark.stop()
  }
}

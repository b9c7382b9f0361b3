/** Small programs of the kinds that people write, and what is passed to each; cold and on a driver that stood by they must end alike. */
export interface ParityProgram {
  readonly file: string;
  readonly text: string;
  readonly words?: readonly string[];
}

const session = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n';

const python: Readonly<Record<string, string>> = {
  'an RDD': `${session}print(spark.sparkContext.parallelize(range(100), 4).map(lambda n: n * n).sum())`,
  'a DataFrame and a UDF': `${session}
from pyspark.sql.functions import col, udf
twice = udf(lambda n: n * 2, "long")
spark.range(5).select(twice(col("id")).alias("twice")).show()`,
  'SQL, views and plans': `${session}
spark.range(10).createOrReplaceTempView("numbers")
spark.sql("select id % 3 as k, count(*) as n from numbers group by 1 order by 1").show()
spark.catalog.listTables() and print([t.name for t in spark.catalog.listTables()])
print(spark.conf.get("spark.sql.shuffle.partitions"))`,
  'a context of its own conf': `
from pyspark import SparkConf, SparkContext
sc = SparkContext(conf=SparkConf().setAppName("mine").set("spark.ui.showConsoleProgress", "false"))
total, names = sc.accumulator(0), sc.broadcast({1: "one"})
sc.parallelize([1, 2, 3]).foreach(lambda n: total.add(n))
print(sc.appName, total.value, sc.parallelize([1]).map(lambda n: names.value[n]).collect())`,
  'a fixed setting': `
from pyspark.sql import SparkSession
spark = SparkSession.builder.config("spark.default.parallelism", "3").config("spark.sql.shuffle.partitions", "2").getOrCreate()
print(spark.sparkContext.defaultParallelism, spark.conf.get("spark.sql.shuffle.partitions"))`,
  'two sessions, one after the other': `${session}
print(spark.range(3).count())
spark.stop()
spark = SparkSession.builder.appName("second").getOrCreate()
print(spark.range(4).count(), spark.sparkContext.appName)`,
  'a module next to it': `${session}
import helper
print(spark.sparkContext.parallelize([1, 2]).map(helper.half).collect())`,
  'its own class on the workers': `${session}
class Point:
    def __init__(self, n): self.n = n
    def moved(self): return Point(self.n + 1)
print(spark.sparkContext.parallelize([Point(1)]).map(lambda p: p.moved().n).collect(), __name__)`,
  'arguments and folders': `
import os, sys
print(sys.argv[1:], __file__.endswith("program.py"), sys.stdin.read())
${session}print(spark.range(1).count())`,
  foreachBatch: `${session}
spark.readStream.format("rate").option("rowsPerSecond", 5).load().writeStream.foreachBatch(
    lambda rows, n: rows.count() and None).trigger(once=True).start().awaitTermination(60)
print("streamed", len(spark.streams.active))`,
  'pandas-free Arrow and JSON': `${session}
print(spark.read.json(spark.sparkContext.parallelize(['{"a": 1}', '{"a": 2}'])).agg({"a": "sum"}).first()[0])`,
  'an exit code': `${session}import sys\nprint(spark.range(1).count(), flush=True)\nsys.exit(3)`,
  'an exit with words': `${session}raise SystemExit("no data today")`,
  'an exception': `${session}print("before")\nraise ValueError("wrong")`,
  'a task that fails': `${session}spark.sparkContext.parallelize([1, 0]).map(lambda n: 1 / n).collect()`,
  'os._exit': `${session}import os\nprint("gone", flush=True)\nos._exit(4)`,
  'a signal to itself': `${session}import os\nprint("gone", flush=True)\nos.kill(os.getpid(), 9)`,
  'System.exit in the JVM': `${session}print("gone", flush=True)\nspark._jvm.java.lang.System.exit(6)`,
  'Runtime.halt in the JVM': `${session}print("gone", flush=True)\nspark._jvm.java.lang.Runtime.getRuntime().halt(5)`,
  'a kill of its JVM': `${session}
import os, signal
print("gone", flush=True)
os.kill(spark._jvm.java.lang.ProcessHandle.current().pid(), signal.SIGKILL)
spark.range(1).count()`,
  'a thread that stays a while': `${session}
import threading, time
threading.Thread(target=lambda: (time.sleep(3), print("later"))).start()
print("main is done", flush=True)`,
  'an exception in a thread': `${session}
import threading
one = threading.Thread(target=lambda: 1 / 0); one.start(); one.join()
print("all the same")`,
  'a process of its own': `${session}
import subprocess, sys
print(subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout)`,
  'no Spark at all': 'print("only Python")',
  'a main that nobody calls': `from pyspark.sql import SparkSession\ndef main():\n    SparkSession.builder.getOrCreate()\n`,
  'a line of 10 MB': `${session}print("x" * 10_000_000)`,
  '100 MB of lines': `${session}
line = "y" * 99
for n in range(1_000_000): print(line)`,
  'bytes and escape sequences': `${session}
import sys
sys.stdout.buffer.write(bytes(range(256)) + b"\\x1b[31mred\\x1b[0m\\r\\nno line end")`,
  'a log level': `${session}spark.sparkContext.setLogLevel("OFF")\nprint(spark.range(2).count())`,
  'the settings that it sees': `${session}
import os
hidden = ("spark.app.", "spark.driver.", "spark.executor.", "spark.ui.", "spark.kubernetes.", "spark.local", "spark.eventLog", "spark.sql.warehouse", "spark.submit", "spark.pyspark", "spark.repl", "spark.files", "spark.jars", "spark.python", "spark.master")
print(sorted(pair for pair in spark.sparkContext.getConf().getAll() if not pair[0].startswith(hidden)))
print(sorted(name for name in os.environ if name.startswith(("SPARK_DEV", "PYTHON"))))`,
};

const scala: Readonly<Record<string, string>> = {
  'a case class that comes back': `
import org.apache.spark.sql.SparkSession
case class Row(id: Long, half: Double)
object Main {
  def main(args: Array[String]): Unit = {
    val spark = SparkSession.builder.appName("rows").getOrCreate()
    import spark.implicits._
    println(spark.sparkContext.parallelize(1L to 4L, 2).map(id => Row(id, id / 2.0)).collect().toSeq)
    println(Seq(Row(1, 2)).toDS().map(_.half).collect().toSeq + args.mkString(","))
    spark.stop()
  }
}`,
  'System.exit': `
object Main {
  def main(args: Array[String]): Unit = {
    println(org.apache.spark.sql.SparkSession.builder.getOrCreate().range(3).count())
    System.exit(5)
  }
}`,
  'an exception in main': `
object Main {
  def main(args: Array[String]): Unit = {
    println(org.apache.spark.sql.SparkSession.builder.getOrCreate().range(3).count())
    throw new IllegalStateException("wrong")
  }
}`,
  'a context of its own': `
import org.apache.spark.{SparkConf, SparkContext}
object Main {
  def main(args: Array[String]): Unit = {
    val sc = new SparkContext(new SparkConf().setAppName("own"))
    println(sc.appName + sc.parallelize(1 to 10).map(_ * 2).sum())
    sc.stop()
  }
}`,
  'no Spark': 'object Main { def main(args: Array[String]): Unit = println("only Scala") }',
};

const java = `
import org.apache.spark.sql.SparkSession;
public class Main {
  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    System.out.println(spark.range(10).filter("id > 4").count());
    spark.stop();
  }
}`;

/** By name. */
export const parityPrograms: Readonly<Record<string, ParityProgram>> = {
  ...Object.fromEntries(
    Object.entries(python).map(([name, text]) => [
      `Python: ${name}`,
      { file: 'program.py', text, words: name.startsWith('arguments') ? ['a', 'b c', '*'] : [] },
    ]),
  ),
  ...Object.fromEntries(Object.entries(scala).map(([name, text]) => [`Scala: ${name}`, { file: 'Main.scala', text }])),
  'Java: a filter': { file: 'Main.java', text: java },
};

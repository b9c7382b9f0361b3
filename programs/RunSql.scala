import org.apache.spark.sql.{DataFrame, SparkSession}
import org.apache.spark.sql.execution.{HiveResult, QueryExecution}

import scala.util.control.NoStackTrace

/** Runs a file of SQL as `spark-sql -f` does, also where spark-sql is refused, as in cluster mode. */
object RunSql {
  class SqlFailed(message: String) extends RuntimeException(message) with NoStackTrace

  def main(args: Array[String]): Unit = {
    val source = scala.io.Source.fromInputStream(getClass.getResourceAsStream("/program.sql"), "UTF-8").mkString
    // the file's name, then its text
    val Array(name, text) = source.split("\n", 2)
    val spark = SparkSession.builder().getOrCreate()
    readVariables(args.toList).foreach { case (key, value) => spark.conf.set(key, value) }
    for (((statement, line), index) <- split(text).zipWithIndex)
      try show(spark.sql(statement))
      catch {
        case error: Exception =>
          if (!error.isInstanceOf[org.apache.spark.sql.AnalysisException]) error.printStackTrace()
          throw new SqlFailed(s"$name, statement ${index + 1} (line $line): ${error.getMessage}")
      }
    spark.stop()
  }

  /** `-d key=value`, `--define` and `--hivevar`, as spark-sql takes them. */
  def readVariables(args: List[String]): List[(String, String)] = args match {
    case Nil => Nil
    case ("-d" | "--define" | "--hivevar") :: pair :: rest if pair.contains("=") =>
      val Array(key, value) = pair.split("=", 2)
      (key, value) :: readVariables(rest)
    case other :: _ => throw new SqlFailed(s"$other is no argument of a SQL file: use --define NAME=VALUE")
  }

  private def show(rows: DataFrame): Unit = {
    if (rows.sparkSession.conf.get("spark.sql.cli.print.header", "false").toBoolean && rows.columns.nonEmpty)
      println(rows.columns.mkString("\t"))
    // since Spark 4 the public type does not have it
    val execution = rows.getClass.getMethod("queryExecution").invoke(rows).asInstanceOf[QueryExecution]
    HiveResult.hiveResultString(execution.executedPlan).foreach(println)
  }

  private val code = """(?s)'[^'\\]*+(?:\\.[^'\\]*+)*+'?|"[^"\\]*+(?:\\.[^"\\]*+)*+"?|--[^\n]*|/\*|\\.|.""".r
  private val comment = """(?s)/\*|\*/|.""".r

  /** Statements and the lines they begin on, by the rules of spark-sql: quotes, both kinds of comments, `\;`. */
  def split(text: String): List[(String, Int)] = {
    val found = List.newBuilder[(String, Int)]
    val statement = new StringBuilder
    var (depth, begun, line, at) = (0, 0, 1, 0)
    def end(): Unit = {
      if (begun > 0) found += statement.toString.trim -> begun
      statement.clear()
      begun = 0
    }
    while (at < text.length) {
      val matcher = (if (depth > 0) comment else code).pattern.matcher(text).region(at, text.length)
      matcher.lookingAt()
      val part = matcher.group
      if (part == ";" && depth == 0) end()
      else {
        if (part == "/*") depth += 1
        else if (part == "*/") depth -= 1
        else if (depth == 0 && begun == 0 && !part.startsWith("--") && part.trim.nonEmpty) begun = line
        statement.append(if (part == "\\;") ";" else part)
      }
      line += part.count(_ == '\n')
      at += part.length
    }
    // a comment that does not end is for Spark to refuse
    if (depth > 0 && begun == 0) begun = line
    end()
    found.result()
  }
}

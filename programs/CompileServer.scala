import java.io.File.pathSeparatorChar
import java.net.URLDecoder
import java.util.concurrent.Executors
import javax.tools.ToolProvider
import scala.io.Source
import scala.tools.nsc.MainClass

/**
 * Each line of stdin has the words after `java -cp …` of one compiler, percent-encoded. Answers with what that compiler prints, and a
 * line with a mark and its exit code. Ends with stdin, in the middle of a program too.
 */
object CompileServer {
  private val mark = '\u0004'

  def main(args: Array[String]): Unit = {
    System.setErr(System.out)
    // our own jar comes first, and is no library of the program
    val path = System.getProperty("java.class.path")
    System.setProperty("java.class.path", path.substring(path.indexOf(pathSeparatorChar.toInt) + 1))
    val worker = Executors.newSingleThreadExecutor()
    for (line <- Source.stdin.getLines()) worker.execute(() => println(s"$mark${if (compile(line)) 0 else 1}"))
    Runtime.getRuntime.halt(0)
  }

  private def compile(line: String): Boolean =
    try
      line.split(' ').map(URLDecoder.decode(_, "UTF-8")).toList match {
        case "-m" :: _ :: words => compileJava(words)
        case words => compileScala(words.drop(1))
      }
    catch {
      case problem: Throwable =>
        problem.printStackTrace()
        false
    }

  /** A new compiler each time: one that is used again still knows what was removed meanwhile. */
  private def compileScala(words: List[String]): Boolean = {
    val compiler = new MainClass
    compiler.process(words.toArray)
    !compiler.reporter.hasErrors
  }

  private def compileJava(words: List[String]): Boolean =
    Option(ToolProvider.getSystemJavaCompiler) match {
      case Some(compiler) => compiler.run(null, null, null, words: _*) == 0
      case None =>
        println("error: Module jdk.compiler not found")
        false
    }
}

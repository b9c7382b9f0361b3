# Runs a shell in a pod and notes how it ended, because kubectl may say 0 for a connection that broke
# (https://github.com/kubernetes/kubernetes/issues/73056). PySpark asks for a spark-submit, which the image does not have.
#
# JLine gives SIGINT back to the JVM after each line, so that Spark's own handler is lost and a Ctrl-C would end the shell
# with all that is in it; Scala ends at one in a half-typed line too. So a handler is put back again and again.
#
#   shell.sh python|jvm COMMAND…
printf %s "$EXECUTOR_TEMPLATE" >/tmp/executor-template.yaml
cat >/tmp/ctrl-c.scala <<'end'
locally {
  var last = 0L
  val onInterrupt: sun.misc.SignalHandler = _ => {
    val at = System.nanoTime
    if (!sc.statusTracker.getActiveJobIds().isEmpty) { Console.err.println("Cancelling the running job"); sc.cancelAllJobs() }
    else if (at - last < 1000000000L) System.exit(130)
    else Console.err.println("Ctrl-U clears the line, Ctrl-D ends the shell, as a second Ctrl-C does")
    last = at
  }
  val keeper = new Thread(() => while (true) {
    sun.misc.Signal.handle(new sun.misc.Signal("INT"), onInterrupt)
    Thread.sleep(200)
  })
  keeper.setDaemon(true)
  keeper.start()
}
end
mkdir -p /tmp/spark/bin
printf '#!/bin/sh\nSPARK_HOME=/opt/spark exec /opt/entrypoint.sh submit "$@"\n' >/tmp/spark/bin/spark-submit
chmod 0755 /tmp/spark/bin/spark-submit
py4j=(/opt/spark/python/lib/py4j-*-src.zip)
export PYTHONPATH=/opt/spark/python:${py4j[0]}
[[ $1 != python ]] || export SPARK_HOME=/tmp/spark
shift
"$@"
code=$?
echo "$code" >/tmp/exit-code
exit "$code"

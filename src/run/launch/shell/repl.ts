import { joinWords } from '../../../errors/quote-argv.js';
import type { Argv } from '../../../ports/runner.js';

export const replNames = ['spark', 'pyspark', 'sql'] as const;
export type ReplName = (typeof replNames)[number];

export interface ReplCall {
  readonly name: ReplName;
  /** Master, deploy mode and properties, as spark-submit takes them. */
  readonly clientWords: readonly string[];
  /** What the person wants the shell itself to know: `-e 'select 1'`. */
  readonly arguments: readonly string[];
  readonly heapMb: number;
  /** A person types; else lines come from a pipe. */
  readonly onTerminal: boolean;
}

const initFile = '/tmp/ctrl-c.scala';

/**
 * JLine gives SIGINT back to the JVM after each line, so that Spark's own handler is lost and a Ctrl-C would end the shell
 * with all that is in it; Scala ends at one in a half-typed line too. So ours is put back again and again.
 */
const initScala = `
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
`;

const submit = ['/opt/entrypoint.sh', 'submit'];

/** What is started in the pod; after bin/spark-shell, bin/pyspark and bin/spark-sql, which the image does not have. */
export function replArgv(call: ReplCall): Argv {
  const heap = `-Xmx${String(call.heapMb)}m`;
  const { clientWords } = call;
  switch (call.name) {
    case 'spark':
      return [
        'env',
        `SPARK_SUBMIT_OPTS=${heap} -Dscala.usejavacp=true`,
        ...[...submit, ...clientWords, '--class', 'org.apache.spark.repl.Main', '--name', 'Spark shell'],
        ...['spark-shell', ...(call.onTerminal ? ['-i', initFile] : []), ...call.arguments],
      ];
    case 'sql':
      return [
        'env',
        `SPARK_SUBMIT_OPTS=${heap}`,
        // without a metastore: Derby's would be one more thing to start, and nobody else could see it
        ...[...submit, ...clientWords, '--conf', 'spark.sql.catalogImplementation=in-memory'],
        ...['--class', 'org.apache.spark.sql.hive.thriftserver.SparkSQLCLIDriver', '--name', 'Spark SQL'],
        ...['spark-internal', ...call.arguments],
      ];
    case 'pyspark':
      return [
        'env',
        `SPARK_SUBMIT_OPTS=${heap}`,
        `PYSPARK_SUBMIT_ARGS=${joinWords([...clientWords, '--name', 'PySpark shell', 'pyspark-shell'])}`,
        ...['PYTHONUNBUFFERED=1', `PYTHONSTARTUP=${pythonShell}`, 'python3'],
        ...(call.onTerminal || call.arguments.length > 0 ? call.arguments : ['-c', pythonFromPipe]),
      ];
  }
}

const pythonShell = '/opt/spark/python/pyspark/shell.py';

/** Python reads its start-up file for a person alone; and an error in piped lines shall end them. */
const pythonFromPipe = [
  'import contextlib, os, sys',
  'with contextlib.redirect_stdout(sys.stderr): exec(open(os.environ["PYTHONSTARTUP"]).read())',
  'exec(compile(sys.stdin.read(), "<stdin>", "exec"))',
].join('\n');

/**
 * Runs a shell and notes how it ended, because kubectl may say 0 for a connection that broke
 * (https://github.com/kubernetes/kubernetes/issues/73056). PySpark asks for a spark-submit, which the image does not have.
 */
export const replScript = `
printf %s "$EXECUTOR_TEMPLATE" >/tmp/executor-template.yaml
cat >${initFile} <<'end'
${initScala.trim()}
end
mkdir -p /tmp/spark/bin
printf '#!/bin/sh\\nSPARK_HOME=/opt/spark exec /opt/entrypoint.sh submit "$@"\\n' >/tmp/spark/bin/spark-submit
chmod 0755 /tmp/spark/bin/spark-submit
py4j=(/opt/spark/python/lib/py4j-*-src.zip)
export PYTHONPATH=/opt/spark/python:\${py4j[0]}
[[ $1 != python ]] || export SPARK_HOME=/tmp/spark
shift
"$@"
code=$?
echo "$code" >/tmp/exit-code
exit "$code"
`;

/**
 * The pod ends with whoever holds this open, however that came; nothing else ends what kubectl leaves in a pod
 * (https://github.com/kubernetes/kubectl/issues/1076). A line a minute, because kubelet hangs up on silence.
 */
export const lifelineScript = `
while read -r -t 60 _ || (($? > 128)); do echo; done
kill -s TERM 1
`;

import { joinWords } from '../../../errors/quote-argv.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import type { Argv } from '../../../ports/runner.js';

export const replNames = ['spark', 'pyspark', 'sql'] as const;
export type ReplName = (typeof replNames)[number];

const otherNames: Readonly<Record<string, ReplName>> = {
  scala: 'spark',
  'spark-shell': 'spark',
  python: 'pyspark',
  'spark-sql': 'sql',
};

/** The typed language; throws USAGE for one without a shell. */
export function readRepl(word = 'spark'): ReplName {
  const repl = replNames.find((name) => name === word) ?? otherNames[word];
  if (repl !== undefined) return repl;
  throw new SparkDevError('USAGE', `There is no shell for ${JSON.stringify(word.slice(0, 80))}`, {
    why: `Shells: ${replNames.join(', ')}.`,
    fix: replNames.map((name) => `spark-dev shell ${name}`),
  });
}

export interface ReplCall {
  readonly name: ReplName;
  /** Master, deploy mode and properties, as spark-submit takes them. */
  readonly clientWords: readonly string[];
  /** The user's arguments for the shell itself: `-e 'select 1'`. */
  readonly arguments: readonly string[];
  readonly heapMb: number;
  /** Input comes from a terminal; otherwise from a pipe. */
  readonly onTerminal: boolean;
}

/** As kustomize/pods/shell.sh writes it. */
const initFile = '/tmp/ctrl-c.scala';

/** The command in the pod, modelled on bin/spark-shell, bin/pyspark and bin/spark-sql, which the image does not have. */
export function replArgv({ name, clientWords, arguments: words, heapMb, onTerminal }: ReplCall): Argv {
  const heap = `SPARK_SUBMIT_OPTS=-Xmx${String(heapMb)}m`;
  const submit = ['/opt/entrypoint.sh', 'submit', ...clientWords];
  switch (name) {
    case 'spark':
      return [
        ...['env', `${heap} -Dscala.usejavacp=true`, ...submit],
        ...['--class', 'org.apache.spark.repl.Main', '--name', 'Spark shell'],
        ...['spark-shell', ...(onTerminal ? ['-i', initFile] : []), ...words],
      ];
    case 'sql':
      return [
        // no metastore: Derby's would take time to start, and no other program could use it
        ...['env', heap, ...submit, '--conf', 'spark.sql.catalogImplementation=in-memory'],
        ...['--class', 'org.apache.spark.sql.hive.thriftserver.SparkSQLCLIDriver', '--name', 'Spark SQL'],
        ...['spark-internal', ...words],
      ];
    case 'pyspark':
      return [
        ...['env', heap],
        `PYSPARK_SUBMIT_ARGS=${joinWords([...clientWords, '--name', 'PySpark shell', 'pyspark-shell'])}`,
        ...['PYTHONUNBUFFERED=1', `PYTHONSTARTUP=${pythonShell}`, 'python3'],
        ...(onTerminal || words.length > 0 ? words : ['-c', pythonFromPipe]),
      ];
  }
}

const pythonShell = '/opt/spark/python/pyspark/shell.py';

/** Python reads its start-up file only for a terminal; for piped lines this runs it, and an error ends the shell. */
const pythonFromPipe = [
  'import contextlib, os, sys',
  'with contextlib.redirect_stdout(sys.stderr): exec(open(os.environ["PYTHONSTARTUP"]).read())',
  'exec(compile(sys.stdin.read(), "<stdin>", "exec"))',
].join('\n');

/**
 * The pod ends when this connection ends, for any reason; nothing else ends a process that kubectl leaves in a pod
 * (https://github.com/kubernetes/kubectl/issues/1076). Sends a line a minute, because kubelet closes an idle connection.
 */
export const lifelineScript = `
while read -r -t 60 _ || (($? > 128)); do echo; done
kill -s TERM 1
`;

import { SparkDevError } from '../../errors/spark-dev-error.js';

export interface JobEnd {
  /** Where the application ran: a pod's name or `the local driver`. */
  readonly driver: string;
  readonly exitCode: number;
  /** The container's reason (`OOMKilled`, `Error`), empty when there is none. */
  readonly reason: string;
  /** As Kubernetes writes it: `896Mi`; undefined if there is none or it is unknown. */
  readonly memoryLimit?: string | undefined;
  /** The end of the driver's log. */
  readonly logTail: readonly string[];
  readonly logFile: string;
}

/** JOB_FAILED (exit 10) with the application's own message: the first line of the last exception, or the last printed line. */
export function explainJobFailure(end: JobEnd): SparkDevError {
  const memory = end.reason === 'OOMKilled';
  const known = explainLog(end.logTail);
  return new SparkDevError('JOB_FAILED', `The job failed: ${end.driver} ended with exit code ${String(end.exitCode)}`, {
    why: memory
      ? `The kernel killed it because it used more memory than its limit${end.memoryLimit === undefined ? '' : ` of ${end.memoryLimit}`} (OOMKilled).`
      : known.why,
    fix: memory
      ? ['Give the driver more memory: --driver-memory 2g, or driver.overhead for memory outside the JVM']
      : [...known.fix, `Read the driver's log: ${end.logFile}`],
    log: end.logFile,
    facts: { driver: end.driver, driverExitCode: end.exitCode, reason: end.reason },
  });
}

/** JOB_FAILED for a JVM that was killed by a signal and could not print anything. */
export function explainKilledDriver(driver: string, signal: string, logFile: string): SparkDevError {
  return new SparkDevError('JOB_FAILED', `The job failed: ${driver} was killed by ${signal}`, {
    why:
      signal === 'SIGKILL'
        ? 'Usually the kernel sends SIGKILL when the machine runs out of memory.'
        : 'Another process sent the signal, or the JVM crashed.',
    fix: ['Free some memory, or make the job smaller', `Read the driver's log: ${logFile}`],
    log: logFile,
    facts: { driver, signal },
  });
}

/** The first line of the last exception, else the last printed line. */
export function findLastWords(log: readonly string[]): string | undefined {
  const lines = dropArchiveTalk(log).filter((line) => line.trim() !== '');
  const exceptions = lines.filter((line) => /^(Exception in thread|Caused by:|[\w.$]+(Exception|Error)\b)/.test(line));
  return exceptions.at(-1) ?? lines.at(-1);
}

/** A JVM's messages about its class archive. Recorded from Java 17 and 25. */
const ofArchive = [
  /^\[[\d.,]+m?s\]\[\w+ *\]\[(cds|aot)\b/,
  /^An error has occurred while \w+ the shared archive file\./,
  /^Unable to (use|create|map|read|write to) (the )?shared archive\b/,
];

/** The class archive is never the cause of a failed job, so these lines are left out when looking for the cause. */
export function dropArchiveTalk(lines: readonly string[]): readonly string[] {
  const isOfArchive = (line = ''): boolean => ofArchive.some((pattern) => pattern.test(line));
  const begins = 'Error occurred during initialization of VM';
  return lines.filter((line, at) => !isOfArchive(line) && !(line === begins && isOfArchive(lines[at + 1])));
}

interface Explained {
  readonly why: string;
  readonly fix: readonly string[];
}

interface KnownEnd {
  readonly pattern: RegExp;
  readonly explain: (found: readonly string[], log: string) => Explained;
}

/** Spark's start-up errors → why and what to do. Each comes from a log in test/fixtures/spark/. */
const knownEnds: readonly KnownEnd[] = [
  {
    pattern: /^Error: Failed to load class (\S+)\.$/m,
    explain: ([, name = ''], log) => {
      const jar = /Local jar (\S+) does not exist, skipping/.exec(log)?.[1];
      return jar === undefined
        ? {
            why: `Spark found no class ${name} in the job's jars.`,
            fix: ['Use the full name with its package: --class org.acme.Main', 'Add the jar that contains it: --jars'],
          }
        : {
            why: `${jar} does not exist where the driver ran, so Spark found no class ${name}.`,
            fix: [`Build an image that contains ${jar}`, 'Use a jar on this machine instead: spark-dev run APP.jar'],
          };
    },
  },
  {
    pattern: /^Caused by: java\.net\.UnknownHostException: (kubernetes\.default\.svc)\b/m,
    explain: ([, name = '']) => ({
      why: `The cluster's DNS did not answer when Spark looked up the API server (${name}).`,
      fix: ['Run it again', 'spark-dev init --yes   # waits until the DNS answers'],
    }),
  },
  {
    pattern: /NoSuchMethodException: (\S+)\.main\(\[Ljava\.lang\.String;\)/,
    explain: ([, name = '']) => ({
      why: `The class ${name} has no main method.`,
      fix: ['Choose a class that has one: --class org.acme.Main'],
    }),
  },
  {
    pattern: /Failed to get main class in JAR/,
    explain: () => ({
      why: 'The jar does not say which class is its main class.',
      fix: ['Set the main class: --class org.acme.Main'],
    }),
  },
  {
    pattern:
      /^.*Job aborted due to stage failure: .*(?:executor (\d+)\): .*Python worker exited unexpectedly \(crashed\))/m,
    explain: ([, executor = '']) => ({
      why: `A Python worker of executor ${executor} crashed; this happens when it uses too much memory and the kernel kills it.`,
      fix: [
        'Give Python more memory: executor.overhead or executor.pyspark in spark-dev.yaml, or --executor-memory',
        'Make each task smaller: use more partitions',
      ],
    }),
  },
  {
    pattern: /^Caused by: ERROR XSDB6: Another instance of Derby may have already booted the database (.+)\.$/m,
    explain: ([, database = '']) => ({
      why: `Another program has Hive's catalog ${database} open, and Derby lets in one at a time.`,
      fix: [
        'Run it again when the other one has ended',
        `--conf 'spark.hadoop.javax.jdo.option.ConnectionURL=jdbc:derby:;databaseName=/tmp/catalog;create=true'   # another catalog`,
      ],
    }),
  },
];

/** An application's errors count only at the end of the log: it may have caught the same error before and continued. */
const knownWords: readonly KnownEnd[] = [
  {
    pattern: /\[PATH_NOT_FOUND\] Path does not exist: file:\/opt\/spark\/(?:work-dir|project\/work)\/(\S+?)\.? /,
    explain: ([, path = '']) => ({
      why: `${path} does not exist where driver and executors run: they do not get this machine's files automatically.`,
      fix: [
        `Add --files ${path} (a file or a folder of the current folder)`,
        'Or mount a volume: spark-dev help spark-dev.yaml',
      ],
    }),
  },
  {
    pattern: /^ModuleNotFoundError: No module named '([\w.]+)'/,
    explain: ([, name = '']) => ({
      why: `The job's Python has no module ${name}.`,
      fix: [
        'In local mode, install it for the python3 on the PATH',
        'On the cluster, use --py-files for pure Python, else your own image (image: in spark-dev.yaml)',
      ],
    }),
  },
];

/** For an unknown error in the log's own words, and without a fix. */
export function explainLog(lines: readonly string[], otherwise = 'It printed nothing.'): Explained {
  const lastWords = findLastWords(lines);
  const known = match(knownEnds, lines.join('\n')) ?? match(knownWords, lastWords ?? '');
  return known ?? { why: lastWords ?? otherwise, fix: [] };
}

function match(known: readonly KnownEnd[], text: string): Explained | undefined {
  for (const { pattern, explain } of known) {
    const found = pattern.exec(text);
    if (found !== null) return explain(found, text);
  }
  return undefined;
}

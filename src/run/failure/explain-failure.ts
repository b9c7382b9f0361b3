import { SparkDevError } from '../../errors/spark-dev-error.js';
import { posix } from 'node:path';
import { archiveTalk } from '../../spark/log-patterns.js';
import type { ProgramNote } from '../../spark/outcome.js';

export interface JobEnd {
  /** Where the application ran: a pod's name or `the local driver`. */
  readonly driver: string;
  readonly exitCode: number;
  /** The container's reason (`OOMKilled`, `Error`), empty when there is none. */
  readonly reason: string;
  /** As Kubernetes writes it: `896Mi`; undefined if there is none or it is unknown. */
  readonly memoryLimit?: string | undefined;
  /** Undefined if the program's output is among the lines of the log. */
  readonly output: string | undefined;
  /** How the program ended, if something saw it. */
  readonly note: ProgramNote | undefined;
  /** The end of the program's stderr; a program in the JVM writes it among the lines of the log. */
  readonly errors: readonly string[];
  /** The end of Spark's log. */
  readonly log: readonly string[];
  readonly logFile: string;
}

/** JOB_FAILED (exit 10) with what ended the program: a signal, its exception, or what it said itself; never a line of its stdout. */
export function explainJobFailure(end: JobEnd): SparkDevError {
  const { driver, note, logFile, reason, memoryLimit } = end;
  const exitCode = note?.exitCode ?? end.exitCode;
  const fix = [`Read the driver's log: ${logFile}`];
  const facts = { driver, driverExitCode: exitCode, reason };
  const limit = memoryLimit === undefined ? '' : ` of ${memoryLimit}`;
  if (reason === 'OOMKilled')
    return new SparkDevError('JOB_FAILED', `The job failed: ${driver} ended with exit code ${String(end.exitCode)}`, {
      why: `The kernel killed it because it used more memory than its limit${limit} (OOMKilled).`,
      fix: ['Give the driver more memory: --driver-memory 2g, or driver.overhead for memory outside the JVM'],
      log: logFile,
      facts: { ...facts, driverExitCode: end.exitCode },
    });
  if (note?.signal !== undefined) {
    const who = note.ended === 'python' ? 'the Python program' : driver;
    const { what, why, fix: more } = explainKilledDriver(who, note.signal, logFile);
    return new SparkDevError('JOB_FAILED', what, {
      ...(why === undefined ? {} : { why }),
      fix: more,
      log: logFile,
      facts: { driver, driverExitCode: end.exitCode, signal: note.signal },
    });
  }
  const words = findReason(end, exitCode);
  const known = match(knownEnds, [...end.log, ...end.errors].join('\n')) ?? match(knownWords, words ?? '');
  return new SparkDevError('JOB_FAILED', `The job failed: ${driver} ended with exit code ${String(exitCode)}`, {
    why: known?.why ?? words ?? 'It ended by itself, without an exception.',
    fix: [...(known?.fix ?? []), ...fix],
    log: logFile,
    facts,
  });
}

/** Codes with which a program ends that has said on stderr what is wrong, as `sys.exit("no input")` and argparse do. */
const saidWhy = [1, 2];

function findReason({ note, errors, log, output }: JobEnd, exitCode: number): string | undefined {
  const isPython = note?.ended === 'python';
  const said = isPython ? errors : output === undefined ? [] : log.filter((line) => !isOfLog.test(line));
  const last = saidWhy.includes(exitCode) ? dropArchiveTalk(said).findLast((line) => line.trim() !== '') : undefined;
  return (isPython ? findPythonError(errors) : findException(log)) ?? last;
}

const isOfLog = /^(\S+ \S+ (TRACE|DEBUG|INFO|WARN|ERROR|FATAL) |\s|WARNING: |Using Spark's )/;
const isException = /^(Exception in thread|Caused by:|Error\b|(: )?[\w.$]+(Exception|Error)\b)/;

/** The last exception of a log; of main, where it says so: others may have been caught. */
function findException(log: readonly string[]): string | undefined {
  const lines = dropArchiveTalk(log);
  const main = lines.findLastIndex((line) => line.startsWith('Exception in thread "main"'));
  return lines.slice(Math.max(main, 0)).findLast((line) => isException.test(line));
}

/** Of a traceback at the end of stderr. One of the JVM's, or of a Python worker, stands in the lines after the program's own. */
function findPythonError(errors: readonly string[]): string | undefined {
  const from = errors.findLastIndex((line) => line === 'Traceback (most recent call last):');
  const block = from < 0 ? [] : errors.slice(from + 1).filter((line) => /^\S/.test(line));
  const [own] = block;
  const inner = block.findLast(
    (line) => isException.test(line) && !line.endsWith('Traceback (most recent call last):'),
  );
  return (inner ?? own)?.replace(/^: /, '');
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

/** The class archive is never the cause of a failed job, so these lines are left out when looking for the cause. */
export function dropArchiveTalk(lines: readonly string[]): readonly string[] {
  const isOfArchive = (line = ''): boolean => archiveTalk.some((pattern) => pattern.test(line));
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
    pattern: /All masters are unresponsive! Giving up/,
    explain: () => ({
      why: 'The application sets a master of its own, .master("spark://…"), and that one does not answer.',
      fix: ['Leave out .master(…) in the program: spark-dev sets the master'],
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
];

/** An application's errors count only at the end of the log: it may have caught the same error before and continued. */
const knownWords: readonly KnownEnd[] = [
  {
    pattern: /\[PATH_NOT_FOUND\] Path does not exist: file:\/opt\/spark\/work-dir\/(\S+?)\.? /,
    explain: ([, path = '']) => ({
      why: `${path} does not exist where driver and executors run: they do not get this machine's files automatically.`,
      fix: [
        `Add --files ${path}, and open it as ${posix.basename(path)} in the application`,
        'Or mount a volume: spark-dev help spark-dev.yaml',
      ],
    }),
  },
  {
    // of a submodule, of a name in a module that is loaded only in part, and as Python 3.13 says it
    pattern:
      /^(?:ModuleNotFoundError: No module named '(\w+)\.[\w.]+'; '\1' is not a package|(?:Import|Attribute)Error: .*partially initialized module '(\w+)'|AttributeError: module '(\w+)' has no attribute .*same name)/,
    explain: ([, ...names]) => {
      const name = names.find((one) => one !== undefined) ?? '';
      return {
        why: `A file ${name}.py of the application hides the library ${name}: Python finds the file first.`,
        fix: [`Give the file another name than ${name}.py`],
      };
    },
  },
  {
    pattern:
      /CONTEXT_ONLY_VALID_ON_DRIVER|attempting to reference Spark(?:Context|Session) from a broadcast variable|^Caused by: java\.io\.NotSerializableException: (\S+)/,
    explain: ([, name]) => ({
      why:
        name === undefined
          ? 'A function that runs on the executors uses the SparkContext or SparkSession, or a DataFrame or RDD; these exist only in the driver.'
          : `A function that runs on the executors uses an object of ${name}, which cannot be sent to them.`,
      fix: ['Let the function use plain values only: compute them before, collect them or broadcast them'],
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

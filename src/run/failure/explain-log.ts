import { posix } from 'node:path';

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

/** Undefined for an unknown error: then the application's own message is used. */
export function explainLog(lines: readonly string[], lastWords = ''): Explained | undefined {
  return match(knownEnds, lines.join('\n')) ?? match(knownWords, lastWords);
}

function match(known: readonly KnownEnd[], text: string): Explained | undefined {
  for (const { pattern, explain } of known) {
    const found = pattern.exec(text);
    if (found !== null) return explain(found, text);
  }
  return undefined;
}

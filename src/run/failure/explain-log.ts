import { posix } from 'node:path';

interface Explained {
  readonly why: string;
  readonly fix: readonly string[];
}

interface KnownEnd {
  readonly pattern: RegExp;
  readonly explain: (found: readonly string[], log: string) => Explained;
}

/** How Spark says that it could not begin → why and what to do. Each stands on a log under test/fixtures/spark/. */
const knownEnds: readonly KnownEnd[] = [
  {
    pattern: /^Error: Failed to load class (\S+)\.$/m,
    explain: ([, name = ''], log) => {
      const jar = /Local jar (\S+) does not exist, skipping/.exec(log)?.[1];
      return jar === undefined
        ? {
            why: `Spark found no class ${name} in the jars that it was given.`,
            fix: ['Name it with its package: --class org.acme.Main', 'Hand over the jar that it is in: --jars'],
          }
        : {
            why: `There is no ${jar} where the driver ran, so Spark found no class ${name}.`,
            fix: [`Build an image with ${jar} in it`, 'Hand over a jar of this machine instead: spark-dev run APP.jar'],
          };
    },
  },
  {
    pattern: /NoSuchMethodException: (\S+)\.main\(\[Ljava\.lang\.String;\)/,
    explain: ([, name = '']) => ({
      why: `The class ${name} has no main method.`,
      fix: ['Name one that has: --class org.acme.Main'],
    }),
  },
  {
    pattern: /Failed to get main class in JAR/,
    explain: () => ({
      why: 'Spark could not read off the jar which class to begin with.',
      fix: ['Name it: --class org.acme.Main'],
    }),
  },
  {
    pattern:
      /^.*Job aborted due to stage failure: .*(?:executor (\d+)\): .*Python worker exited unexpectedly \(crashed\))/m,
    explain: ([, executor = '']) => ({
      why: `A Python worker of executor ${executor} crashed, as it does where the kernel kills it for using more memory than is left.`,
      fix: [
        'Give Python more memory: executor.overhead or executor.pyspark in spark-dev.yaml, or --executor-memory',
        'Give each task less to do: more partitions',
      ],
    }),
  },
];

/** What an application fails of, only where it is its last word: it may have caught the same before, and gone on. */
const knownWords: readonly KnownEnd[] = [
  {
    pattern: /\[PATH_NOT_FOUND\] Path does not exist: file:\/opt\/spark\/work-dir\/(\S+?)\.? /,
    explain: ([, path = '']) => ({
      why: `There is no ${path} where driver and executors run: files of this machine do not come along by themselves.`,
      fix: [
        `Hand it over, and call it ${posix.basename(path)} in the application: --files ${path}`,
        'Or mount a volume: spark-dev help spark-dev.yaml',
      ],
    }),
  },
  {
    pattern: /^ModuleNotFoundError: No module named '([\w.]+)'/,
    explain: ([, name = '']) => ({
      why: `The Python that ran it has no module ${name}.`,
      fix: [
        'Embedded that is the python3 on the PATH: install it there',
        'On the cluster: --py-files for what is Python alone, else an image of your own (image: in spark-dev.yaml)',
      ],
    }),
  },
];

/** Undefined where the application's own words must do. */
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

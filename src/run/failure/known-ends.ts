import { sparkVersion, sparkVersions } from '../../toolchain/spark/versions.js';

export interface Explained {
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
    pattern: /All masters are unresponsive! Giving up|YarnClientSchedulerBackend\.start/,
    explain: ([found = '']) => ({
      why: `The application sets a master of its own, .master("${found.startsWith('Yarn') ? 'yarn' : 'spark://…'}"), and that one does not answer.`,
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

/** Packages that are called differently from their module. */
const packageOf: Readonly<Record<string, string>> = {
  bs4: 'beautifulsoup4',
  cv2: 'opencv-python-headless',
  dateutil: 'python-dateutil',
  PIL: 'pillow',
  sklearn: 'scikit-learn',
  yaml: 'pyyaml',
};

/** Its Python package and its jars, in one piece of advice: each is missed only once the other is there. */
function adviseDelta(what: string): Explained {
  const { version, delta = '' } = sparkVersions.find((one) => one.delta !== undefined) ?? sparkVersion;
  const none =
    sparkVersion.delta === undefined ? ` Delta Lake has no release for Spark ${sparkVersion.version} so far.` : '';
  const flags = `--spark-version ${version} --with delta-spark --packages ${delta}`;
  return {
    why: `${what}${none}`,
    fix: [
      `Delta Lake needs a Python package, jars and a Spark that fit each other: ${flags}`,
      `If the program does not set them: ${deltaConf}`,
    ],
  };
}

/** https://docs.delta.io/latest/quick-start.html */
const deltaConf = [
  '--conf spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension',
  '--conf spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog',
].join(' ');

/** An application's errors count only at the end of the log: it may have caught the same error before and continued. */
const knownWords: readonly KnownEnd[] = [
  {
    pattern:
      /(?:\[PATH_NOT_FOUND\] Path|Input path) does not exist: file:\/opt\/spark\/(?:work-dir|project\/work)\/(\S+?)\.?(?: |$)/,
    explain: ([, path = '']) => ({
      why: `${path} does not exist where driver and executors run: they do not get this machine's files automatically.`,
      fix: [
        `Add --files ${path} (a file or a folder of the current folder)`,
        'Or mount a volume: spark-dev help spark-dev.yaml',
      ],
    }),
  },
  {
    // of a submodule, of a name in a module that is loaded only in part, and as Python 3.13 says it
    pattern:
      /^(?:ModuleNotFoundError: No module named '(\w+)\.[\w.]+'; '\1' is not a package|(?:Import|Attribute)Error: .*partially initialized module '(\w+)'|AttributeError: module '(\w+)' has no attribute .*same name)/,
    explain: ([, submodule, partial, shadowed]) => {
      const name = [submodule, partial, shadowed].find(Boolean) ?? '';
      return {
        why: `A file ${name}.py of the application hides the library ${name}: Python finds the file first.`,
        fix: [`Give the file another name than ${name}.py`],
      };
    },
  },
  {
    pattern: /^EOFError: EOF when reading a line/,
    explain: () => ({
      why: 'The program asked for a line of input, and its stdin had none; on the cluster it is always empty.',
      fix: ['Pass the value as an argument: spark-dev run APP -- VALUE', 'Run it where it can ask: --target local'],
    }),
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
    pattern: /^ModuleNotFoundError: No module named '(\w+)[\w.]*'/,
    explain: ([, name = '']) =>
      name === 'delta'
        ? adviseDelta("The job's Python has no module delta.")
        : {
            why: `The job's Python has no module ${name}.`,
            fix: [`Add its package: --with ${packageOf[name] ?? name}`, 'If it is your own: --py-files FILE_OR_FOLDER'],
          },
  },
  {
    pattern: /ClassNotFoundException: (\S+)\.DefaultSource\b|\[DATA_SOURCE_NOT_FOUND\] .*?: (\S+?)\. /,
    explain: ([, ofClass, named = '']) => {
      const source = ofClass ?? named;
      const why = `No jar of the job has the data source ${source}.`;
      return source === 'delta'
        ? adviseDelta(why)
        : {
            why,
            fix: ['Add its package, in a version for this Spark and Scala: --packages GROUP:ARTIFACT_2.13:VERSION'],
          };
    },
  },
  {
    pattern:
      /\b(?:NoSuchMethodError|NoSuchFieldError|AbstractMethodError|NoClassDefFoundError|IncompatibleClassChangeError): (.*\borg[./]apache[./]spark[./].*)/,
    explain: ([, missing = '']) => ({
      why: `A jar of the job was compiled for another Spark, in which this is different: ${missing}`,
      fix: [
        'Use a version of that library for this Spark: --packages GROUP:ARTIFACT_2.13:VERSION, or --jars',
        'Or use the Spark that it was made for: --spark-version VERSION',
      ],
    }),
  },
];

/** Undefined for an unknown error: then the application's own message is used. */
export function explainKnown(lines: readonly string[], words = ''): Explained | undefined {
  return match(knownEnds, lines.join('\n')) ?? match(knownWords, words);
}

function match(known: readonly KnownEnd[], text: string): Explained | undefined {
  for (const { pattern, explain } of known) {
    const found = pattern.exec(text);
    if (found !== null) return explain(found, text);
  }
  return undefined;
}

import { joinWords } from '../errors/quote-argv.js';
import { appFolder } from '../job/job-properties.js';
import { unescapeExpansion } from '../overlay/run-overlay.js';
import { driverProcessConf, templates, type DriverPorts } from './conf.js';
import { driverJavaOptions } from './java-options.js';
import { argumentFileText } from './properties-file.js';
import { confOf, confOptions, joinLine, splitLine, type SubmitLine } from './submit-words.js';

export interface ClientLocation {
  readonly pod: string;
  readonly ports: DriverPorts;
  /** The run's folder in the pod; contains the application's files and the templates. */
  readonly folder: string;
  /** Names of Python modules and archives in the folder. */
  readonly pyFiles?: readonly string[];
  /** Options for files that the pod's image has too. */
  readonly files?: readonly string[];
}

/** The application's folder in the image. */
const imageAppFolder = `local://${appFolder}/`;

/** Converts a cluster-mode line to client mode: drops settings of the driver's own pod. */
export function asClient(
  words: readonly string[],
  { pod, ports, folder, pyFiles = [], files = [] }: ClientLocation,
): readonly string[] {
  const { options, resource, arguments: rest } = splitLine(words);
  const here = (text: string): string =>
    text.replaceAll(imageAppFolder, `${folder}/`).replaceAll(`${templates}/`, `${folder}/`);
  const kept = options.flatMap(([flag, value]): SubmitLine['options'] => {
    if (flag === '--deploy-mode') return [[flag, 'client']];
    if (flag === '--conf' && isOfDriverPod(value ?? '')) return [];
    return [[flag, value === undefined ? undefined : here(value)]];
  });
  const ours = confOptions(driverProcessConf(pod, ports));
  const paths = pyFiles.map((name) => `${folder}/${name}`).join(',');
  const modules: SubmitLine['options'] = paths === '' ? [] : [['--py-files', paths]];
  const brought = splitLine(files.map((word) => word.replaceAll(`file://${appFolder}/`, `file://${folder}/`))).options;
  return joinLine({
    options: [...kept, ...ours, ...modules, ...brought],
    resource: resource === undefined ? undefined : here(resource),
    // these are not a pod's arguments, so Kubernetes does not expand them
    arguments: rest.map(unescapeExpansion),
  });
}

/** The options of the driver's JVM; for a driver in its own pod Spark sets them. */
interface DriverJvm {
  readonly env: Readonly<Record<string, string>>;
  /** The content of the file that `env` names; undefined if there is none. */
  readonly javaOptions: string | undefined;
}

/** Options that may contain a secret go into a file; the entry point needs the others, to choose the class archive. */
export function planDriverJvm(words: readonly string[], javaOptionsFile: string): DriverJvm {
  const conf = Object.fromEntries(confOf(splitLine(words)));
  const said = Object.entries(conf).filter(([key]) => key.startsWith(driverEnv));
  const options = driverJavaOptions(conf);
  const seen = options.filter((option) => /^(-X|--)/.test(option));
  const hidden = options.filter((option) => !seen.includes(option));
  const libraries = conf['spark.driver.extraLibraryPath'];
  const jvm = [...(hidden.length === 0 ? [] : [`@${javaOptionsFile}`]), ...seen, `-Xmx${heapOf(words)}`];
  return {
    env: {
      ...Object.fromEntries(said.map(([key, value]) => [key.slice(driverEnv.length), value])),
      ...(libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }),
      SPARK_SUBMIT_OPTS: joinWords(jvm),
    },
    javaOptions: hidden.length === 0 ? undefined : argumentFileText(hidden),
  };
}

/** In the JVM's form: `512m`. */
export function heapOf(words: readonly string[]): string {
  const line = splitLine(words);
  const typed = line.options.findLast(([flag]) => flag === '--driver-memory')?.[1];
  return typed ?? confOf(line).get('spark.driver.memory') ?? '1g';
}

const driverEnv = 'spark.kubernetes.driverEnv.';

function isOfDriverPod(pair: string): boolean {
  return (
    /^spark\.kubernetes\.(driver\.(?!(own|reuse)PersistentVolumeClaim)|authenticate\.driver\.|submission\.)/.test(
      pair,
    ) || pair.startsWith(driverEnv)
  );
}

import { joinWords } from '../errors/quote-argv.js';
import { unescapeExpansion } from '../overlay/run-overlay.js';
import { driverProcessConf, templates, type DriverPorts } from './conf.js';
import { driverJavaOptions } from './java-options.js';
import { argumentFileText } from './properties-file.js';
import { confOf, joinLine, splitLine, type SubmitLine } from './submit-words.js';

export interface ClientLocation {
  readonly pod: string;
  readonly ports: DriverPorts;
  /** The run's folder in the pod, with the application's files and the templates. */
  readonly folder: string;
}

/** Where the image has the application's files. */
const imageAppFolder = 'local:///opt/spark/app/';

/** The line of cluster mode for a driver that runs where it is submitted: what is said of the driver's own pod goes. */
export function asClient(words: readonly string[], { pod, ports, folder }: ClientLocation): readonly string[] {
  const { options, resource, arguments: rest }: SubmitLine = splitLine(words);
  const here = (text: string): string =>
    text.replaceAll(imageAppFolder, `${folder}/`).replaceAll(`${templates}/`, `${folder}/`);
  const kept = options.flatMap(([flag, value]): SubmitLine['options'] => {
    if (flag === '--deploy-mode') return [[flag, 'client']];
    if (flag === '--conf' && isOfDriverPod(value ?? '')) return [];
    return [[flag, value === undefined ? undefined : here(value)]];
  });
  const ours = Object.entries(driverProcessConf(pod, ports)).map(
    ([key, value]) => ['--conf', `${key}=${value}`] as const,
  );
  return joinLine({
    options: [...kept, ...ours],
    resource: resource === undefined ? undefined : here(resource),
    // no pod's arguments stand between, in which Kubernetes would expand them
    arguments: rest.map(unescapeExpansion),
  });
}

/** What makes the driver's JVM: in a pod of its own Spark would see to it. */
export interface DriverJvm {
  readonly env: Readonly<Record<string, string>>;
  /** Of the file that `env` names; undefined where there is none. */
  readonly javaOptions: string | undefined;
}

/** Options that may hold a secret go into a file; the entry point must see the others, which decide on the class archive. */
export function planDriverJvm(words: readonly string[], javaOptionsFile: string): DriverJvm {
  const conf = confOf(splitLine(words));
  const said = [...conf].flatMap(([key, value]) =>
    key.startsWith(driverEnv) ? [[key.slice(driverEnv.length), value] as const] : [],
  );
  const options = driverJavaOptions(Object.fromEntries(conf));
  const seen = options.filter((option) => /^(-X|--)/.test(option));
  const hidden = options.filter((option) => !seen.includes(option));
  const libraries = conf.get('spark.driver.extraLibraryPath');
  const jvm = [...(hidden.length === 0 ? [] : [`@${javaOptionsFile}`]), ...seen, `-Xmx${heapOf(words)}`];
  return {
    env: {
      ...Object.fromEntries(said),
      ...(libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }),
      SPARK_SUBMIT_OPTS: joinWords(jvm),
    },
    javaOptions: hidden.length === 0 ? undefined : argumentFileText(hidden),
  };
}

/** `512m`, as the JVM takes it. */
export function heapOf(words: readonly string[]): string {
  const line = splitLine(words);
  return (
    line.options.findLast(([flag]) => flag === '--driver-memory')?.[1] ??
    confOf(line).get('spark.driver.memory') ??
    '1g'
  );
}

const driverEnv = 'spark.kubernetes.driverEnv.';

function isOfDriverPod(pair: string): boolean {
  return /^spark\.kubernetes\.(driver\.|authenticate\.driver\.|submission\.)/.test(pair) || pair.startsWith(driverEnv);
}

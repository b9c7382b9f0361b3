import { suggestNearest } from '../config/suggest.js';
import { readHeapMb, readMemoryMb } from '../config/memory-size.js';
import { readCount } from '../config/resolve.js';

/** What is wrong with one thing of an application; `path` is that of its entry in `apps:`. */
export interface JobProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/** Properties that are ours, why, and what does the same; a key that ends with a dot stands for all below it. */
const ours: readonly (readonly [key: string, why: string])[] = [
  ['spark.master', 'the master is the cluster that the run goes to: --target, --namespace'],
  ['spark.submit.deployMode', 'write deployMode'],
  ['spark.kubernetes.namespace', 'write namespace, or --namespace'],
  ['spark.kubernetes.context', 'runs go to the context of spark-dev alone'],
  ['spark.kubernetes.authenticate.driver.serviceAccountName', 'write serviceAccount, or --service-account'],
  ['spark.kubernetes.authenticate.serviceAccountName', 'write serviceAccount, or --service-account'],
  ['spark.kubernetes.authenticate.', 'the submit pod and the driver use the token of their service account'],
  [
    'spark.kubernetes.container.image.pullPolicy',
    'it follows from where the image is: Never where it is built, IfNotPresent where nodes pull it',
  ],
  ['spark.kubernetes.container.image', 'the application is built into an image; its base is image'],
  ['spark.kubernetes.driver.container.image', 'the application is built into an image; its base is image'],
  ['spark.kubernetes.executor.container.image', 'the application is built into an image; its base is image'],
  ['spark.kubernetes.driver.podTemplateFile', 'write driver.podTemplate, or --driver-pod-template'],
  ['spark.kubernetes.executor.podTemplateFile', 'write executor.podTemplate, or --executor-pod-template'],
  ['spark.kubernetes.driver.podTemplateContainerName', 'call the container spark-kubernetes-driver in the template'],
  [
    'spark.kubernetes.executor.podTemplateContainerName',
    'call the container spark-kubernetes-executor in the template',
  ],
  ['spark.kubernetes.driver.pod.name', 'pods are called after their run'],
  ['spark.kubernetes.executor.podNamePrefix', 'pods are called after their run'],
  ['spark.kubernetes.file.upload.path', 'files of this machine go into the image: files, jars, pyFiles, archives'],
  ['spark.kubernetes.submission.waitAppCompletion', 'the driver is watched by us'],
  ['spark.kubernetes.driver.ownPersistentVolumeClaim', 'the driver may not delete claims: volumes with onDemand do'],
  ['spark.kubernetes.driver.reusePersistentVolumeClaim', 'the driver may not delete claims: volumes with onDemand do'],
  ['spark.kubernetes.driver.volumes.hostPath.', 'Pod Security restricted allows no paths of the node: use a claim'],
  ['spark.kubernetes.executor.volumes.hostPath.', 'Pod Security restricted allows no paths of the node: use a claim'],
  ['spark.ui.port', 'in the pod it is always 4040; the port on this machine is --ui-port'],
  ['spark.files', 'write files'],
  ['spark.jars', 'write jars'],
  ['spark.archives', 'write archives'],
  ['spark.submit.pyFiles', 'write pyFiles'],
  ['spark.app.name', 'write name'],
];

/** Labels that Spark's selectors, ours, and the clean-up hang on. */
export function isOurLabel(key: string): boolean {
  return key.startsWith('spark-dev/') || key === 'app.kubernetes.io/managed-by' || sparkLabels.includes(key);
}

/** https://github.com/apache/spark, resource-managers/kubernetes/core: Constants.scala */
const sparkLabels = [
  'spark-app-selector',
  'spark-app-name',
  'spark-exec-id',
  'spark-exec-resourceprofile-id',
  'spark-role',
  'spark-version',
];

type Value = string | number | undefined;

/** A property that the model has a place for: said there or here, but not in two ways. */
interface Place {
  readonly path: readonly string[];
  readonly read: (text: string) => number | undefined;
  readonly example: string;
}

const heap = { read: readHeapMb, example: '2g or 2048m, and at least 512m' };
const size = { read: readMemoryMb, example: '384m or 1g' };
const count = { read: readCount, example: 'a whole number from 1 on' };

const places: Readonly<Record<string, Place>> = {
  'spark.driver.memory': { path: ['driver', 'memory'], ...heap },
  'spark.driver.cores': { path: ['driver', 'cores'], ...count },
  'spark.driver.memoryOverhead': { path: ['driver', 'overhead'], ...size },
  'spark.executor.memory': { path: ['executor', 'memory'], ...heap },
  'spark.executor.cores': { path: ['executor', 'cores'], ...count },
  'spark.executor.memoryOverhead': { path: ['executor', 'overhead'], ...size },
  'spark.executor.pyspark.memory': { path: ['executor', 'pyspark'], ...size },
  'spark.memory.offHeap.size': { path: ['executor', 'offHeap'], read: readBytesMb, example: '512m or 1g' },
  'spark.executor.instances': { path: ['executors'], ...count },
};

export interface JudgedConf {
  readonly problems: readonly JobProblem[];
  /** What the model takes over, by path. */
  readonly absorbed: ReadonlyMap<string, number>;
  /** What remains for Spark alone. */
  readonly conf: Readonly<Record<string, string>>;
}

/** Pure: which of the properties go, which become part of the model (`said` looks there), and which contradict it. */
export function validateConf(
  conf: Readonly<Record<string, string>>,
  said: (path: readonly string[]) => Value,
): JudgedConf {
  const problems: JobProblem[] = [];
  const absorbed = new Map<string, number>();
  const rest: Record<string, string> = {};
  for (const [key, text] of Object.entries(conf)) {
    const complaint = complainOf(key, text);
    const place = places[key];
    if (complaint !== undefined) problems.push({ path: ['conf', key], message: complaint });
    else if (place === undefined) rest[key] = text;
    else {
      const value = place.read(text);
      const other = said(place.path);
      const name = place.path.join('.');
      if (value === undefined) problems.push({ path: ['conf', key], message: `not what it takes: ${place.example}` });
      else if (other !== undefined && other !== value)
        problems.push({ path: ['conf', key], message: `it contradicts ${name}, which is ${String(other)}; say one` });
      else absorbed.set(name, value);
    }
  }
  if (rest['spark.memory.offHeap.enabled'] === 'true' && said(['executor', 'offHeap']) === undefined) {
    if (!absorbed.has('executor.offHeap'))
      problems.push({ path: ['conf', 'spark.memory.offHeap.enabled'], message: 'needs a size: executor.offHeap' });
  }
  return { problems, absorbed, conf: rest };
}

function complainOf(key: string, text: string): string | undefined {
  if (!key.startsWith('spark.')) {
    const nearest = suggestNearest(key.split('.')[0] ?? '', ['spark']);
    return nearest === undefined || nearest === key
      ? 'Spark takes no property that does not begin with spark.'
      : `Spark takes no property that does not begin with spark.; did you mean ${key.replace(/^[^.]*/, 'spark')}?`;
  }
  if (/[\0\n\r]/.test(text)) return 'a property is one line';
  if (text.length > longestValue) return `longer than ${String(longestValue)} characters`;
  if (key === 'spark.kubernetes.driver.master' && !text.startsWith('local'))
    return 'the master is the cluster that the run goes to';
  const label = /^spark\.kubernetes\.(?:driver|executor)\.label\.(.+)$/.exec(key)?.[1];
  if (label !== undefined && isOurLabel(label)) return 'this label is what the run is known by';
  const law = ours.find(([own]) => (own.endsWith('.') ? key.startsWith(own) : key === own));
  return law === undefined ? undefined : `it is not for conf; ${law[1]}`;
}

/** The kernel takes no argument of more than 128 KiB. */
const longestValue = 100_000;

/** Without a unit Spark counts this one in bytes. */
function readBytesMb(text: string): number | undefined {
  return /^\d+$/.test(text) ? Math.ceil(Number(text) / 1024 / 1024) || undefined : readMemoryMb(text);
}

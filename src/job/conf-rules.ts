import { suggestNearest } from '../config/suggest.js';
import { readCount } from '../config/resolve.js';
import { managedByLabel, ownPrefix, sparkAppLabel, sparkRoleLabel } from '../kube/labels.js';
import { readHeapMb, readMemoryMb } from '../text/sizes.js';

/** A problem with one part of an application; `path` is that of its entry in `apps:`. */
export interface JobProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/** Properties that spark-dev sets, and what to use instead; a key that ends with a dot covers everything below it. */
const ours: readonly (readonly [key: string, why: string])[] = [
  ['spark.master', "the run's cluster is the master: use --target and --namespace"],
  ['spark.submit.deployMode', 'use deployMode'],
  ['spark.kubernetes.namespace', 'use namespace or --namespace'],
  ['spark.kubernetes.context', "runs only use spark-dev's context"],
  ['spark.kubernetes.authenticate.driver.serviceAccountName', 'use serviceAccount or --service-account'],
  ['spark.kubernetes.authenticate.serviceAccountName', 'use serviceAccount or --service-account'],
  ['spark.kubernetes.authenticate.', 'the submit pod and the driver use the token of their service account'],
  [
    'spark.kubernetes.container.image.pullPolicy',
    'it depends on the image: Never if it is built locally, IfNotPresent if nodes pull it',
  ],
  ['spark.kubernetes.container.image', 'the application is built into an image; set its base with image'],
  ['spark.kubernetes.driver.container.image', 'the application is built into an image; set its base with image'],
  ['spark.kubernetes.executor.container.image', 'the application is built into an image; set its base with image'],
  ['spark.kubernetes.driver.podTemplateFile', 'use driver.podTemplate or --driver-pod-template'],
  ['spark.kubernetes.executor.podTemplateFile', 'use executor.podTemplate or --executor-pod-template'],
  ['spark.kubernetes.driver.podTemplateContainerName', 'name the container spark-kubernetes-driver in the template'],
  [
    'spark.kubernetes.executor.podTemplateContainerName',
    'name the container spark-kubernetes-executor in the template',
  ],
  ['spark.kubernetes.driver.pod.name', 'pods are named after their run'],
  ['spark.kubernetes.executor.podNamePrefix', 'pods are named after their run'],
  ['spark.kubernetes.file.upload.path', 'local files go into the image: use files, jars, pyFiles or archives'],
  ['spark.kubernetes.submission.waitAppCompletion', 'spark-dev watches the driver itself'],
  ['spark.kubernetes.driver.ownPersistentVolumeClaim', 'the driver may not delete claims; use volumes with onDemand'],
  ['spark.kubernetes.driver.reusePersistentVolumeClaim', 'the driver may not delete claims; use volumes with onDemand'],
  ['spark.kubernetes.driver.volumes.hostPath.', 'Pod Security restricted forbids host paths; use a claim'],
  ['spark.kubernetes.executor.volumes.hostPath.', 'Pod Security restricted forbids host paths; use a claim'],
  ['spark.ui.port', 'the port in the pod is always 4040; set the local port with --ui-port'],
  ['spark.files', 'use files'],
  ['spark.jars', 'use jars'],
  ['spark.archives', 'use archives'],
  ['spark.submit.pyFiles', 'use pyFiles'],
  ['spark.app.name', 'use name'],
];

/** Labels used by Spark's selectors, by ours, and by cleanup. */
export function isOurLabel(key: string): boolean {
  return key.startsWith(ownPrefix) || key === managedByLabel || sparkLabels.includes(key);
}

/** https://github.com/apache/spark, resource-managers/kubernetes/core: Constants.scala */
const sparkLabels = [
  sparkAppLabel,
  'spark-app-name',
  'spark-exec-id',
  'spark-exec-resourceprofile-id',
  sparkRoleLabel,
  'spark-version',
];

type Value = string | number | undefined;

/** A property with a field in the job model. Both may be set if they agree. */
interface Place {
  readonly path: readonly string[];
  readonly read: (text: string) => number | undefined;
  readonly example: string;
}

const heap = { read: readHeapMb, example: '2g or 2048m, at least 512m' };
const size = { read: readMemoryMb, example: '384m or 1g' };
const count = { read: readCount, example: 'a whole number, at least 1' };

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

export interface ValidatedConf {
  readonly problems: readonly JobProblem[];
  /** Values for the model, by path. */
  readonly absorbed: ReadonlyMap<string, number>;
  /** What remains for Spark alone. */
  readonly conf: Readonly<Record<string, string>>;
}

/** Pure: which properties are refused, which become part of the model (`said` reads it), and which contradict it. */
export function validateConf(
  conf: Readonly<Record<string, string>>,
  said: (path: readonly string[]) => Value,
): ValidatedConf {
  const problems: JobProblem[] = [];
  const absorbed = new Map<string, number>();
  const rest: Record<string, string> = {};
  for (const [key, text] of Object.entries(conf)) {
    const refuse = (message: string): unknown => problems.push({ path: ['conf', key], message });
    const complaint = findConfProblem(key, text);
    const place = places[key];
    if (complaint !== undefined) refuse(complaint);
    else if (place === undefined) rest[key] = text;
    else {
      const value = place.read(text);
      const other = said(place.path);
      const name = place.path.join('.');
      if (value === undefined) refuse(`invalid value; use ${place.example}`);
      else if (other !== undefined && other !== value)
        refuse(`contradicts ${name}, which is ${String(other)}; set only one of them`);
      else absorbed.set(name, value);
    }
  }
  const hasSize = said(['executor', 'offHeap']) !== undefined || absorbed.has('executor.offHeap');
  if (rest['spark.memory.offHeap.enabled'] === 'true' && !hasSize)
    problems.push({ path: ['conf', 'spark.memory.offHeap.enabled'], message: 'needs a size: executor.offHeap' });
  return { problems, absorbed, conf: rest };
}

function findConfProblem(key: string, text: string): string | undefined {
  if (!key.startsWith('spark.')) {
    const nearest = suggestNearest(key.split('.')[0] ?? '', ['spark']);
    return nearest === undefined || nearest === key
      ? 'Spark properties must start with spark.'
      : `Spark properties must start with spark.; did you mean ${key.replace(/^[^.]*/, 'spark')}?`;
  }
  if (/[\0\n\r]/.test(text)) return 'must be a single line';
  if (text.length > longestValue) return `longer than ${String(longestValue)} characters`;
  if (key === 'spark.kubernetes.driver.master' && !text.startsWith('local')) return "the run's cluster is the master";
  const label = /^spark\.kubernetes\.(?:driver|executor)\.label\.(.+)$/.exec(key)?.[1];
  if (label !== undefined && isOurLabel(label)) return 'spark-dev and Spark use this label to find the run';
  const law = ours.find(([own]) => (own.endsWith('.') ? key.startsWith(own) : key === own));
  return law === undefined ? undefined : `cannot be set in conf; ${law[1]}`;
}

/** The kernel accepts no argument above 128 KiB. */
const longestValue = 100_000;

/** Without a unit Spark reads this one in bytes. */
function readBytesMb(text: string): number | undefined {
  return /^\d+$/.test(text) ? Math.ceil(Number(text) / 1024 / 1024) || undefined : readMemoryMb(text);
}

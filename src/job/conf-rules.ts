import { propertyFields } from './property-fields.js';
import { suggestNearest } from '../config/suggest.js';
import { parseCpuMilli } from '../kube/resources.js';
import { managedByLabel, ownPrefix, sparkAppLabel, sparkRoleLabel } from '../kube/labels.js';
import { labelKeyAdvice, labelKeyForm, labelValueAdvice, labelValueForm } from '../text/label-form.js';
import { readBytes, sizeRules } from '../text/sizes.js';

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

function findOwn(key: string): readonly [key: string, why: string] | undefined {
  return ours.find(([own]) => (own.endsWith('.') ? key.startsWith(own) : key === own));
}

/** A property without a field that each run has its own value for, so another one can be left out; without a host path, data would be missing. */
export function isSetByRun(key: string): boolean {
  return findOwn(key) !== undefined && propertyFields[key] === undefined && !key.includes('.volumes.hostPath.');
}

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

const { heap, memory, overhead } = sizeRules;
const count = {
  read: (text: string) => (readWhole(text) === 0 ? undefined : readWhole(text)),
  example: 'a whole number, at least 1',
};
const whole = { read: readWhole, example: 'a whole number' };

export const sizeFields: Readonly<Record<string, Place>> = {
  'spark.driver.memory': { path: ['driver', 'memory'], ...heap },
  'spark.driver.cores': { path: ['driver', 'cores'], ...count },
  'spark.driver.memoryOverhead': { path: ['driver', 'overhead'], ...overhead },
  'spark.executor.memory': { path: ['executor', 'memory'], ...heap },
  'spark.executor.cores': { path: ['executor', 'cores'], ...count },
  'spark.executor.memoryOverhead': { path: ['executor', 'overhead'], ...overhead },
  // the names before Spark 2.3, which it still reads
  'spark.yarn.driver.memoryOverhead': { path: ['driver', 'overhead'], ...overhead },
  'spark.yarn.executor.memoryOverhead': { path: ['executor', 'overhead'], ...overhead },
  'spark.executor.pyspark.memory': { path: ['executor', 'pyspark'], ...memory },
  'spark.memory.offHeap.size': {
    path: ['executor', 'offHeap'],
    read: readOffHeapMb,
    example: '512m or 1g, above 0 when off-heap memory is enabled',
  },
  'spark.executor.instances': { path: ['executors'], ...count },
};

/** With dynamic allocation; without it, Spark does not read them. */
const allocation: Readonly<Record<string, Place>> = {
  'spark.executor.instances': { path: ['executors'], ...whole },
  'spark.dynamicAllocation.minExecutors': { path: ['dynamicAllocation', 'min'], ...whole },
  'spark.dynamicAllocation.initialExecutors': { path: ['dynamicAllocation', 'initial'], ...whole },
  'spark.dynamicAllocation.maxExecutors': { path: ['dynamicAllocation', 'max'], ...count },
};

export interface ValidatedConf {
  readonly problems: readonly JobProblem[];
  /** Values for the model, by path. */
  readonly absorbed: ReadonlyMap<string, number>;
  /** Path in the model → the property that sets it. */
  readonly origins: ReadonlyMap<string, string>;
  /** The conf enables dynamic allocation. */
  readonly isDynamic: boolean;
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
  const origins = new Map<string, string>();
  const rest: Record<string, string> = {};
  const isDynamic = conf[dynamic] === 'true';
  const sizes = { ...sizeFields, ...(isDynamic || said(['dynamicAllocation', 'max']) !== undefined ? allocation : {}) };
  const isUnread = (key: string): boolean =>
    key === offHeap.size && conf[offHeap.enabled] !== 'true' && said(['executor', 'offHeap']) === undefined;
  for (const [key, text] of Object.entries(conf)) {
    const refuse = (message: string): unknown => problems.push({ path: ['conf', key], message });
    const complaint = findConfProblem(key, text);
    const place = isUnread(key) ? undefined : sizes[key];
    if (complaint !== undefined) refuse(complaint);
    else if (place === undefined) {
      if (key !== dynamic || !isDynamic) rest[key] = text;
    } else {
      const value = place.read(text);
      const name = place.path.join('.');
      const other = said(place.path) ?? absorbed.get(name);
      if (value === undefined) refuse(`invalid value; use ${place.example}`);
      else if (other !== undefined && other !== value)
        refuse(`contradicts ${origins.get(name) ?? name}, which is ${String(other)}; set only one of them`);
      else {
        absorbed.set(name, value);
        origins.set(name, key);
      }
    }
  }
  const hasSize = said(['executor', 'offHeap']) !== undefined || conf[offHeap.size] !== undefined;
  if (rest[offHeap.enabled] === 'true' && !hasSize)
    problems.push({ path: ['conf', offHeap.enabled], message: 'needs a size: executor.offHeap' });
  return { problems, absorbed, origins, isDynamic, conf: rest };
}

const dynamic = 'spark.dynamicAllocation.enabled';
const offHeap = { enabled: 'spark.memory.offHeap.enabled', size: 'spark.memory.offHeap.size' };

/** Values that Spark or Kubernetes refuses, each with what is right. */
const valueRules: readonly (readonly [
  key: RegExp,
  isWrong: (text: string, found: RegExpExecArray) => boolean,
  why: string,
])[] = [
  // SparkSubmitCommandBuilder.checkJavaOptions, SparkConf.validateSettings
  [/^spark\.driver\.(extra|default)JavaOptions$/, hasHeap, 'Spark refuses -Xmx there; use spark.driver.memory'],
  [/^spark\.executor\.extraJavaOptions$/, hasHeap, 'Spark refuses -Xmx there; use spark.executor.memory'],
  [
    /^spark\.executor\.extraJavaOptions$/,
    (text) => text.includes('-Dspark'),
    'Spark refuses -Dspark… there; set the property itself',
  ],
  [
    /^spark\.kubernetes\.(driver|executor)\.(request|limit)\.cores$/,
    (text) => parseCpuMilli(text) === 0,
    'not a CPU quantity above 0; use 500m, 0.5 or 2',
  ],
  [
    /^spark\.kubernetes\.((driver|executor)\.)?(?<kind>label|annotation|node\.selector)\.(?<key>.+)$/,
    (_, { groups }) => !labelKeyForm.test(groups?.['key'] ?? ''),
    labelKeyAdvice,
  ],
  [
    /^spark\.kubernetes\.((driver|executor)\.)?(label|node\.selector)\./,
    (text) => !labelValueForm.test(text),
    labelValueAdvice,
  ],
];

function hasHeap(text: string): boolean {
  return text.includes('-Xmx');
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
  const law = findOwn(key);
  if (law !== undefined) return `cannot be set in conf; ${law[1]}`;
  return valueRules.find(([form, isWrong]) => {
    const found = form.exec(key);
    return found !== null && isWrong(text, found);
  })?.[2];
}

/** The kernel accepts no argument above 128 KiB. */
const longestValue = 100_000;

function readWhole(text: string): number | undefined {
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

/** Without a unit Spark reads this one in bytes. */
function readOffHeapMb(text: string): number | undefined {
  return Math.ceil((readBytes(text) ?? 0) / 2 ** 20) || undefined;
}

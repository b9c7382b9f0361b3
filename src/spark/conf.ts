import { sparkPods, type JobShape, type PodResources, type PodShape } from '../fit/spark-pods.js';
import { runLabels } from '../kube/labels.js';
import { eventsClaim } from '../kube/names.js';

type Conf = Readonly<Record<string, string>>;

/** The API server's address inside every pod. */
export const clusterMaster = 'k8s://https://kubernetes.default.svc:443';

/** The mount path of the pod templates in the submit pod. */
export const templates = '/opt/spark/templates';

/** The mount path of the namespace's claim for event logs. */
export const eventsPath = '/var/log/spark-events';

/** Properties that only a pod knows the values of. */
export const driverHost = 'spark.driver.host';
export const driverPodName = 'spark.kubernetes.driver.pod.name';

/** Defaults for every launcher; a job may override them. */
export const sparkPreferences: Conf = {
  // any web page could send it a POST: it requires no token
  'spark.ui.killEnabled': 'false',
  // a program with .master("yarn") would look for YARN for a quarter of an hour
  'spark.hadoop.yarn.resourcemanager.connect.max-wait.ms': '10000',
  'spark.hadoop.yarn.resourcemanager.connect.retry-interval.ms': '10000',
};

/** Defaults for a cluster. */
export const clusterPreferences: Conf = {
  ...sparkPreferences,
  'spark.kubernetes.allocation.batch.delay': '200ms',
  ...eventLogConf(`file://${eventsPath}`),
};

/** A property without effect in local mode. */
export function isForCluster(key: string): boolean {
  return key.startsWith('spark.kubernetes.');
}

/** A run with its driver anywhere. */
export interface ConfRequest {
  readonly runId: string;
  readonly namespace: string;
  /** The id of the home that runs it. */
  readonly home?: string | undefined;
  /** With all resource requests resolved. */
  readonly shape: JobShape;
  /** The folder from which spark-submit reads the pod templates. */
  readonly templates: string;
  /** Nodes get the image from a registry, not from the daemon that built it. */
  readonly pulls?: boolean;
}

/** Our properties of a run and its executors: https://spark.apache.org/docs/latest/running-on-kubernetes.html#spark-properties */
export function runConf({ runId, namespace, home, shape, templates, pulls = false }: ConfRequest): Conf {
  return {
    ...sizeConf(shape),
    'spark.kubernetes.namespace': namespace,
    'spark.kubernetes.executor.podNamePrefix': runId,
    ...labelConf('executor', runLabels(runId, home)),
    'spark.kubernetes.executor.podTemplateFile': `${templates}/executor-template.yaml`,
    'spark.kubernetes.container.image.pullPolicy': pulls ? 'IfNotPresent' : 'Never',
    // otherwise the driver tries to delete all claims with its label when it stops, and its role forbids that
    'spark.kubernetes.driver.ownPersistentVolumeClaim': 'false',
    'spark.kubernetes.driver.reusePersistentVolumeClaim': 'false',
  };
}

/** Our properties of a driver that spark-submit creates a pod for. */
export function driverPodConf(run: ConfRequest, serviceAccount: string): Conf {
  return {
    'spark.kubernetes.authenticate.driver.serviceAccountName': serviceAccount,
    [driverPodName]: `${run.runId}-driver`,
    ...labelConf('driver', runLabels(run.runId, run.home)),
    'spark.kubernetes.driver.podTemplateFile': `${run.templates}/driver-template.yaml`,
    // spark-dev watches the driver itself, so the client may end once the driver pod exists
    'spark.kubernetes.submission.waitAppCompletion': 'false',
    ...eventsVolumeConf,
  };
}

export interface DriverPorts {
  readonly driver: number;
  readonly blockManager: number;
  readonly ui: number;
}

/** Drivers in the same pod need different ports: the first has Spark's default ones. */
export function portsOf(slot: number): DriverPorts {
  return { driver: 7078 + 10 * slot, blockManager: 7079 + 10 * slot, ui: 4040 + slot };
}

/** A laptop's API server may need longer than Spark's ten seconds. */
export function patienceConf(who: 'driver' | 'submission'): Conf {
  return {
    [`spark.kubernetes.${who}.connectionTimeout`]: '60000',
    [`spark.kubernetes.${who}.requestTimeout`]: '60000',
  };
}

/** Our properties of a driver in the submit pod, which owns the executors: they are deleted with it. */
export function driverProcessConf(pod: string, ports: DriverPorts): Conf {
  return {
    [driverPodName]: pod,
    ...patienceConf('driver'),
    'spark.driver.port': String(ports.driver),
    'spark.driver.blockManager.port': String(ports.blockManager),
    'spark.ui.port': String(ports.ui),
    // the ports belong to this driver; the next ones belong to another
    'spark.port.maxRetries': '0',
    // the log is read line by line
    'spark.ui.showConsoleProgress': 'false',
    'spark.sql.warehouse.dir': 'file:///tmp/warehouse',
  };
}

/** Labels for Spark's driver or executors. */
function labelConf(role: 'driver' | 'executor', labels: Conf): Conf {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [`spark.kubernetes.${role}.label.${name}`, value]),
  );
}

/** Properties that make Spark request exactly the pods of `sparkPods`. */
export function sizeConf(job: JobShape): Conf {
  const { driver, executor } = sparkPods(job);
  const { offHeapMb, pysparkMb } = job.executor;
  return {
    ...podConf('driver', job.driver, driver),
    ...podConf('executor', job.executor, executor),
    'spark.executor.instances': String(job.executors),
    ...said('spark.kubernetes.memoryOverheadFactor', job.overheadFactor),
    ...(offHeapMb === undefined ? {} : { 'spark.memory.offHeap.enabled': 'true' }),
    ...said('spark.memory.offHeap.size', offHeapMb, 'm'),
    ...said('spark.executor.pyspark.memory', pysparkMb, 'm'),
  };
}

function podConf(role: 'driver' | 'executor', pod: PodShape, asked: PodResources): Conf {
  return {
    [`spark.${role}.memory`]: `${String(pod.heapMb)}m`,
    [`spark.${role}.cores`]: String(pod.cores),
    [`spark.kubernetes.${role}.request.cores`]: `${String(asked.requests.cpuMilli)}m`,
    ...said(`spark.kubernetes.${role}.limit.cores`, pod.limitMilli, 'm'),
    ...said(`spark.${role}.memoryOverhead`, pod.overheadMb, 'm'),
    ...said(`spark.${role}.memoryOverheadFactor`, pod.overheadFactor),
    ...said(`spark.${role}.minMemoryOverhead`, pod.minOverheadMb, 'm'),
  };
}

function said(key: string, value: number | undefined, unit = ''): Conf {
  return value === undefined ? {} : { [key]: `${String(value)}${unit}` };
}

export function confWords(conf: Conf): readonly string[] {
  return Object.entries(conf).flatMap(([key, value]) => ['--conf', `${key}=${value}`]);
}

/** `dir` is a URL of a folder that exists. */
export function eventLogConf(dir: string): Readonly<Record<string, string>> {
  return {
    'spark.eventLog.enabled': 'true',
    'spark.eventLog.dir': dir,
    'spark.eventLog.rolling.enabled': 'false',
    'spark.eventLog.compress': 'false',
  };
}

const volume = `spark.kubernetes.driver.volumes.persistentVolumeClaim.${eventsClaim}`;

/** For a driver in its own pod, which Spark creates. */
export const eventsVolumeConf: Readonly<Record<string, string>> = {
  [`${volume}.mount.path`]: eventsPath,
  [`${volume}.options.claimName`]: eventsClaim,
};

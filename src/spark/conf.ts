import { sparkPods, type JobShape, type PodResources, type PodShape } from '../fit/spark-pods.js';
import { runLabels } from '../kube/labels.js';
import { eventLogConf, eventsPath, eventsVolumeConf } from './event-log.js';

type Conf = Readonly<Record<string, string>>;

/** As every pod of the cluster finds its API server. */
export const clusterMaster = 'k8s://https://kubernetes.default.svc:443';

/** Where the submit pod mounts the pod templates. */
export const templates = '/opt/spark/templates';

/** Of ours, for every way in which Spark is started; a job may say otherwise. */
export const sparkPreferences: Conf = {
  // any page that a browser has open could send it a POST: it asks for no token
  'spark.ui.killEnabled': 'false',
};

/** … on a cluster. */
export const clusterPreferences: Conf = {
  ...sparkPreferences,
  'spark.kubernetes.allocation.batch.delay': '200ms',
  ...eventLogConf(`file://${eventsPath}`),
};

/** A property that means nothing to Spark in one JVM. */
export function isForCluster(key: string): boolean {
  return key.startsWith('spark.kubernetes.');
}

/** One run, wherever its driver is. */
export interface ConfRequest {
  readonly runId: string;
  readonly namespace: string;
  /** The id of the home whose run it is. */
  readonly home?: string | undefined;
  /** With every request decided. */
  readonly shape: JobShape;
  /** Folder where spark-submit reads the pod templates. */
  readonly templates: string;
  /** Nodes get the image from a registry, not from the daemon that built it. */
  readonly pulls?: boolean;
}

/** What is ours of a run and its executors: https://spark.apache.org/docs/latest/running-on-kubernetes.html#spark-properties */
export function runConf({ runId, namespace, home, shape, templates, pulls = false }: ConfRequest): Conf {
  return {
    ...sizeConf(shape),
    'spark.kubernetes.namespace': namespace,
    'spark.kubernetes.executor.podNamePrefix': runId,
    ...labelConf('executor', runLabels(runId, home)),
    'spark.kubernetes.executor.podTemplateFile': `${templates}/executor-template.yaml`,
    'spark.kubernetes.container.image.pullPolicy': pulls ? 'IfNotPresent' : 'Never',
    // else the driver wants to delete every claim of its label when it stops, which its role does not let it
    'spark.kubernetes.driver.ownPersistentVolumeClaim': 'false',
    'spark.kubernetes.driver.reusePersistentVolumeClaim': 'false',
  };
}

/** … and of a driver for which spark-submit makes a pod. */
export function driverPodConf(run: ConfRequest, serviceAccount: string): Conf {
  return {
    'spark.kubernetes.authenticate.driver.serviceAccountName': serviceAccount,
    'spark.kubernetes.driver.pod.name': `${run.runId}-driver`,
    ...labelConf('driver', runLabels(run.runId, run.home)),
    'spark.kubernetes.driver.podTemplateFile': `${run.templates}/driver-template.yaml`,
    // we watch the driver ourselves: the client may go as soon as the driver pod is there
    'spark.kubernetes.submission.waitAppCompletion': 'false',
    ...eventsVolumeConf,
  };
}

export interface DriverPorts {
  readonly driver: number;
  readonly blockManager: number;
  readonly ui: number;
}

/** Beside one another in one pod, drivers need ports of their own: the first has Spark's usual ones. */
export function portsOf(slot: number): DriverPorts {
  return { driver: 7078 + 10 * slot, blockManager: 7079 + 10 * slot, ui: 4040 + slot };
}

/** A laptop's API server may be busy for longer than Spark's ten seconds. */
export function patienceConf(who: 'driver' | 'submission'): Conf {
  return {
    [`spark.kubernetes.${who}.connectionTimeout`]: '60000',
    [`spark.kubernetes.${who}.requestTimeout`]: '60000',
  };
}

/** … and of a driver that is a process in a pod of ours, which owns the executors: they go when it goes. */
export function driverProcessConf(pod: string, ports: DriverPorts): Conf {
  return {
    'spark.kubernetes.driver.pod.name': pod,
    ...patienceConf('driver'),
    'spark.driver.port': String(ports.driver),
    'spark.driver.blockManager.port': String(ports.blockManager),
    'spark.ui.port': String(ports.ui),
    // the ports are this driver's own; the next ones are somebody else's
    'spark.port.maxRetries': '0',
    // the driver's log is read line by line
    'spark.ui.showConsoleProgress': 'false',
    'spark.sql.warehouse.dir': 'file:///tmp/warehouse',
  };
}

/** Labels that Spark puts on its driver or on its executors. */
export function labelConf(role: 'driver' | 'executor', labels: Conf): Conf {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [`spark.kubernetes.${role}.label.${name}`, value]),
  );
}

/** The properties that make Spark ask for exactly the pods that `sparkPods` tells. */
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

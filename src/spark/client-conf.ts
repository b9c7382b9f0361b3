import type { JobShape } from '../fit/spark-pods.js';
import { ownLabels } from '../kube/names.js';
import { jobConf } from './job-conf.js';
import { sparkPreferences } from './spark-preferences.js';

export interface DriverPorts {
  readonly driver: number;
  readonly blockManager: number;
  readonly ui: number;
}

/** Beside one another in one pod, drivers need ports of their own: the first has Spark's usual ones. */
export function portsOf(slot: number): DriverPorts {
  return { driver: 7078 + 10 * slot, blockManager: 7079 + 10 * slot, ui: 4040 + slot };
}

/** One run's executors, wherever its driver is. */
export interface ExecutorRequest {
  readonly runId: string;
  readonly namespace: string;
  /** The id of the home whose run it is. */
  readonly home: string | undefined;
  readonly job: JobShape;
  /** Path where spark-submit reads it. */
  readonly executorTemplate: string;
}

/** https://spark.apache.org/docs/latest/running-on-kubernetes.html#spark-properties */
export function executorConf({
  runId,
  namespace,
  home,
  job,
  executorTemplate,
}: ExecutorRequest): Record<string, string> {
  return {
    ...sparkPreferences,
    'spark.kubernetes.namespace': namespace,
    'spark.kubernetes.executor.podNamePrefix': runId,
    ...labelConf('executor', { ...ownLabels(home), 'spark-dev/run': runId }),
    'spark.kubernetes.executor.podTemplateFile': executorTemplate,
    'spark.kubernetes.container.image.pullPolicy': 'Never',
    ...jobConf(job),
    'spark.kubernetes.allocation.batch.delay': '200ms',
    'spark.kubernetes.driver.ownPersistentVolumeClaim': 'false',
    'spark.kubernetes.driver.reusePersistentVolumeClaim': 'false',
    'spark.eventLog.enabled': 'true',
    'spark.eventLog.dir': 'file:///var/log/spark-events',
    'spark.eventLog.rolling.enabled': 'false',
    'spark.eventLog.compress': 'false',
  };
}

/** A driver that is a process in a pod of ours, which owns the executors: they go when it goes. */
export function driverConf(pod: string, ports: DriverPorts): Record<string, string> {
  return {
    'spark.kubernetes.driver.pod.name': pod,
    // a laptop's API server may be busy for longer than Spark's ten seconds
    'spark.kubernetes.driver.connectionTimeout': '60000',
    'spark.kubernetes.driver.requestTimeout': '60000',
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

/** What Spark puts on the pods that it makes. */
export function labelConf(
  role: 'driver' | 'executor',
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [`spark.kubernetes.${role}.label.${key}`, value]),
  );
}

export function confWords(conf: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(conf).flatMap(([key, value]) => ['--conf', `${key}=${value}`]);
}

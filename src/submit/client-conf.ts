import type { JobShape } from '../cluster/fit/spark-pods.js';
import { jobConf } from '../spark/job-conf.js';

/** A driver that runs in a pod of ours, with what its executors must know. */
export interface ClientDriver {
  readonly runId: string;
  readonly namespace: string;
  /** It owns the executors: they go when it goes. */
  readonly pod: string;
  readonly job: JobShape;
  /** The job's own properties; ours go before them. */
  readonly conf?: Readonly<Record<string, string>>;
  readonly ports: DriverPorts;
  /** Path in the driver's pod. */
  readonly executorTemplate: string;
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

/** The words of spark-submit before the application: https://spark.apache.org/docs/latest/running-on-kubernetes.html#client-mode */
export function clientWords(driver: ClientDriver): readonly string[] {
  const conf = Object.entries(clientConf(driver)).flatMap(([key, value]) => ['--conf', `${key}=${value}`]);
  return ['--master', 'k8s://https://kubernetes.default.svc:443', '--deploy-mode', 'client', ...conf];
}

function clientConf({
  runId,
  namespace,
  pod,
  job,
  conf,
  ports,
  executorTemplate,
}: ClientDriver): Record<string, string> {
  return {
    ...conf,
    'spark.kubernetes.namespace': namespace,
    'spark.kubernetes.driver.pod.name': pod,
    'spark.kubernetes.executor.podNamePrefix': runId,
    'spark.kubernetes.executor.label.spark-dev/run': runId,
    'spark.kubernetes.executor.label.app.kubernetes.io/managed-by': 'spark-dev',
    'spark.kubernetes.executor.podTemplateFile': executorTemplate,
    'spark.kubernetes.container.image.pullPolicy': 'Never',
    ...jobConf(job),
    'spark.kubernetes.allocation.batch.delay': '200ms',
    'spark.kubernetes.driver.ownPersistentVolumeClaim': 'false',
    'spark.kubernetes.driver.reusePersistentVolumeClaim': 'false',
    'spark.driver.port': String(ports.driver),
    'spark.driver.blockManager.port': String(ports.blockManager),
    'spark.ui.port': String(ports.ui),
    // the ports are this driver's own; the next ones are somebody else's
    'spark.port.maxRetries': '0',
    'spark.sql.warehouse.dir': 'file:///tmp/warehouse',
    'spark.eventLog.enabled': 'true',
    'spark.eventLog.dir': 'file:///var/log/spark-events',
    'spark.eventLog.rolling.enabled': 'false',
    'spark.eventLog.compress': 'false',
  };
}

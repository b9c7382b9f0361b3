import type { Kube } from '../../../ports/kube.js';
import type { PreparedCluster } from '../../../clusters/prepared.js';
import type { EndedProcess } from '../../../services/submit/pod-process.js';
import { runSelector } from '../../../kube/labels.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import { explainJobFailure, type JobEnd } from '../../failure/explain-failure.js';
import {
  upWords,
  submitSelector,
  serviceContainer,
  type ServicePod,
} from '../../../services/submit/observe-service.js';

const killed = 137;

/** The pod in which a driver is a process. */
export interface DriverPlace {
  readonly pod: Pick<ServicePod, 'name' | 'restarts'>;
  readonly memoryMb: number;
  /** Of a pod for one run alone. */
  readonly runId?: string;
}

/** Why a driver in the submit pod failed. The pod's status shows an OOM kill only if the whole container was killed. */
export async function explainClientEnd(
  kube: Kube,
  cluster: PreparedCluster,
  service: DriverPlace,
  { end, code, logFile, ...seen }: EndedProcess & Pick<JobEnd, 'logFile' | 'output' | 'note' | 'errors' | 'log'>,
): Promise<SparkDevError> {
  const pod = service.pod.name;
  if (code !== undefined && code !== killed) {
    const log = seen.log.filter((line) => !line.startsWith('command terminated with'));
    return explainJobFailure({ driver: `the driver in ${pod}`, exitCode: code, reason: '', ...seen, log, logFile });
  }
  const isProven = await sawOutOfMemory(kube, cluster, service);
  if (code === undefined && !isProven) {
    return new SparkDevError('JOB_FAILED', 'The connection to the driver was lost', {
      why: `The connection to pod ${pod} broke, or the pod was removed (kubectl exit code ${String(end.exitCode)}).`,
      fix: ['spark-dev submit status', 'Run it again'],
      log: logFile,
      facts: { pod },
    });
  }
  const isShared = service.runId === undefined;
  const limit = `${String(service.memoryMb)} MB${isShared ? ', shared by all drivers in the pod' : ''}`;
  const more = `${String(Math.ceil(service.memoryMb / 1024) + 1)}g`;
  const fix = isShared
    ? [`${upWords(cluster.namespace)} --pod-memory ${more}`, 'Run a smaller job: --driver-memory']
    : [`Give the driver more memory: --driver-memory ${more}`];
  return new SparkDevError('JOB_FAILED', `The job failed: the driver in ${pod} was killed`, {
    why: isProven
      ? `The pod used more memory than its limit (OOMKilled): ${limit}.`
      : `Most likely the kernel killed it because of memory: the limit is ${limit}.`,
    fix,
    log: logFile,
    facts: { pod, driverExitCode: code ?? killed, reason: isProven ? 'OOMKilled' : '' },
  });
}

async function sawOutOfMemory(
  kube: Kube,
  { namespace }: PreparedCluster,
  { pod, runId }: DriverPlace,
): Promise<boolean> {
  const labels = runId === undefined ? submitSelector : runSelector(runId);
  const pods = await kube.listPods({ namespace, labels }).catch(() => []);
  const status = pods.find(({ metadata }) => metadata?.name === pod.name)?.status;
  const container = status?.containerStatuses?.find(({ name }) => name === serviceContainer);
  const before = (container?.restartCount ?? 0) > pod.restarts ? container?.lastState?.terminated : undefined;
  return (container?.state?.terminated ?? before)?.reason === 'OOMKilled';
}

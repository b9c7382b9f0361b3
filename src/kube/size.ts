import type { Resources } from './resources.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { showGigabytes } from '../text/sizes.js';

/** In whole CPUs, as in flags, files and minikube. */
export interface HostCapacity {
  readonly cpus: number;
  readonly memoryMb: number;
}

export function toResources({ cpus, memoryMb }: HostCapacity): Resources {
  return { cpuMilli: cpus * 1000, memoryMb };
}

export interface ClusterSize extends HostCapacity {
  /** kubelet's system-reserved, host minus limit: the docker driver's node reports the host's size as its own. */
  readonly reserved: string;
}

export interface FittedSize extends ClusterSize {
  /** Printed for the user, e.g. that Spark asks for more. */
  readonly warning?: string;
}

/** Spark's own advice for a local Kubernetes: https://spark.apache.org/docs/latest/running-on-kubernetes.html#prerequisites */
export const sparkMinimum: HostCapacity = { cpus: 3, memoryMb: 4096 };
export const recommended: HostCapacity = { cpus: 5, memoryMb: 6144 };
/** minikube itself refuses less. */
export const minikubeMinimum: HostCapacity = { cpus: 2, memoryMb: 1800 };
const largestMemoryShare = 0.75;

/** Fits the cluster to the machine; an explicit size is used as it is or refused, never adjusted. */
export function fitClusterSize(host: HostCapacity, request: Partial<HostCapacity> = {}): FittedSize {
  refuseShortage(host, request);
  const cpus =
    request.cpus ?? (host.cpus <= minikubeMinimum.cpus ? host.cpus : Math.min(recommended.cpus, host.cpus - 1));
  const memoryMb = request.memoryMb ?? Math.min(recommended.memoryMb, Math.floor(host.memoryMb * largestMemoryShare));
  const size = describeSize(host, { cpus, memoryMb });
  if (cpus >= sparkMinimum.cpus && memoryMb >= sparkMinimum.memoryMb) return size;
  const warning = `Spark asks for ${showCapacity(sparkMinimum)}; this cluster has ${showCapacity(size)}, so keep jobs small`;
  return { ...size, warning };
}

export function describeSize(host: HostCapacity, limit: HostCapacity): ClusterSize {
  const cpus = host.cpus - limit.cpus;
  const memoryMb = host.memoryMb - limit.memoryMb;
  const reserved = [cpus > 0 && `cpu=${String(cpus)}`, memoryMb > 0 && `memory=${String(memoryMb)}Mi`];
  return { ...limit, reserved: reserved.filter((one) => one !== false).join(',') };
}

export function showCapacity({ cpus, memoryMb }: HostCapacity): string {
  return `${String(cpus)} CPUs and ${showGigabytes(memoryMb)}`;
}

const fitted = ['Leave out --cpus and --memory: they are fitted to the machine'];

/** Throws if the machine has less than that, or minikube needs more. */
export function refuseShortage(
  host: HostCapacity,
  request: Partial<HostCapacity>,
  fix: readonly string[] = fitted,
): void {
  const short = (what: string, why: string, advice = fix): SparkDevError =>
    new SparkDevError('RESOURCES_SHORT', what, { why, fix: advice });
  const needed = `minikube needs ${showCapacity(minikubeMinimum)}.`;
  if (host.cpus < minikubeMinimum.cpus || host.memoryMb * largestMemoryShare < minikubeMinimum.memoryMb) {
    const what = `This machine has ${showCapacity(host)}, too little for a cluster`;
    throw short(what, needed, ['spark-dev run sparkpi --target local']);
  }
  const asked = { cpus: request.cpus ?? minikubeMinimum.cpus, memoryMb: request.memoryMb ?? minikubeMinimum.memoryMb };
  if (asked.cpus > host.cpus || asked.memoryMb > host.memoryMb) {
    const why = `Asked for: ${showCapacity(asked)}, by a flag, a variable or spark-dev.yaml.`;
    throw short(`The machine has only ${showCapacity(host)}`, why);
  }
  if (asked.cpus < minikubeMinimum.cpus || asked.memoryMb < minikubeMinimum.memoryMb)
    throw short(`${showCapacity(asked)} is too little for a cluster`, needed);
}

import type { Duplex } from 'node:stream';
import type {
  V1ConfigMap,
  V1Node,
  V1ObjectMeta,
  V1PersistentVolumeClaimSpec,
  V1Pod,
  V1PodSpec,
} from '@kubernetes/client-node';

/** One cluster, named twice so that no call can follow current-context. */
export interface KubeTarget {
  readonly kubeconfig: string;
  readonly context: string;
}

export interface ObjectSelection {
  /** All namespaces when absent. */
  readonly namespace?: string;
  readonly labels?: string;
}

export interface PodContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface PodListener {
  readonly onChange: (pods: readonly V1Pod[]) => void;
  /** The watch broke; it restarts by itself. */
  readonly onBroken: (why: string) => void;
}

export interface LogStream {
  readonly follow: boolean;
  /** Lines beyond 256 Ki characters are cut. */
  readonly onLine: (line: string) => void;
  /** Byte for byte. */
  readonly onOutput?: (chunk: Uint8Array) => void;
  /** Awaited after each chunk: nothing more is read meanwhile. */
  readonly drained?: () => Promise<unknown> | undefined;
  readonly signal?: AbortSignal;
}

/** What all kinds have, and some of pods, claims and config maps. */
export interface ListedObject {
  readonly metadata?: V1ObjectMeta;
  readonly spec?: Partial<Pick<V1PodSpec, 'volumes'> & Pick<V1PersistentVolumeClaimSpec, 'resources'>>;
  readonly data?: Readonly<Record<string, string>>;
}

/** Reads from one cluster. Changes go through kubectl's argv, so that --dry-run can print them. */
export interface Kube {
  listNodes(): Promise<readonly V1Node[]>;
  listPods(selection: ObjectSelection): Promise<readonly V1Pod[]>;
  /** Of all namespaces. */
  listConfigMaps(labels: string): Promise<readonly V1ConfigMap[]>;
  /** For each resource, of all namespaces or one: `apis/batch/v1/jobs`, `api/v1/namespaces/spark/pods`. */
  listObjects(resources: readonly string[]): Promise<readonly (readonly ListedObject[])[]>;
  /** Reports the whole current set after each change, across expired and broken watches; ends when aborted. */
  watchPods(
    selection: ObjectSelection & { readonly namespace: string },
    listener: PodListener,
    signal: AbortSignal,
  ): Promise<void>;
  /** Calls back with each line; follows the log until the container or the signal ends it, or reads what exists. */
  streamLog(container: PodContainer, how: LogStream): Promise<void>;
  /** Connects a local connection with a port of the pod. */
  connect(
    pod: { readonly namespace: string; readonly pod: string; readonly port: number },
    local: Duplex,
  ): Promise<void>;
}

export type KubeConnector = (target: KubeTarget) => Promise<Kube>;
